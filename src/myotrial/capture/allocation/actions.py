"""What can be done about treatments that stay concealed: one frozen class an action."""

from dataclasses import dataclass
from types import MappingProxyType

from myotrial.capture.record.actions import Action

__all__ = [
    "MAY",
    "Acknowledge",
    "AskUnblinding",
    "LoadList",
    "LockDatabase",
    "Randomise",
    "Tell",
    "TellArms",
    "Unblind",
    "UnblindStudy",
    "UnlockDatabase",
]


@dataclass(frozen=True)
class LoadList(Action):
    """Put a list in force; the list itself goes to the concealed tables, not into the record.

    Attributes:
        number: Number of the list, from 1.
        method: "permuted_blocks" or "minimisation".
        by: Attributes that it is stratified or balanced by.
        slots: Allocations it holds; kits, where it is minimised.
        digest: Keyed digest of all it says.
    """

    number: int
    method: str
    by: tuple[str, ...]
    slots: int
    digest: str


@dataclass(frozen=True)
class Randomise(Action):
    """Allocate an enrolled patient: the next kit of the patient's stratum.

    Attributes:
        day_one: Day of the first dose (day 1); "" for today, where it is not known already.
    """

    day_one: str = ""


@dataclass(frozen=True)
class AskUnblinding(Action):
    """Ask to know one patient's treatment.

    Attributes:
        reason: Why it must be known.
        emergency: It cannot wait for a second person.
    """

    reason: str
    emergency: bool = False


@dataclass(frozen=True)
class Unblind(Action):
    """Agree, as a second person, that one patient's treatment is told to who asked."""

    number: int


@dataclass(frozen=True)
class Tell(Action):
    """Tell one patient's treatment to somebody for whom its code was broken; noted each time."""

    number: int


@dataclass(frozen=True)
class TellArms(Action):
    """Tell the arms of all patients: before the study is unblinded to its statistician alone."""

    reason: str


@dataclass(frozen=True)
class Acknowledge(Action):
    """Say that the notice of a broken code was read."""

    number: int


@dataclass(frozen=True)
class LockDatabase(Action):
    """Close the whole study to entry."""

    reason: str = ""


@dataclass(frozen=True)
class UnlockDatabase(Action):
    """Open a locked study again, with a reason; not after it was unblinded."""

    reason: str


@dataclass(frozen=True)
class UnblindStudy(Action):
    """Tell all arms, after the data base is locked."""

    reason: str


MAY: MappingProxyType[str, tuple[type[Action], ...]] = MappingProxyType(  # by role
    {
        "investigator": (Randomise, AskUnblinding, Unblind, Tell, Acknowledge),
        "nurse": (Randomise,),
        "monitor": (Acknowledge,),
        "data_manager": (LockDatabase, UnlockDatabase, TellArms, Acknowledge),
        "pharmacist": (Unblind, Tell),
        "statistician": (TellArms,),
        "unblinded": (LoadList, Unblind, Tell, UnblindStudy, TellArms),
        "sponsor": (Acknowledge,),
    }
)
