"""The shell as a client meets it: headers, home page, errors that tell nothing inward."""

import logging
from io import StringIO

import pytest
from django.core.exceptions import BadRequest

from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.web.logs import Quiet


def _replace_home(monkeypatch, view):
    from django.urls import get_resolver

    pattern = next(item for item in get_resolver().url_patterns if item.name == "home")
    monkeypatch.setattr(pattern, "callback", view)


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/nothing-here/"])
def test_headers__allow_nothing_inline_and_keep_nothing(server, address):
    answer = server.client().get(address)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_home__tells_a_visitor_nothing_of_the_study(server, protocol):
    said = server.client().get("/").content.decode()
    assert protocol.study.title not in said
    assert protocol.study.title in server.client("nurse").get("/").content.decode()


@pytest.mark.parametrize("role", ["nurse", None])
def test_not_found__is_a_page(server, role):
    answer = server.client(role).get("/patients-of-nobody/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        pytest.param(RuntimeError("value 731"), 500, id="defect"),
        pytest.param(BadRequest("value 731"), 400, id="unreadable"),
        pytest.param(RefusedError("unknown", "value 731"), 404, id="another site"),
        pytest.param(RefusedError("conflict", "both changed"), 409, id="conflict"),
        pytest.param(RefusedError("invalid", "not so"), 422, id="invalid"),
        pytest.param(RefusedError("late", "too often"), 429, id="too often"),
    ],
)
def test_problem__has_a_page_without_a_traceback(server, monkeypatch, raised, status):
    def broken(request):
        raise raised

    _replace_home(monkeypatch, broken)
    client = server.client("nurse", raise_request_exception=False)
    answer = client.get("/")
    said = answer.content.decode()
    assert answer.status_code == status
    assert "<h1>" in said
    assert "731" not in said
    assert "Traceback" not in said


def test_logs__tell_where_it_broke_but_no_value(server, monkeypatch):
    def broken(request):
        raise RuntimeError("subject A-001 has 731")

    _replace_home(monkeypatch, broken)
    heard = StringIO()
    handler = next(one for one in logging.getLogger().handlers if isinstance(one.formatter, Quiet))
    monkeypatch.setattr(handler, "stream", heard)
    server.client("nurse", raise_request_exception=False).get("/")
    assert "RuntimeError" in heard.getvalue()
    assert "731" not in heard.getvalue()


def test_route__answers_only_its_methods(server):
    assert server.client().post("/").status_code == 405
    assert server.client().head("/").status_code == 200


def test_form__without_its_token_is_refused(server):
    client = server.client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", {"name": "nurse-a", "password": "x"})
    assert answer.status_code == 403
    assert "not sent from its own page" in answer.content.decode()


def test_language__is_what_the_browser_asks_for(server):
    answer = server.client().get("/", headers={"accept-language": "sv"})
    assert answer["Content-Language"] == "sv"


@pytest.mark.parametrize(("language", "said"), [("en", "2 January 2026"), ("sv", "2 januari 2026")])
def test_dates__are_written_as_the_language_does(server, language, said):
    client = server.client("nurse", headers={"accept-language": language})
    assert said in client.get("/account/").content.decode()


def test_header__shows_who_is_signed_in_and_the_way_out(server):
    said = server.client("nurse").get("/").content.decode()
    assert 'action="/sign-out/"' in said
    assert "The study nurse of A" in said.partition("<main")[0]
