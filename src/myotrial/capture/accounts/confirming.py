"""Asking again who is there: before signing, unblinding, or changing how one signs in.

The first time in a sitting both components are asked for, afterwards the password alone, as 21 CFR
11.200(a)(1) has it; a confirmation holds for `FRESH` seconds. A form that signs holds the fields
"password" and, where `needed` says so, "code"; its view calls `confirm`.
"""

import time
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from myotrial.capture.accounts import passkeys, passwords, throttle
from myotrial.capture.accounts.entrance import onward, passed_by, waiting
from myotrial.capture.web.visitors import address_of

__all__ = ["again", "confirm", "needed", "reauthenticated"]

FRESH = 5 * 60  # seconds


def reauthenticated(request: Any) -> bool:
    """Whether the person said who they are within the last minutes, not only when signing in."""
    return time.time() - request.session.get("confirmed", 0) <= FRESH


def needed(request: Any) -> tuple[str, ...]:
    """The components that the next confirmation takes: "password", and "code" at first."""
    return ("password",) if request.session.get("confirmed") else ("password", "code")


def confirm(request: Any) -> str:
    """Check what a form holds; says why it does not do, or "" if it does."""
    user, address = request.user.username, address_of(request)
    problem = waiting(user, request)
    if problem:
        return problem
    right = passwords.verify(request.user, request.POST.get("password", ""))
    if right and "code" in needed(request):
        right = bool(passed_by(request))
    if not right:
        throttle.failed(user, address)
        return _("The password or the code is not right.")
    throttle.passed(user, address)
    request.session["confirmed"] = int(time.time())
    return ""


def again(request: Any) -> HttpResponse:
    """A page that asks, and then goes on."""
    problem = ""
    if request.method == "POST":
        problem = confirm(request)
        if not problem:
            return redirect(onward(request))
    shown = {
        "problem": problem,
        "next": onward(request),
        "code": "code" in needed(request),
        "passkey": passkeys.ask(request, request.user) if "code" in needed(request) else "",
    }
    status = 422 if problem else 200
    return render(request, "myotrial/accounts/again.html", shown, status=status)
