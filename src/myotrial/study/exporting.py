"""A study's datasets as files of the standards, in a folder of their own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial.errors import MyotrialError
from myotrial.study.output import replacing

__all__ = ["Exported", "export"]

USDM = "usdm"


@dataclass(frozen=True)
class Exported:
    """What an export wrote.

    Attributes:
        folder: Where it stands.
        origin: Where the records come from: captured, reconstructed or simulated.
        rows: Rows by file, named from the folder.
    """

    folder: Path
    origin: str
    rows: dict[str, int]
    code: int = 0

    def as_record(self) -> dict[str, Any]:
        """The files as plain data."""
        return {"folder": str(self.folder), "origin": self.origin, "rows": self.rows}

    def __str__(self) -> str:
        if [*self.rows] == ["usdm.json"]:
            return f"The protocol as USDM 4.0: {self.folder / 'usdm.json'}"
        lines = [f"{name:<20} {rows:>8} rows" for name, rows in self.rows.items()]
        said = f" of {self.origin} records" if self.origin != "captured" else ""
        files = "dataset" if len(self.rows) == 1 else "datasets"
        lines.append(f"{len(self.rows)} {files}{said}: {self.folder}")
        return "\n".join(lines)


def export(folder: Path, to: Path, kind: str) -> Exported:
    """Write the SDTM and ADaM datasets of the study in a folder.

    Args:
        folder: The study's folder.
        to: Folder to make; an empty one may be there.
        kind: "xpt", "json" (Dataset-JSON), "parquet", "odm", or "usdm" (the protocol alone).

    Raises:
        MyotrialError: The folder holds something, the format is unknown, or nothing is there to
            export.
        DocumentError: A name, label or text does not fit the format.
        OutputError: A file cannot be written; nothing is left half-written.
    """
    from myotrial.datasets.standards import exporting
    from myotrial.study.record import DATASETS, origin_of
    from myotrial.study.stages import contents

    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise MyotrialError(
            f"{to} is there already and not an empty folder.\nHint: name a new folder."
        )
    if kind == USDM:
        return _protocol(folder, to)
    held = contents(folder)
    origin = origin_of(held.datasets)
    with replacing(to) as fresh:
        rows = exporting.export(
            held.protocol,
            held.tables,
            held.datasets,
            fresh,
            kind=kind,
            origin=origin,
            names=DATASETS,
        )
    return Exported(to, origin, rows)


def _protocol(folder: Path, to: Path) -> Exported:
    """Write the protocol as USDM 4.0; no records are needed for it."""
    from myotrial import protocol
    from myotrial.datasets.standards import usdm
    from myotrial.study.places import PROTOCOL

    text = usdm.text(protocol.read(folder / PROTOCOL))
    with replacing(to) as fresh:
        (fresh / "usdm.json").write_text(text, encoding="utf-8")
    return Exported(to, "captured", {"usdm.json": 1})
