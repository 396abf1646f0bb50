"""Every error raised on purpose, in one tree; the command line turns each into a message.

MyotrialError            base: whatever a person can mend by reading the message
├── ExpressionError      an expression of a protocol or a claim cannot be read or evaluated
├── PrintedError         a number as printed in a publication cannot be read
├── DocumentError        study.yaml, published.yaml or a table breaks its form: all problems at once
├── MissingColumnsError  a table lacks columns that a step needs
├── ReconstructionError  what a paper says of a patient cannot be turned into tables
├── ClaimsConflictError  published claims cannot all hold, so nothing can be drawn from them
├── SlideError           a slide cannot be read, measured, or compared with another; says why
├── TooLargeError        a question is beyond what can be answered here; says what to drop
├── ModelError           a statistical model cannot be fitted to these data; says why
└── OutputError          results cannot be written; what was there before is untouched
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN = 3  # subjects or values named in one message; the rest are counted


class MyotrialError(ValueError):
    """Base of all errors raised on purpose; the command line catches this one."""


class ExpressionError(MyotrialError):
    """An expression cannot be read or evaluated."""

    def __init__(self, text: str, position: int, message: str) -> None:
        self.text, self.position, self.message = text, position, message
        super().__init__(f"{message}\n    {text}\n    {' ' * position}^")

    def __reduce__(self) -> tuple[type, tuple[str, int, str]]:
        return type(self), (self.text, self.position, self.message)


class PrintedError(MyotrialError):
    """A number as printed in a publication cannot be read."""

    def __init__(self, text: object, expected: str, hint: str = "") -> None:
        self.text, self.expected, self.hint = text, expected, hint
        message = f"expected {expected}, found {shorten(text)}"
        super().__init__(f"{message}\nHint: {hint}" if hint else message)

    def __reduce__(self) -> tuple[type, tuple[object, str, str]]:
        return type(self), (self.text, self.expected, self.hint)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one place in a document or table.

    Attributes:
        where: The key's path ("visits[2].day") or the table's place ("USUBJID 'A-03', HAQ").
        expected: What the place should hold.
        found: What it holds, as `repr` shows it, or a sentence.
        line: 1-based line in the file (for a table: the row's line, header counted), if known.
        hint: The way out, where one can be named.
        file: The file of this problem, where one error covers several files.
    """

    where: str
    expected: str
    found: str
    line: int | None = None
    hint: str = ""
    file: str = ""

    def sentence(self, file: str) -> str:
        """Tell the problem as `file:line: where: expected …, found …`."""
        named = self.file or file
        place = f"{named}:{self.line}" if self.line else named
        text = f"{place}: {self.where}: expected {self.expected}, found {self.found}"
        return f"{text}\n    Hint: {self.hint}" if self.hint else text


class DocumentError(MyotrialError):
    """A document or captured table breaks its form; every problem found is listed."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        self.file, self.problems = file, tuple(problems)
        super().__init__("\n".join(problem.sentence(file) for problem in self.problems))

    def __reduce__(self) -> tuple[type, tuple[str, tuple[Problem, ...]]]:
        return type(self), (self.file, self.problems)


class MissingColumnsError(MyotrialError):
    """A table lacks columns a step needs."""

    def __init__(
        self, step: str, missing: Iterable[str], found: Sequence[str], hint: str = ""
    ) -> None:
        self.step, self.missing, self.found = step, sorted(missing), list(found)
        self.hint = hint or "rename the table's columns to their CDISC names, or derive them first."
        super().__init__(
            f"{step} needs the columns {self.missing}, but the table has {self.found}.\n"
            f"Hint: {self.hint}"
        )

    def __reduce__(self) -> tuple[type, tuple[str, list[str], list[str], str]]:
        return type(self), (self.step, self.missing, self.found, self.hint)


class ReconstructionError(MyotrialError):
    """What a paper says of a patient cannot be turned into tables.

    Args:
        patient: 1-based number of the patient among those of the paper; 0: no single patient.
        message: What cannot be, said of the patient.
    """

    def __init__(self, patient: int, message: str) -> None:
        self.patient, self.message = patient, message
        who = f"patient {patient}" if patient else "the patients"
        super().__init__(f"{who} cannot be reconstructed: {message}")

    def __reduce__(self) -> tuple[type, tuple[int, str]]:
        return type(self), (self.patient, self.message)


class ClaimsConflictError(MyotrialError):
    """Published claims cannot all hold, so nothing can be drawn from them: a finding, no fault."""


class SlideError(MyotrialError):
    """A slide cannot be read, measured, or compared with another; the message says why."""


class TooLargeError(MyotrialError):
    """A question is beyond what can be answered here; the message says what to drop."""


class ModelError(MyotrialError):
    """A statistical model cannot be fitted to these data: a finding that the analysis reports."""


class OutputError(MyotrialError):
    """Results cannot be written; whatever was there before is untouched."""


def shorten(value: object, length: int = 60) -> str:
    """Show a value with `repr`, a long one by its beginning.

    >>> shorten("46,7")
    "'46,7'"
    """
    text = repr(value)
    return text if len(text) <= length else f"{text[: length - 1]}…"


def some(values: Iterable[object]) -> str:
    """Show a few values and count the rest.

    >>> some(["A-01", "A-02", "A-03", "A-04"])
    "'A-01', 'A-02', 'A-03' and 1 more"
    """
    listed = list(values)
    text = ", ".join(map(repr, listed[:SHOWN]))
    return text if len(listed) <= SHOWN else f"{text} and {len(listed) - SHOWN} more"
