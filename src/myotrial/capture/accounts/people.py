"""From an account to the person who acts: one role at a time, at all sites it was given for."""

from myotrial.capture.record.people import ROLES, Person
from myotrial.capture.store.models import Account

__all__ = ["nobody_yet", "person", "roles"]


def roles(account: Account) -> list[str]:
    """The roles that may be taken up, in order; before training, only the administrator's."""
    held = set(account.grants.values_list("role", flat=True))  # type: ignore[attr-defined]
    return [role for role in ROLES if role in held and (account.trained or role == "administrator")]


def person(account: Account, role: str) -> Person | None:
    """The person in a role; None where it is not held."""
    if role not in roles(account):
        return None
    at = set(account.grants.filter(role=role).values_list("site_id", flat=True))  # type: ignore[attr-defined]
    sites = None if None in at else frozenset(at)
    return Person(account.username, account.name, role, sites, account.organisation)


def nobody_yet(account: Account) -> Person:
    """The person before a role is taken up: may sign in and out, and change what is their own."""
    return Person(account.username, account.name, "", None, account.organisation)
