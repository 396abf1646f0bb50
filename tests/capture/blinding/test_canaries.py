"""Blinding as a property: every address, for every role, says nothing of arm, list or kit map."""

import logging
from io import StringIO

import pytest
from canaries import conduct, hits, said, study
from capture_server import EVERYWHERE

from myotrial.capture.record.people import ROLES


@pytest.fixture
def trial(server, tmp_path, monkeypatch):
    """The blinded study behind the server."""
    from pathlib import Path

    from django.conf import settings

    from myotrial.capture.places import Places
    from myotrial.capture.web.server import forget

    folder = tmp_path / "blinded"
    folder.mkdir()
    study(Path(__file__).parents[3] / "studies" / "anakinra-2009", folder)
    Places(folder).make()
    monkeypatch.setattr(settings, "PLACES", Places(folder))
    forget()
    server.secret = conduct(server)
    yield server
    forget()


PRINTS = ("investigator", "statistician")  # PDFs take long; every role's pages are read
PROTOCOL = "/api/v1/study"  # names the arms there are, as the protocol does; not whose they are


def addresses(chain):
    """Every address that is read from, with the parts that its room gives."""
    from django.urls import reverse

    from myotrial.capture.web.urls import ROUTES

    for route in ROUTES:
        if "GET" not in route.methods:
            continue
        parts = dict(route.sample)
        if "<str:chain>" in route.path or "{chain}" in route.path or ":chain>" in route.path:
            parts["chain"] = chain
        yield reverse(route.name, kwargs=parts)


def crawl(server, role, site, chain):
    client = server.client(role, site, raise_request_exception=False)
    for address in addresses(chain):
        answer = client.get(address)
        yield address, answer
        if "/print/" in address and role in PRINTS:
            yield f"{address}?as=pdf", client.get(address, {"as": "pdf"})


def test_every_answer__for_every_role_says_nothing_of_what_is_blind(trial):
    words, chains = trial.secret["words"], trial.secret["chains"]
    heard, handler = StringIO(), logging.StreamHandler()
    handler.setStream(heard)
    logging.getLogger().addHandler(handler)
    found, opened = [], 0
    for role in ROLES:
        for address, answer in crawl(trial, role, "A", chains["A"]):
            opened += answer.status_code == 200
            secret = words[2:] if address == PROTOCOL else words
            found += [(role, address, word) for word in hits(answer, secret)]
    logging.getLogger().removeHandler(handler)
    assert opened > 100  # the crawl has reached pages
    assert {one[1:] for one in found} == set()
    assert not any(word.decode() in heard.getvalue() for word in words)


def test_other_sites__say_nothing_of_a_patient_and_its_kit(trial):
    kit = trial.secret["kits"][1].encode()
    for role in ROLES:
        if role in EVERYWHERE:
            continue
        for address, answer in crawl(trial, role, "A", trial.secret["chains"]["B"]):
            assert kit not in said(answer), (role, address)


def test_trail__of_a_patient_whose_code_was_broken_says_no_arm(trial):
    said_in_trail = repr(trial.trail(trial.secret["chains"]["A"]))
    assert "'opened'" in said_in_trail
    assert not any(word.decode() in said_in_trail for word in trial.secret["words"])


def test_treatment__is_told_by_its_page_to_who_asked_and_to_nobody_else(trial):
    """The one page that tells an arm: it shows that the crawl would find one."""
    from myotrial.capture.allocation.actions import Tell

    chain = trial.secret["chains"]["A"]
    page = f"/patients/{chain}/unblind/1/"
    answer = trial.client("investigator").post(page)
    assert sum(word in said(answer) for word in trial.secret["words"][:2]) == 1
    assert answer["Cache-Control"] == "no-store"
    assert trial.trail(chain)[-1].action == "tell treatment"
    assert Tell.__name__
    for role, site, status in (
        ("nurse", "A", 403), ("monitor", "A", 403), ("unblinded", "", 403),
        ("investigator", "B", 404),
    ):  # fmt: skip
        refused = trial.client(role, site, raise_request_exception=False).post(page)
        assert refused.status_code == status, role
        assert not any(word in said(refused) for word in trial.secret["words"])
