"""The administrator's pages: people, their roles at sites, their training; and the sites."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from myotrial.capture.accounts import actions, factors, passwords
from myotrial.capture.accounts.acting import act
from myotrial.capture.accounts.confirming import reauthenticated
from myotrial.capture.accounts.deciding import STUDY
from myotrial.capture.record.actions import Action
from myotrial.capture.record.people import ROLES
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.store.models import Account, Entry, Site

__all__ = ["people", "person", "sites", "trail"]

LATEST = 200  # entries on the page of the trail


def people(request: Any) -> HttpResponse:
    """Everybody who has an account; and a form that opens one."""
    if request.method == "POST":
        asked = request.POST
        user = asked.get("user", "").strip().lower()
        opened = actions.OpenAccount(
            user, asked.get("name", ""), asked.get("organisation", ""), asked.get("email", "")
        )
        done = _try(request, opened)
        if done:
            return redirect("person", user=user)
    shown = {
        "people": Account.objects.prefetch_related("grants").order_by("name"),
        "roles": ROLES,
        "typed": request.POST,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "myotrial/accounts/people.html", shown, status=status)


def person(request: Any, user: str) -> HttpResponse:
    """One account, and what can be done to it."""
    account = Account.objects.filter(username=user).first()
    if account is None:
        raise Http404
    status, word = 200, ""
    if request.method == "POST":
        what = request.POST.get("do", "")
        if what in GRAVE and not reauthenticated(request):
            return redirect(f"{reverse('again')}?next={request.path}")
        if what == "password":
            word = _new_password(request, user)
        elif _try(request, *_asked(request.POST, user)):
            return redirect("person", user=user)
        account.refresh_from_db()
        status = 200 if word else 422
    shown = {
        "account": account,
        "grants": account.grants.order_by("role", "site"),  # type: ignore[attr-defined]
        "factors": factors.has_factor(account),
        "roles": ROLES,
        "sites": Site.objects.order_by("code"),
        "word": word,
    }
    return render(request, "myotrial/accounts/person.html", shown, status=status)


def sites(request: Any) -> HttpResponse:
    """The sites; and a form that adds one, or changes its name and time zone."""
    if request.method == "POST":
        asked = request.POST
        added = actions.AddSite(
            asked.get("code", "").strip(), asked.get("name", ""), asked.get("zone", "").strip()
        )
        if _try(request, added):
            return redirect("sites")
    shown = {"sites": Site.objects.order_by("code"), "typed": request.POST}
    status = 422 if request.method == "POST" else 200
    return render(request, "myotrial/accounts/sites.html", shown, status=status)


def trail(request: Any) -> HttpResponse:
    """The newest entries of the study's own record: who came in, who was given what."""
    newest = Entry.objects.filter(chain_id=STUDY).order_by("-seq")[:LATEST]
    return render(request, "myotrial/accounts/trail.html", {"entries": newest})


GRAVE = ("grant", "password", "factors", "reopen")  # ask again who is there


def _asked(form: Any, user: str) -> tuple[Action | None, Any]:
    """The act that a form asks for, and what belongs to it outside the trail."""
    role, _slash, site = form.get("grant", "").partition("/")
    reason, what = form.get("reason", ""), form.get("do", "")
    made: dict[str, Action] = {
        "grant": actions.GrantRole(user, form.get("role", ""), form.get("site", "")),
        "withdraw": actions.WithdrawRole(user, role, site, reason),
        "training": actions.RecordTraining(user, form.get("day", "")),
        "close": actions.CloseAccount(user, reason),
        "reopen": actions.ReopenAccount(user, reason),
        "factors": actions.NoteFactor(user, "take second factors away", reason),
    }
    also = _forget(user) if what == "factors" else _nothing
    return made.get(what), also


def _nothing() -> None:
    """Most acts have nothing beside the trail."""


def _forget(user: str) -> Any:
    return lambda: factors.forget(Account.objects.get(username=user))


def _new_password(request: Any, user: str) -> str:
    """A temporary password, shown once to the administrator, who hands it over."""
    word = secrets.token_urlsafe(15)
    set_it = actions.SetPassword(user, temporary=True)
    done = _try(request, set_it, lambda: passwords.store(user, word, temporary=True))
    return word if done else ""


def _try(request: Any, action: Action | None, then: Any = _nothing) -> bool:
    """Act, and tell what came of it."""
    if action is None:
        messages.warning(request, _("The form did not say what to do."))
        return False
    try:
        act(action, request.person, then=then)
    except RefusedError as error:
        messages.warning(request, str(error))
        return False
    messages.success(request, _("Done, and noted in the trail."))
    return True
