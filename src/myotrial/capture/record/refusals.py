"""Why an action is not taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from myotrial.capture.record.state import Value
from myotrial.errors import MyotrialError

__all__ = ["ConflictError", "FieldProblem", "ReasonError", "RefusedError"]


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field, for the person who filled it."""

    field: str
    message: str


class RefusedError(MyotrialError):
    """An action is not taken; nothing was changed.

    Attributes:
        code: "forbidden", "unknown", "order" (not now), "locked", "invalid", "reason", "conflict",
            "unavailable" (the database cannot take it now).
        problems: What is wrong with which field, where it is fields.
    """

    def __init__(self, code: str, message: str, problems: Sequence[FieldProblem] = ()) -> None:
        self.code, self.problems = code, tuple(problems)
        super().__init__(message)


class ReasonError(RefusedError):
    """Saved values would change without a reason."""

    def __init__(self, fields: Sequence[str]) -> None:
        shown = ", ".join(fields)
        super().__init__(
            "reason",
            f"a reason is needed to change what was saved before: {shown}.\n"
            "Hint: say why, for example: transcription error.",
            [FieldProblem(name, "saved before: say why it changes") for name in fields],
        )


class ConflictError(RefusedError):
    """Somebody else changed the same fields since the form was opened.

    Attributes:
        theirs: What stands there now, by field.
        mine: What was to be saved.
    """

    def __init__(self, theirs: Mapping[str, Value], mine: Mapping[str, Value]) -> None:
        self.theirs, self.mine = dict(theirs), dict(mine)
        super().__init__(
            "conflict",
            f"someone else has changed {', '.join(theirs)} since this form was opened.\n"
            "Hint: look at both values and save again.",
            [FieldProblem(name, "changed by someone else meanwhile") for name in theirs],
        )
