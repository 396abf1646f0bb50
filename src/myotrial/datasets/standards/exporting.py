"""Write a study's SDTM and ADaM datasets in one of the standards' file formats.

FOLDER/sdtm/dm.xpt …, define.xml
FOLDER/adam/adsl.xpt …, define.xml
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from myotrial.datasets.standards import dataset_json, odm, transport
from myotrial.datasets.standards.analysis import analysis
from myotrial.datasets.standards.checks import check
from myotrial.datasets.standards.dataset import Dataset
from myotrial.datasets.standards.define import define
from myotrial.datasets.standards.tabulation import tabulation
from myotrial.errors import MyotrialError
from myotrial.protocol.models import Protocol

__all__ = ["FORMATS", "export"]

FORMATS = {"xpt": ".xpt", "json": ".json", "parquet": ".parquet", "odm": ".xml"}
FOLDERS = {"SDTMIG": "sdtm", "ADaMIG": "adam"}


def export(
    protocol: Protocol,
    tables: dict[str, pl.DataFrame],
    frames: Mapping[str, pl.DataFrame],
    folder: Path,
    *,
    kind: str,
    origin: str,
    names: Mapping[str, str],
) -> dict[str, int]:
    """Write every dataset and a define.xml beside those of each standard.

    The same input gives the same bytes: files hold the time that SOURCE_DATE_EPOCH names (seconds
    since 1970), or else its start.

    Args:
        protocol: The protocol.
        tables: Captured tables as `read_tables` gives them.
        frames: Analysis datasets as `derive` gives them.
        folder: Where to; it is there and empty.
        kind: "xpt", "json" (Dataset-JSON), "parquet" or "odm".
        origin: captured, reconstructed or simulated.
        names: The label of each analysis dataset.

    Returns:
        Rows by file, named from `folder`.

    Raises:
        MyotrialError: There is no such format.
        DocumentError: A name, label or text does not fit the format.
        OutputError: A file cannot be written.
    """
    if kind not in FORMATS:
        known = ", ".join([*FORMATS, "usdm"])
        raise MyotrialError(f"There is no format {kind!r}.\nHint: there are {known}.")
    made = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)
    if kind == "odm":
        (folder / "study.xml").write_bytes(odm.document(protocol, tables, made, origin))
        return {"study.xml": sum(frame.height for frame in tables.values())}
    several = [
        *tabulation(protocol, tables, origin=origin),
        *analysis(protocol, frames, names),
    ]
    check(several, transport=kind == "xpt")
    written: dict[str, int] = {}
    for standard, name in FOLDERS.items():
        chosen = [item for item in several if item.standard == standard]
        (folder / name).mkdir()
        for item in chosen:
            file = folder / name / f"{item.name.lower()}{FORMATS[kind]}"
            _one(item, file, kind, protocol.study.id, made)
            written[f"{name}/{file.name}"] = item.frame.height
        text = define(protocol, chosen, FORMATS[kind], made, origin)
        (folder / name / "define.xml").write_bytes(text)
    return written


def _one(item: Dataset, file: Path, kind: str, study: str, made: datetime) -> None:
    if kind == "xpt":
        transport.write(item, file, made.replace(tzinfo=None))
    elif kind == "json":
        dataset_json.write(item, file, study, made)
    else:
        item.frame.write_parquet(file)
