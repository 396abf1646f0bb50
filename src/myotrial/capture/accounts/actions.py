"""What can be done to the study's own record: sites, accounts, roles, and what is only noted.

No secret is in an action: the trail tells that a password was set, not which.
"""

from dataclasses import dataclass

from myotrial.capture.record.actions import Action

__all__ = [
    "AddSite",
    "CloseAccount",
    "GrantRole",
    "Note",
    "NoteFactor",
    "NoteFailure",
    "NoteSignIn",
    "OpenAccount",
    "RecordTraining",
    "ReopenAccount",
    "SetPassword",
    "WithdrawRole",
]


@dataclass(frozen=True)
class AddSite(Action):
    """Add a site, or change its name and time zone."""

    code: str
    name: str
    zone: str


@dataclass(frozen=True)
class OpenAccount(Action):
    """Open an account for a person; nobody else ever signs in with it."""

    user: str
    name: str
    organisation: str = ""
    email: str = ""


@dataclass(frozen=True)
class GrantRole(Action):
    """Give a person a role at a site, or at all (no site)."""

    user: str
    role: str
    site: str = ""


@dataclass(frozen=True)
class WithdrawRole(Action):
    """Take a role back."""

    user: str
    role: str
    site: str = ""
    reason: str = ""


@dataclass(frozen=True)
class RecordTraining(Action):
    """Record the day a person was trained for the study: nobody enters before."""

    user: str
    day: str


@dataclass(frozen=True)
class CloseAccount(Action):
    """Close an account: its sessions end, and it signs in no more."""

    user: str
    reason: str


@dataclass(frozen=True)
class ReopenAccount(Action):
    """Open a closed account again."""

    user: str
    reason: str


@dataclass(frozen=True)
class SetPassword(Action):
    """Set a password: one's own, or a temporary one for somebody else."""

    user: str
    temporary: bool = False


@dataclass(frozen=True)
class NoteSignIn(Action):
    """Note that a person signed in or out, or took up a role."""

    user: str
    what: str
    where: str = ""


@dataclass(frozen=True)
class NoteFactor(Action):
    """Note that a second factor was added, taken away, or its recovery codes made anew."""

    user: str
    what: str
    label: str = ""


@dataclass(frozen=True)
class NoteFailure(Action):
    """Note that somebody could not sign in; what they typed is not kept."""

    user: str
    why: str
    where: str = ""


@dataclass(frozen=True)
class Note(Action):
    """Note what a person took out of the system: an export, a print.

    Attributes:
        what: "export", "print" …
        about: What of: "casebook A-001".
    """

    what: str
    about: str
