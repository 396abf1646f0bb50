"""A person's own account: password, second factors, recovery codes."""

import base64
import io
import time
from typing import Any

import qrcode
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from qrcode.image.svg import SvgPathImage

from myotrial.capture.accounts import factors, passkeys, passwords, totp
from myotrial.capture.accounts.acting import act
from myotrial.capture.accounts.actions import NoteFactor, SetPassword
from myotrial.capture.accounts.confirming import reauthenticated
from myotrial.capture.accounts.entrance import next_step
from myotrial.capture.accounts.models import Factor, Recovery
from myotrial.capture.accounts.people import nobody_yet
from myotrial.capture.web.server import current

__all__ = ["manage_factors", "own_account", "password", "recovery", "remove_factor"]


def own_account(request: Any) -> HttpResponse:
    """What the account holds."""
    missing = next_step(request)
    if missing:
        return redirect(missing)
    shown = {
        "account": request.user,
        "factors": request.user.factors.order_by("made"),
        "left": Recovery.objects.filter(account=request.user).count(),
    }
    return render(request, "myotrial/accounts/own.html", shown)


def password(request: Any) -> HttpResponse:
    """Choose a password; a temporary one needs no confirmation, it was just typed."""
    given = passwords.temporary(request.user) == "change"
    if next_step(request) == "second-factor" or not (given or reauthenticated(request)):
        return _confirm_first(request)
    problem = ""
    if request.method == "POST":
        new, repeated = (request.POST.get(name, "") for name in ("new", "repeated"))
        problem = passwords.problem(new, request.user)
        if new != repeated:
            problem = _("The two are not the same.")
        if not problem:
            _store(request, new)
            messages.success(request, _("Your password is changed; other sessions have ended."))
            return redirect("role" if request.person is None else "own-account")
    shown = {"problem": problem, "given": given, "shortest": passwords.SHORTEST}
    status = 422 if problem else 200
    return render(request, "myotrial/accounts/password.html", shown, status=status)


def manage_factors(request: Any) -> HttpResponse:
    """Add an authenticator app or a passkey."""
    first = next_step(request) == "factors"
    if not first and (next_step(request) or not reauthenticated(request)):
        return _confirm_first(request)
    problem = ""
    if request.method == "POST":
        added = _add(request)
        if added:
            request.session["second"] = True
            request.session.cycle_key()
            return _codes(request) if first else redirect("own-account")
        problem = _("This did not fit. Scan the square again and type the code that is shown now.")
    return _offer(request, problem)


def remove_factor(request: Any, number: str) -> HttpResponse:
    """Take a second factor away; the last one stays."""
    if next_step(request) or not reauthenticated(request):
        return _confirm_first(request)
    held = Factor.objects.filter(account=request.user)
    found = held.filter(pk=number).first() if number.isdigit() else None
    if found is None:
        messages.warning(request, _("There is no such second factor."))
    elif held.count() == 1:
        messages.warning(request, _("This is your only second factor: add another one first."))
    else:
        noted = NoteFactor(request.user.username, "remove second factor", found.label)
        act(noted, nobody_yet(request.user), then=found.delete)
        messages.success(request, _("The second factor is removed."))
    return redirect("own-account")


def recovery(request: Any) -> HttpResponse:
    """New recovery codes."""
    if next_step(request) or not reauthenticated(request):
        return _confirm_first(request)
    return _codes(request)


def _confirm_first(request: Any) -> HttpResponse:
    missing = next_step(request)
    after = request.path if request.method == "GET" else reverse("own-account")
    return redirect(f"{reverse(missing or 'again')}?{urlencode({'next': after})}")


def _store(request: Any, new: str) -> None:
    user = request.user.username
    act(
        SetPassword(user),
        nobody_yet(request.user),
        then=lambda: passwords.store(user, new, temporary=False),
    )
    request.user.refresh_from_db()
    update_session_auth_hash(request, request.user)


def _add(request: Any) -> Factor | None:
    account, label = request.user, request.POST.get("label", "").strip()
    if request.POST.get("answer"):
        made = passkeys.register(request, account, label or _("Passkey"), request.POST["answer"])
    else:
        made = _app(request, label or _("Authenticator app"))
    if made is not None:
        noted = NoteFactor(account.username, f"add second factor: {made.kind}", made.label)
        act(noted, nobody_yet(account))
    return made


def _app(request: Any, label: str) -> Factor | None:
    sealed = request.session.get("app", "")
    secret = factors.unseal(sealed) if sealed else b""
    typed = request.POST.get("code", "")
    step = totp.match(secret, typed, time.time(), 0) if secret else None
    if step is None:
        return None
    del request.session["app"]
    return factors.add_app(request.user, label, secret, step)


def _offer(request: Any, problem: str) -> HttpResponse:
    sealed = request.session.setdefault("app", factors.seal(totp.new_secret()))
    secret, study = factors.unseal(sealed), current().protocol.study.id
    plain = base64.b32encode(secret).decode()
    offered = passkeys.possible(request)
    shown = {
        "problem": problem,
        "square": _square(totp.address(secret, request.user.username, f"myotrial {study}")),
        "secret": " ".join(plain[at : at + 4] for at in range(0, len(plain), 4)),
        "passkey": passkeys.offer(request, request.user) if offered else "",
    }
    status = 422 if problem else 200
    return render(request, "myotrial/accounts/factors.html", shown, status=status)


def _codes(request: Any) -> HttpResponse:
    made = factors.new_codes(request.user)
    act(NoteFactor(request.user.username, "make recovery codes"), nobody_yet(request.user))
    return render(request, "myotrial/accounts/codes.html", {"codes": made})


def _square(address: str) -> str:
    """The square that an app reads, as an image address that needs no other request."""
    drawn = io.BytesIO()
    qrcode.make(address, image_factory=SvgPathImage, border=2).save(drawn)
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()
