"""Who is there: the person of each request, and the end of a sitting.

A sitting ends after `IDLE` without a request and `LONGEST` after it began, whatever happens; and at
once when the account is closed, or its role is taken away.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, logout
from django.utils.translation import gettext as _

from myotrial.capture.accounts.people import person
from myotrial.capture.store.models import Account

__all__ = ["IDLE", "LONGEST", "Presence", "begin", "plant", "take_up"]

IDLE = 15 * 60  # seconds
LONGEST = 12 * 60 * 60
STEP = 20  # seconds between two notes of the last request: not every page writes


def begin(session: Any) -> None:
    """A sitting begins."""
    session["began"] = session["seen"] = int(time.time())


def plant(session: Any, account: Account, role: str) -> None:
    """Fill a session as signing in does, for what signs in otherwise than by a page."""
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session["role"] = role
    session["second"] = True
    begin(session)


def take_up(request: Any, role: str) -> None:
    """Work in a role from now on, under a session id of its own."""
    request.session["role"] = role
    request.session.cycle_key()
    request.person = person(request.user, role)


class Presence:
    """Sets `request.person`: a Person in a role, or None."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self._next = get_response

    def __call__(self, request: Any) -> Any:
        """Answer."""
        request.person = None
        if request.user.is_authenticated:
            self._find(request)
        return self._next(request)

    def _find(self, request: Any) -> None:
        at, session = int(time.time()), request.session
        seen, began = session.get("seen", 0), session.get("began", 0)
        if at - seen > IDLE or at - began > LONGEST:
            logout(request)
            messages.warning(request, _("Your sitting has ended: please sign in again."))
            return
        if at - seen >= STEP:
            session["seen"] = at
        if "role" in session:
            request.person = person(request.user, session["role"])
            if request.person is None:
                del session["role"]
