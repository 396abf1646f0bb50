"""Whether what stands in `out/` is what the study's inputs and this code give."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from myotrial.errors import MyotrialError, some
from myotrial.study.answers import FINDINGS
from myotrial.study.places import OUT
from myotrial.study.steps import MANIFEST, Again, Watch, again

__all__ = ["Verified", "verify"]


@dataclass(frozen=True)
class Verified:
    """What a verification found.

    Attributes:
        folder: The study's folder.
        found: The output beside the same steps done anew.
    """

    folder: Path
    found: Again

    @property
    def code(self) -> int:
        """0, or findings."""
        bad = (self.found.changed, self.found.missing, self.found.extra)
        return FINDINGS if any(bad) else 0

    def as_record(self) -> dict[str, Any]:
        """All files and steps as plain data."""
        return {"folder": str(self.folder), "verified": self.code == 0} | asdict(self.found)

    def __str__(self) -> str:
        found, lines = self.found, []
        if found.stale and self.code:
            steps = ", ".join(found.stale)
            lines.append(f"Inputs or code have changed since the last run (steps: {steps}).")
        for says, files in (
            ("came out otherwise", found.changed),
            ("is not there", found.missing),
            ("was not made by this study", found.extra),
        ):
            lines += [f"{OUT}/{name} {says}" for name in files]
        count, whole = len(found.same), len(found.same) + len(found.changed) + len(found.missing)
        lines.append(
            f"{self.folder / OUT}: {count} of {whole} files came out the same to the byte."
        )
        if self.code:
            lines.append(f"Hint: myotrial run {self.folder} brings it up to date.")
        return "\n".join(lines)


def verify(folder: Path, watch: Watch = lambda *_: None) -> Verified:
    """Derive, analyse and report the study in a folder anew, and compare with its `out/`.

    Args:
        folder: The study's folder; nothing in it is changed.
        watch: Told each step that starts.

    Raises:
        MyotrialError: There is no output to verify.
    """
    from myotrial.study.stages import code, stages

    if not (folder / OUT / MANIFEST).is_file():
        raise MyotrialError(
            f"{folder} has no output to verify ({some([f'{OUT}/{MANIFEST}'])} is not there).\n"
            f"Hint: myotrial run {folder}"
        )
    return Verified(folder, again(folder, stages(folder), code=code(), watch=watch))
