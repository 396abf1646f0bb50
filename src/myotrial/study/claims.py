"""Whether published claims can all hold, told to a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial.study.answers import FINDINGS

__all__ = ["Verdict", "examine"]


@dataclass(frozen=True)
class Verdict:
    """The findings on a file of claims.

    Attributes:
        file: The file.
        findings: The record of `evidence.examine`.
    """

    file: Path
    findings: Mapping[str, Any]

    @property
    def code(self) -> int:
        """0, or findings: the stated claims cannot all hold."""
        return 0 if self.findings["consistent"] else FINDINGS

    def as_record(self) -> dict[str, Any]:
        """The findings as plain data."""
        return dict(self.findings)

    def __str__(self) -> str:
        from myotrial.study.verdict import lines

        return "\n".join(lines(self.file, self.findings))


def examine(file: Path) -> Verdict:
    """Examine the claims in a file.

    Raises:
        DocumentError: The file breaks its form; all problems are told.
        TooLargeError: The claims need more room than there is; says what to drop.
    """
    from myotrial import evidence

    return Verdict(file, evidence.examine(evidence.read(file)).as_record())
