"""The audit trail of a study's server: verified, exported, anchored."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myotrial.errors import SHOWN

if TYPE_CHECKING:
    from myotrial.capture.keeping.auditing import Verified
    from myotrial.capture.trail.anchors import Anchor

__all__ = ["anchor_trail", "export_trail", "verify_trail"]


@dataclass(frozen=True)
class TrailVerified:
    """What was found in a trail."""

    found: "Verified"

    @property
    def code(self) -> int:
        """1 if anything is not as it was written."""
        return 1 if self.found.faults else 0

    def __str__(self) -> str:
        found = self.found
        walked = f"{found.entries:,} entries in {found.chains:,} chains"
        if found.faults:
            shown = "\n".join(f"  {item}" for item in found.faults[: 10 * SHOWN])
            more = len(found.faults) - 10 * SHOWN
            rest = f"\n  … and {more} more" if more > 0 else ""
            return (
                f"The trail is not as it was written: {len(found.faults)} faults in {walked}.\n"
                f"{shown}{rest}\n{self._anchors()}\n"
                "Hint: keep this database as it is, and compare it with the newest backup."
            )
        return (
            f"Every link holds: {walked}, and the data are what the trail makes.\n"
            f"{self._anchors()}\nDigest of all ends: {found.digest}"
        )

    def _anchors(self) -> str:
        anchors = self.found.anchors
        if not anchors:
            return "No anchor was found: entries cut off at the end of a chain could not be seen."
        last = max(item.anchor.at for item in anchors)
        names = ", ".join(dict.fromkeys(str(item.file) for item in anchors))
        return f"Compared with {len(anchors)} anchors, the last of {last}, from {names}."

    def as_record(self) -> dict[str, Any]:
        """Plain data."""
        found = self.found
        return {
            "chains": found.chains,
            "entries": found.entries,
            "digest": found.digest,
            "anchors": [{"at": i.anchor.at, "file": str(i.file)} for i in found.anchors],
            "faults": [vars(item) for item in found.faults],
        }


@dataclass(frozen=True)
class TrailExported:
    """A trail that was written to a file."""

    file: Path
    entries: int
    code = 0

    def __str__(self) -> str:
        return f"{self.entries:,} entries of the trail written to {self.file}"

    def as_record(self) -> dict[str, Any]:
        """Plain data."""
        return {"file": str(self.file), "entries": self.entries}


@dataclass(frozen=True)
class TrailAnchored:
    """An anchor that was taken."""

    anchor: "Anchor"
    files: tuple[Path, ...]
    code = 0

    def __str__(self) -> str:
        names = ", ".join(map(str, self.files))
        return (
            f"The ends of {len(self.anchor.heads):,} chains at {self.anchor.at}, signed: {names}\n"
            f"Digest of all ends: {self.anchor.digest}"
        )

    def as_record(self) -> dict[str, Any]:
        """Plain data."""
        found = self.anchor
        return {
            "at": found.at,
            "chains": len(found.heads),
            "digest": found.digest,
            "signature": found.signature,
            "files": [str(file) for file in self.files],
        }


def verify_trail(folder: Path, anchors: Sequence[Path] = ()) -> TrailVerified:
    """Walk every chain of a study's trail with its key; see `capture.keeping.auditing.verify`."""
    from myotrial.capture.keeping.auditing import verify

    return TrailVerified(verify(folder, more=anchors))


def export_trail(folder: Path, file: Path) -> TrailExported:
    """Write the whole trail to a file; see `capture.keeping.auditing.export`."""
    from myotrial.capture.keeping.auditing import export

    return TrailExported(file, export(folder, file))


def anchor_trail(folder: Path, to: Sequence[Path] = ()) -> TrailAnchored:
    """Sign the ends of all chains, and append them to the study's files of anchors and others."""
    from myotrial.capture.keeping.anchoring import files, take
    from myotrial.capture.keeping.opening import opened

    with opened(folder) as (places, connection):
        made = take(places, connection, to)
        return TrailAnchored(made, tuple(dict.fromkeys(files(places, to))))
