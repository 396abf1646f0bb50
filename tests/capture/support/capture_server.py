"""A study on a server, with one account for each role at each of two sites, for tests of any room.

    def test_page__opens_for_a_nurse(server):
        chain = server.patient("A-001", site="A")
        answer = server.client("nurse", site="A").get(f"/patients/{chain}/")
        assert answer.status_code == 200

`server` (fixture in tests/capture/conftest.py) is a `StudyServer` on a fresh SQLite database with
the anakinra study, sites A (Europe/Stockholm) and B (Europe/Prague). `live` serves the same over
HTTP for a browser: `live.address`, and `live.enter(context, "nurse", "A")` signs a Playwright
context in. Study-wide roles (`EVERYWHERE`) have one account, of no site. All goes through the real
acts, so that the trail of the study is whole; signing in is planted: hashing a password takes long.
Each account has an authenticator app with `SECRET` as second factor.
"""

import threading
import uuid
from dataclasses import dataclass
from typing import Any

from myotrial.capture.record.actions import Action, Screen
from myotrial.capture.record.people import ROLES, Person

EVERYWHERE = ("administrator", "data_manager", "statistician", "unblinded", "sponsor")
SITES = {"A": "Europe/Stockholm", "B": "Europe/Prague"}
HOST = "localhost"
SECRET = b"a secret of the test"


def name_of(role: str, site: str) -> str:
    """User name of the account of a role."""
    word = role.replace("_", "-")
    return word if role in EVERYWHERE else f"{word}-{site.lower()}"


def people() -> None:
    """Make the sites, and an account for each role, in the database that is in use."""
    from myotrial.capture.accounts import acting, actions, factors
    from myotrial.capture.store.models import Account

    acting.open_record()
    system = acting.SYSTEM
    first = name_of("administrator", "")
    acting.act(actions.OpenAccount(first, "The administrator", "Sponsor"), system)
    acting.act(actions.GrantRole(first, "administrator"), system)
    admin = Person(first, "The administrator", "administrator", None, "Sponsor")
    for code, zone in SITES.items():
        acting.act(actions.AddSite(code, f"Hospital {code}", zone), admin)
    for role in ROLES:
        for site in ("",) if role in EVERYWHERE else SITES:
            if role == "administrator":
                continue
            user = name_of(role, site)
            told = f"The {ROLES[role].lower()} of {site or 'the study'}"
            acting.act(actions.OpenAccount(user, told, "Hospital"), admin)
            acting.act(actions.GrantRole(user, role, site), admin)
            acting.act(actions.RecordTraining(user, "2026-01-02"), admin)
    for account in Account.objects.all():
        factors.add_app(account, "test", SECRET, 0)


@dataclass
class StudyServer:
    """The server, as its database and its views know it."""

    connection: Any

    def person(self, role: str, site: str = "A") -> Person:
        """Whoever holds a role."""
        from myotrial.capture.accounts.people import person
        from myotrial.capture.store.models import Account

        found = person(Account.objects.get(username=name_of(role, site)), role)
        assert found is not None
        return found

    def client(self, role: str | None = None, site: str = "A", **options: Any) -> Any:
        """A client that is signed in, in a role; signed out without one."""
        from django.test import Client

        client = Client(headers={"host": HOST}, **options)
        if role is not None:
            client.cookies["session"] = self.session(role, site)
        return client

    def session(self, role: str, site: str = "A") -> str:
        """Key of a session in which a person works in a role."""
        from django.contrib.sessions.backends.db import SessionStore

        from myotrial.capture.accounts.presence import plant
        from myotrial.capture.store.models import Account

        session = SessionStore()
        plant(session, Account.objects.get(username=name_of(role, site)), role)
        session.create()
        assert session.session_key
        return session.session_key

    def chain(self, site: str = "A") -> str:
        """A record at a site that holds nothing yet."""
        from myotrial.capture.store.models import Chain

        made = uuid.uuid4().hex
        Chain.objects.create(id=made, number=made[:20], site_id=site, hash="")
        return made

    def patient(self, number: str, site: str = "A") -> str:
        """The record of a patient who was screened; its chain."""
        chain = self.chain(site)
        self.act(chain, Screen(number), "investigator", site)
        return chain

    def act(self, chain: str, action: Action, role: str, site: str = "A") -> Any:
        """Take an action on a record."""
        from myotrial.capture.store.applying import apply
        from myotrial.capture.web.server import current

        return apply(current(), chain, action, self.person(role, site))

    def trail(self, chain: str = "study") -> list[Any]:
        """The entries of a record."""
        from myotrial.capture.store.trails import entries

        return [*entries(chain)]


class Live:
    """The same server over HTTP on a free port of this machine."""

    def __init__(self, server: StudyServer) -> None:
        from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
        from django.core.wsgi import get_wsgi_application

        class Quiet(WSGIRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                del format, args

        self.server = server
        self._http = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        self._http.set_app(get_wsgi_application())
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()
        self.address = f"http://localhost:{self._http.server_address[1]}"

    def enter(self, context: Any, role: str, site: str = "A") -> None:
        """Sign a browser's context in."""
        cookie = {"name": "session", "value": self.server.session(role, site), "url": self.address}
        context.add_cookies([cookie])

    def stop(self) -> None:
        """Stop serving."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(10)
