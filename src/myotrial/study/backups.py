"""A study's database copied, and brought back."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from myotrial.capture.keeping.backups import Copied, Restored

__all__ = ["backup", "restore"]


@dataclass(frozen=True)
class BackedUp:
    """A backup that was taken."""

    found: "Copied"
    code = 0

    def __str__(self) -> str:
        found = self.found
        return (
            f"{found.file}: opened, and every link of its {found.entries:,} entries in "
            f"{found.chains:,} chains holds. Last entry: {found.at or 'none'}\n"
            f"Digest of all ends: {found.digest}\n"
            "It holds no key: keep copies of server/trail.key and server/allocation.key, but not "
            "beside the backup."
        )

    def as_record(self) -> dict[str, Any]:
        """Plain data."""
        return {**vars(self.found), "file": str(self.found.file)}


@dataclass(frozen=True)
class BroughtBack:
    """A backup that was brought back."""

    study: Path
    found: "Restored"
    code = 0

    def __str__(self) -> str:
        copied, found = self.found.copied, self.found
        lines = [
            f"{self.study} has {copied.entries:,} entries in {copied.chains:,} chains again. "
            f"Last entry of the backup: {copied.at or 'none'}",
            f"Digest of all ends: {copied.digest}",
        ]
        if found.aside:
            lines.append(f"What stood there before is now {found.aside}")
        if found.missing:
            lines.append(f"Lost, and told in the trail: what {len(found.missing)} chains had more.")
        return "\n".join(lines)

    def as_record(self) -> dict[str, Any]:
        """Plain data."""
        return {
            **BackedUp(self.found.copied).as_record(),
            "aside": str(self.found.aside) if self.found.aside else None,
            "missing": [vars(item) for item in self.found.missing],
        }


def backup(folder: Path, file: Path) -> BackedUp:
    """Copy a study's database; see `capture.keeping.backups.backup`."""
    from myotrial.capture.keeping import backups

    return BackedUp(backups.backup(folder, file))


def restore(
    file: Path,
    folder: Path,
    *,
    keys: Sequence[Path] = (),
    anchors: Sequence[Path] = (),
    loss: str = "",
    by: str = "",
) -> BroughtBack:
    """Bring a backup back; see `capture.keeping.backups.restore`."""
    from myotrial.capture.keeping import backups

    found = backups.restore(file, folder, keys=keys, anchors=anchors, loss=loss, by=by)
    return BroughtBack(folder, found)
