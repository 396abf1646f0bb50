"""Signing in step by step, signing out, and choosing the role to work in.

Name and password; the second factor; a password of one's own, where somebody else chose it; a
second factor, where there is none yet; the role. Before the last step nothing of the study opens.
"""

from typing import Any

from django.contrib.auth import login, logout
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from myotrial.capture.accounts import factors, passkeys, passwords, throttle
from myotrial.capture.accounts.acting import SYSTEM, act
from myotrial.capture.accounts.actions import NoteFailure, NoteSignIn
from myotrial.capture.accounts.hashing import turn
from myotrial.capture.accounts.people import nobody_yet, person, roles
from myotrial.capture.accounts.presence import begin, take_up
from myotrial.capture.record.people import ROLES
from myotrial.capture.store.models import Account
from myotrial.capture.web.visitors import address_of

__all__ = ["choose_role", "next_step", "onward", "second_factor", "sign_in", "sign_out", "waiting"]


def sign_in(request: Any) -> HttpResponse:
    """Ask for name and password."""
    if request.user.is_authenticated:
        return redirect("role")
    problem, status = "", 200
    if request.method == "POST":
        user = request.POST.get("name", "").strip().lower()
        problem, status = waiting(user, request), 429
        if not problem:
            account = _account(user, request.POST.get("password", ""))
            if account is not None:
                login(request, account)
                begin(request.session)
                _noted(request, "password accepted")
                return _to("role", request)
            _failed(user, request, "name or password wrong")
            problem, status = _("Name and password do not belong together."), 422
    shown = {"problem": problem, "next": onward(request)}
    return render(request, "myotrial/accounts/sign_in.html", shown, status=status)


def second_factor(request: Any) -> HttpResponse:
    """Ask for a code or a passkey."""
    if next_step(request) != "second-factor":
        return _to("role", request)
    account, problem, status = request.user, "", 200
    if request.method == "POST":
        problem, status = waiting(account.username, request), 429
        if problem:
            logout(request)
            return render(
                request, "myotrial/accounts/sign_in.html", {"problem": problem}, status=status
            )
        way = passed_by(request)
        if way:
            throttle.passed(account.username, address_of(request))
            request.session["second"] = True
            request.session.cycle_key()
            _noted(request, f"second factor accepted: {way}")
            return _to("role", request)
        _failed(account.username, request, "second factor wrong")
        problem, status = _("This code is not right, or was used already."), 422
    shown = {"problem": problem, "next": onward(request), "passkey": passkeys.ask(request, account)}
    return render(request, "myotrial/accounts/second_factor.html", shown, status=status)


def passed_by(request: Any) -> str:
    """The second factor that a form holds, used up: "code", "recovery", "passkey"; "" for none."""
    answer = request.POST.get("answer", "")
    if answer:
        return "passkey" if passkeys.take(request, request.user, answer) else ""
    return factors.take_code(request.user, request.POST.get("code", ""))


def sign_out(request: Any) -> HttpResponse:
    """Leave."""
    _noted(request, "sign out")
    logout(request)
    return redirect("home")


def choose_role(request: Any) -> HttpResponse:
    """Ask in which role a person works; who has one is not asked."""
    missing = next_step(request)
    if missing:
        return _to(missing, request)
    held = roles(request.user)
    role = request.POST.get("role", "") if request.method == "POST" else ""
    if not role and len(held) == 1 and request.person is None:
        role = held[0]
    if person(request.user, role) is not None:
        take_up(request, role)
        _noted(request, "take up role", role)
        return redirect(onward(request))
    shown = {
        "roles": [(name, ROLES[name]) for name in held],
        "next": onward(request),
        "trained": request.user.trained,
    }
    return render(request, "myotrial/accounts/role.html", shown)


def next_step(request: Any) -> str:
    """Name of the page that comes before the role; "" for none."""
    account = request.user
    owns = factors.has_factor(account)
    if owns and not request.session.get("second"):
        return "second-factor"
    if passwords.temporary(account):
        return "password"
    return "" if owns else "factors"


def waiting(user: str, request: Any) -> str:
    """Why somebody must wait before the next attempt; "" if they need not."""
    wait = throttle.waits(user, address_of(request))
    if wait is None:
        return ""
    minutes = int(wait.total_seconds() // 60) + 1
    return _("Too many attempts failed here. Try again in %(minutes)d minutes.") % {
        "minutes": minutes
    }


def onward(request: Any) -> str:
    """Where a person was going: an address of this server, whatever was sent."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    fine = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if fine else reverse("home")


def _account(user: str, password: str) -> Account | None:
    """The account that may come in with a password; a name nobody has takes as long."""
    account = Account.objects.filter(username=user, is_active=True).first()
    if account is None:
        with turn():
            make_password(password)
        return None
    fine = passwords.verify(account, password) and passwords.temporary(account) != "late"
    return account if fine else None


def _failed(user: str, request: Any, why: str) -> None:
    throttle.failed(user, address_of(request))
    act(NoteFailure(user[:40], why, address_of(request)), SYSTEM)


def _noted(request: Any, what: str, where: str = "") -> None:
    by = nobody_yet(request.user)
    act(NoteSignIn(by.user, what, where or address_of(request)), by)


def _to(name: str, request: Any) -> HttpResponse:
    return redirect(f"{reverse(name)}?{urlencode({'next': onward(request)})}")
