"""What can be done to a patient's record: one frozen class an action, its words beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from myotrial.capture.record.state import FormKey, Value

__all__ = [
    "AcceptLoss",
    "Action",
    "AnswerQuery",
    "CloseQuery",
    "Enrol",
    "Freeze",
    "Lock",
    "OpenQuery",
    "Release",
    "Remove",
    "Save",
    "Screen",
    "Unfreeze",
    "Unlock",
    "Verify",
    "Withhold",
]


@dataclass(frozen=True)
class Action:
    """Base of all actions."""


@dataclass(frozen=True)
class Screen(Action):
    """Open a record for a patient who is screened, under a number that says nothing of them.

    Attributes:
        number: The number.
        origin: Where the patient's rows come from, if nobody captured them: a key of
            `terms.ORIGINS`.
    """

    number: str
    origin: str = ""


@dataclass(frozen=True)
class Enrol(Action):
    """Take a patient into the study.

    Attributes:
        arm: The arm; "" in a study that randomises, whose list gives it after enrolment.
        day_one: Day of the first dose (day 1); "" where it follows from randomisation.
    """

    arm: str = ""
    day_one: str = ""


@dataclass(frozen=True)
class Save(Action):
    """Enter or change values of a form.

    Attributes:
        key: The form.
        values: The values that were entered, by field; fields left out stay as they are.
        seen: Number of the last entry of the record when the form was opened.
        reason: Why values are changed that were saved before.
        explained: What the site says at once to a check that asks, by the name of the check.
    """

    key: FormKey
    values: Mapping[str, Value]
    seen: int = 0
    reason: str = ""
    explained: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        object.__setattr__(self, "explained", MappingProxyType(dict(self.explained)))


@dataclass(frozen=True)
class Remove(Action):
    """Take out a repeating form that was entered by mistake; its values stay in the trail."""

    key: FormKey
    reason: str


@dataclass(frozen=True)
class OpenQuery(Action):
    """Ask about a field."""

    key: FormKey
    field: str
    text: str


@dataclass(frozen=True)
class AnswerQuery(Action):
    """Answer a query."""

    query: str
    text: str


@dataclass(frozen=True)
class CloseQuery(Action):
    """Close a query, or cancel one that was asked in error."""

    query: str
    text: str = ""
    cancel: bool = False


@dataclass(frozen=True)
class Verify(Action):
    """Say that a form was compared with its source."""

    key: FormKey


@dataclass(frozen=True)
class Freeze(Action):
    """Close a form to entry while it is reviewed."""

    key: FormKey


@dataclass(frozen=True)
class Unfreeze(Action):
    """Open a frozen form again."""

    key: FormKey
    reason: str = field(default="")


@dataclass(frozen=True)
class Lock(Action):
    """Close a form for good."""

    key: FormKey


@dataclass(frozen=True)
class Unlock(Action):
    """Open a locked form again, with a reason."""

    key: FormKey
    reason: str


@dataclass(frozen=True)
class Withhold(Action):
    """Take personal data that were entered by mistake out of the data and the trail.

    Attributes:
        entity: The form or query.
        field: The field.
        entries: Numbers of all entries that hold the value, before or after; first the one whose
            value it is (`store.withholding.holding` finds them).
        reason: Why; without the data themselves.
        what: "value", or "reason": the reason that was given for a change.
    """

    entity: str
    field: str
    entries: tuple[int, ...]
    reason: str
    what: str = "value"


@dataclass(frozen=True)
class Release(Action):
    """Put a version of the protocol and its forms in force at sites that have their approvals.

    Attributes:
        number: Number of the release; the next one for a new version.
        digest: Digest of the protocol.
        version: Version of its forms.
        sites: Codes of sites; empty for all.
        approval: What was approved, by whom and when.
        reason: What the amendment is for.
    """

    number: int
    digest: str
    version: str
    sites: tuple[str, ...]
    approval: str
    reason: str = ""


@dataclass(frozen=True)
class AcceptLoss(Action):
    """Say that an older state of the database was brought back, and that what it lacks is lost."""

    lost: str
    reason: str
