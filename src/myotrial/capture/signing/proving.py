"""A person proves to be there: both components at first in a sitting, the password afterwards."""

from typing import Any

from myotrial.capture.accounts.confirming import confirm, needed
from myotrial.capture.signing.proofs import Proof
from myotrial.capture.store.applying import now

__all__ = ["prove"]


def prove(request: Any) -> tuple[Proof, str]:
    """What the person who sent a form has shown with it, and what was not right.

    A proof that lacks a component is decided on where it is needed: nothing is signed with it.
    """
    asked = needed(request)
    problem = confirm(request)
    if problem:
        return Proof(request.user.username, frozenset(), now()), problem
    shown = {"password", "code" if "code" in asked else "sitting"}
    return Proof(request.user.username, frozenset(shown), now()), ""
