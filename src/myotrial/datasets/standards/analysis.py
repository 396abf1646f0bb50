"""ADaM: the analysis datasets of a study as a transport file can hold them, each described.

Our own columns whose names are longer than 8 characters get the short ones of `words`, a status at
a visit that of its visit (STATUS_M12 is STATM12).
"""

from collections.abc import Mapping

import polars as pl

from myotrial.datasets.standards.dataset import Dataset, dataset
from myotrial.datasets.standards.words import SHORT_NAMES, label
from myotrial.datasets.writing import labels
from myotrial.protocol.models import Protocol

__all__ = ["analysis"]

SPECIFIC = {
    "ADSL": ("SUBJECT LEVEL ANALYSIS DATASET", "One record per subject"),
    "ADAE": ("OCCURRENCE DATA STRUCTURE", "One record per subject and adverse event"),
    "ADCM": ("OCCURRENCE DATA STRUCTURE", "One record per subject and therapy"),
    "ADEX": ("OCCURRENCE DATA STRUCTURE", "One record per subject and period of dosing"),
    "ADDV": ("OCCURRENCE DATA STRUCTURE", "One record per subject and protocol deviation"),
    "ADCOURSE": ("ADAM OTHER", "One record per subject"),
    "ADTTE": ("BASIC DATA STRUCTURE", "One record per subject and parameter"),
    "ADICE": ("OCCURRENCE DATA STRUCTURE", "One record per subject and intercurrent event"),
    "ADESTV": ("ADAM OTHER", "One record per subject, estimand and analysis visit"),
    "ADEST": ("ADAM OTHER", "One record per subject, endpoint and handling of missing data"),
}
BASIC = ("BASIC DATA STRUCTURE", "One record per subject, parameter and analysis visit")
CODES = {
    "SEX": ("F", "M"),
    **dict.fromkeys(("SAFFL", "FASFL", "COMPLFL"), ("N", "Y")),
    **dict.fromkeys(("ABLFL", "ANL01FL", "BZEROFL"), ("Y",)),
    "ELIGFL": ("N", "U", "Y"),
    "EOSSTT": ("COMPLETED", "DISCONTINUED", "ONGOING"),
}
STATUS = "STATUS_"
WIDEST = 40  # bytes of a label


def analysis(
    protocol: Protocol, frames: Mapping[str, pl.DataFrame], names: Mapping[str, str]
) -> list[Dataset]:
    """The analysis datasets that have rows.

    Args:
        protocol: The protocol.
        frames: Datasets as `derive` gives them.
        names: The label of each dataset.
    """
    return [
        _described(protocol, name, frame, names[name])
        for name, frame in frames.items()
        if frame.height
    ]


def _described(protocol: Protocol, name: str, frame: pl.DataFrame, called: str) -> Dataset:
    kind, structure = SPECIFIC.get(name, BASIC)
    short = {column: _short(column) for column in frame.columns}
    words = {
        short[column]: _fitting(label(column), text)
        for column, text in labels(frame, protocol).items()
    }
    renamed = frame.rename(short)
    return dataset(
        renamed,
        name=name,
        label=called[:WIDEST],
        standard="ADaMIG",
        kind=kind,
        structure=structure,
        keys=("STUDYID", "USUBJID") if name in ("ADSL", "ADCOURSE") else ("STUDYID", "ROWID"),
        labels=words,
        origins={},
        codes={column: CODES[column] for column in renamed.columns if column in CODES},
    )


def _short(column: str) -> str:
    if column.startswith(STATUS):
        return f"STAT{column.removeprefix(STATUS)}"
    return SHORT_NAMES.get(column, column)


def _fitting(short: str, text: str) -> str:
    """The column's own label where it fits, else the short one."""
    return text if len(text.encode()) <= WIDEST else short
