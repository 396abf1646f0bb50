"""Who may do what: roles, and the actions each may take. Denied unless it stands here."""

from dataclasses import dataclass
from types import MappingProxyType

from myotrial.capture.accounts import actions as accounts
from myotrial.capture.allocation import actions as allocation
from myotrial.capture.api import actions as api
from myotrial.capture.forms.definitions import Form
from myotrial.capture.record.actions import (
    AcceptLoss,
    Action,
    AnswerQuery,
    CloseQuery,
    Enrol,
    Freeze,
    Lock,
    OpenQuery,
    Release,
    Remove,
    Save,
    Screen,
    Unfreeze,
    Unlock,
    Verify,
    Withhold,
)
from myotrial.capture.signing import actions as signing

__all__ = ["ENTERS", "MAY", "ROLES", "Person", "may"]

ROLES = MappingProxyType(
    {
        "investigator": "Investigator",
        "nurse": "Study nurse",
        "physiotherapist": "Physiotherapist",
        "pathologist": "Pathologist",
        "monitor": "Monitor",
        "data_manager": "Data manager",
        "pharmacist": "Pharmacist",
        "statistician": "Statistician (blinded)",
        "unblinded": "Unblinded statistician",
        "sponsor": "Sponsor (reads only)",
        "administrator": "Administrator",
    }
)
SITE = (Screen, Enrol, Save, Remove, AnswerQuery)
FORMS: MappingProxyType[str, tuple[type[Action], ...]] = MappingProxyType(
    {
        "investigator": SITE,
        "nurse": SITE,
        "physiotherapist": (Save, AnswerQuery),
        "pathologist": (Save, AnswerQuery),
        "monitor": (OpenQuery, AnswerQuery, CloseQuery, Verify, Freeze, Unfreeze),
        "data_manager": (
            OpenQuery,
            AnswerQuery,
            CloseQuery,
            Freeze,
            Unfreeze,
            Lock,
            Unlock,
            Withhold,
            Release,
        ),
        "pharmacist": (),
        "statistician": (),
        "unblinded": (),
        "sponsor": (),
        "administrator": (
            AcceptLoss,
            accounts.AddSite,
            accounts.OpenAccount,
            accounts.GrantRole,
            accounts.WithdrawRole,
            accounts.RecordTraining,
            accounts.CloseAccount,
            accounts.ReopenAccount,
            accounts.SetPassword,
            accounts.NoteFactor,
        ),
    }
)
MAY: MappingProxyType[str, tuple[type[Action], ...]] = MappingProxyType(
    {
        role: (*own, *allocation.MAY.get(role, ()), *signing.MAY.get(role, ()))
        for role, own in FORMS.items()
    }
)
WITHOUT_ROLE: MappingProxyType[str, tuple[type[Action], ...]] = MappingProxyType(
    {
        "": (accounts.NoteSignIn, accounts.SetPassword, accounts.NoteFactor),  # before a role
        "system": (  # the server itself: makes the first administrator, notes who failed to come in
            accounts.AddSite,
            accounts.OpenAccount,
            accounts.GrantRole,
            accounts.SetPassword,
            accounts.NoteFailure,
            Release,  # the first one
        ),
    }
)
EVERYBODY = (accounts.Note, api.IssueToken, api.RevokeToken)  # in any role
ENTERS = MappingProxyType(  # roles that enter a form, by who it is for
    {
        "site": ("investigator", "nurse"),
        "function": ("investigator", "nurse", "physiotherapist"),
        "biopsy": ("investigator", "nurse", "pathologist"),
    }
)


@dataclass(frozen=True)
class Person:
    """Who asks: in one role, for some sites.

    Attributes:
        user: Name of the account.
        name: Printed name.
        role: A key of `ROLES`.
        sites: Codes of the sites the role holds at; None for every site.
        organisation: Who the person works for.
    """

    user: str
    name: str
    role: str
    sites: frozenset[str] | None = frozenset()
    organisation: str = ""

    def at(self, site: str) -> bool:
        """Whether the role holds at a site."""
        return self.sites is None or site in self.sites


def may(person: Person, action: type[Action], form: Form | None = None) -> bool:
    """Whether a role may take an action, on a form where it concerns one.

    >>> may(Person("m", "M", "monitor"), Save)
    False
    """
    if action in EVERYBODY:
        return person.role in ROLES
    if action not in MAY.get(person.role, WITHOUT_ROLE.get(person.role, ())):
        return False
    return action is not Save or form is None or person.role in ENTERS[form.who]
