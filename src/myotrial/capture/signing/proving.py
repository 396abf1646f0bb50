"""A person proves to be there: the password, and a second factor, asked for anew.

The password is checked here. Whoever keeps second factors registers how one is checked; a server
without that signs nothing.
"""

from collections.abc import Callable
from typing import Any

from myotrial.capture.signing.proofs import Proof
from myotrial.capture.store.applying import now

__all__ = ["prove", "register"]

Check = Callable[[Any], str]  # of a request: the component that was right, or ""
checks: list[Check] = []


def register(check: Check) -> None:
    """Have second factors checked by a function of the request: it gives "code" or "passkey"."""
    checks.append(check)


def prove(request: Any) -> Proof:
    """What the person who sent a form has shown with it.

    Wrong components are left out: whether the proof holds is decided where it is needed.
    """
    shown = set()
    if request.user.check_password(request.POST.get("password", "")):
        shown.add("password")
        shown.update(filter(None, (check(request) for check in checks)))
    return Proof(request.user.username, frozenset(shown), now())
