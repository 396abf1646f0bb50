"""CDISC Dataset-JSON 1.1: one dataset to a file, its metadata before its rows."""

import json
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from myotrial.datasets.standards.dataset import Dataset
from myotrial.errors import OutputError

__all__ = ["document", "write"]

TYPES = {"text": "string", "integer": "integer", "float": "float"}


def document(item: Dataset, study: str, made: datetime) -> dict[str, Any]:
    """The dataset as Dataset-JSON has it.

    Args:
        item: The dataset.
        study: STUDYID.
        made: The time the file is said to be made at.
    """
    keys = {name: place for place, name in enumerate(item.keys, start=1)}
    return {
        "datasetJSONCreationDateTime": made.isoformat(timespec="seconds"),
        "datasetJSONVersion": "1.1.0",
        "fileOID": f"{study}.{item.name}",
        "originator": "myotrial",
        "sourceSystem": {"name": "myotrial", "version": version("myotrial")},
        "studyOID": f"ST.{study}",
        "metaDataVersionOID": f"MDV.{study}.{item.standard}",
        "metaDataRef": "define.xml",
        "itemGroupOID": f"IG.{item.name}",
        "records": item.frame.height,
        "name": item.name,
        "label": item.label,
        "columns": [
            {
                "itemOID": f"IT.{item.name}.{variable.name}",
                "name": variable.name,
                "label": variable.label,
                "dataType": TYPES[variable.kind],
                **({"length": variable.length} if variable.kind == "text" else {}),
                **({"keySequence": keys[variable.name]} if variable.name in keys else {}),
            }
            for variable in item.variables
        ],
        "rows": [list(row) for row in item.frame.iter_rows()],
    }


def write(item: Dataset, file: Path, study: str, made: datetime) -> None:
    """Write one dataset.

    Raises:
        OutputError: It cannot be written.
    """
    text = json.dumps(document(item, study, made), ensure_ascii=False, allow_nan=False)
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"{file} cannot be written: {reason}.") from error
