"""Accounts that sign in by the pages: with a password, and an app that makes codes."""

import time

import pytest
from capture_server import SECRET

WORDS = "four calm horses ate"


class Visitor:
    """Somebody at the pages, at an address of their own."""

    def __init__(self, client, user, address="192.0.2.1"):
        self.client, self.user, self.address = client, user, address
        self.at = int(time.time()) // 30

    def post(self, address, **form):
        return self.client.post(address, form, REMOTE_ADDR=self.address)

    def get(self, address):
        return self.client.get(address, REMOTE_ADDR=self.address)

    def password(self, words=WORDS, **more):
        return self.post("/sign-in/", name=self.user, password=words, **more)

    def code(self, ahead=0):
        """The code that the app shows now, or one step ahead."""
        from myotrial.capture.accounts import totp

        return totp.code(SECRET, self.at + ahead)

    def enter(self):
        """Come in, by password and code."""
        self.password()
        self.post("/sign-in/second/", code=self.code())
        return self.get("/role/")

    def shows(self, address="/"):
        return self.get(address).content.decode()


@pytest.fixture(autouse=True)
def _light(monkeypatch, made):
    """Hash with less memory than the server does, so that tests do not take long."""
    del made  # Django is set up
    from myotrial.capture.accounts.hashing import Hasher

    monkeypatch.setattr(Hasher, "memory_cost", 64)
    monkeypatch.setattr(Hasher, "time_cost", 1)


@pytest.fixture
def nurse(server):
    """The nurse of site A, with a password."""
    from myotrial.capture.accounts.passwords import store

    store("nurse-a", WORDS, temporary=False)
    return Visitor(server.client(), "nurse-a")


@pytest.fixture
def fast(monkeypatch):
    """Passwords are compared as they are: hashing a thousand takes minutes."""
    from myotrial.capture.accounts import entrance, passwords

    monkeypatch.setattr(passwords, "verify", lambda _, password: password == WORDS)
    monkeypatch.setattr(entrance, "make_password", lambda password: password)
