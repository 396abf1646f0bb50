"""Signing in and out, and choosing the role to work in."""

from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from myotrial.capture.accounts.acting import SYSTEM, act
from myotrial.capture.accounts.actions import NoteFailure, NoteSignIn
from myotrial.capture.accounts.people import nobody_yet, person, roles
from myotrial.capture.accounts.presence import begin, take_up
from myotrial.capture.record.people import ROLES

__all__ = ["choose_role", "sign_in", "sign_out"]


def sign_in(request: Any) -> HttpResponse:
    """Ask for name and password."""
    if request.user.is_authenticated:
        return redirect(_onward(request))
    problem = ""
    if request.method == "POST":
        name, password = (request.POST.get(part, "") for part in ("name", "password"))
        account: Any = authenticate(request, username=name, password=password)
        if account is not None:
            login(request, account)
            begin(request.session)
            act(NoteSignIn(account.username, "sign in", _from(request)), nobody_yet(account))
            return _into_role(request)
        act(NoteFailure(name.lower()[:40], "name or password wrong", _from(request)), SYSTEM)
        problem = _("Name and password do not belong together.")
    shown = {"problem": problem, "next": _onward(request)}
    return render(request, "myotrial/accounts/sign_in.html", shown, status=422 if problem else 200)


def sign_out(request: Any) -> HttpResponse:
    """Leave."""
    act(NoteSignIn(request.user.username, "sign out"), nobody_yet(request.user))
    logout(request)
    return redirect("home")


def choose_role(request: Any) -> HttpResponse:
    """Ask in which role a person works; who has one is not asked."""
    if request.method == "POST":
        role = request.POST.get("role", "")
        found = person(request.user, role)
        if found is not None:
            take_up(request, role)
            act(NoteSignIn(found.user, "take up role", role), nobody_yet(request.user))
            return redirect(_onward(request))
    held = [(role, ROLES[role]) for role in roles(request.user)]
    shown = {"roles": held, "next": _onward(request), "trained": request.user.trained}
    return render(request, "myotrial/accounts/role.html", shown)


def _into_role(request: Any) -> HttpResponse:
    held = roles(request.user)
    if len(held) != 1:
        return redirect(f"{reverse('role')}?next={_onward(request)}")
    take_up(request, held[0])
    return redirect(_onward(request))


def _onward(request: Any) -> str:
    """Where a person was going: an address of this server, whatever was sent."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    fine = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if fine else reverse("home")


def _from(request: Any) -> str:
    return request.META.get("REMOTE_ADDR", "")
