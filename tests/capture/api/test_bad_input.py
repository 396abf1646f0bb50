"""What an API is sent that it should not be: refused as a problem, and nothing is written."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from api_programs import Program, token

HTML = "<img src=x onerror=alert(1)><script>alert('é')</script>"
SQL = "x'; DROP TABLE capture_entry; --"
FI = "/subjects/{subject}/forms/FI/M3/1"
AE = "/subjects/{subject}/forms/AE/LOG/1"
LARGE = json.dumps({"values": {"AETERM": "x" * 10_000_000}})


def saving(**values):
    return {"values": values, "seen": 10**6}


BAD = (
    # the body
    pytest.param(FI, b"", 422, id="no body"),
    pytest.param(FI, b"{", 400, id="half an object"),
    pytest.param(FI, b"[]", 400, id="a list"),
    pytest.param(FI, b"\xff\xfe{}", 400, id="not UTF-8"),
    pytest.param(FI, b'{"values": {"FI": NaN}}', 400, id="NaN"),
    pytest.param(FI, b'{"values": {"FI": Infinity}}', 400, id="infinity"),
    pytest.param(FI, b'{"values": {"FI": "1", "FI": "2"}}', 400, id="a field twice"),
    pytest.param(FI, b"[" * 100_000, 400, id="nested without end"),
    pytest.param(AE, LARGE, 413, id="10 MB"),
    # the shape
    pytest.param(FI, {"values": []}, 422, id="values as a list"),
    pytest.param(FI, {"values": {}}, 422, id="no values"),
    pytest.param(FI, {"values": {"FI": [1]}}, 422, id="a list as a value"),
    pytest.param(FI, {"values": {"FI": True}}, 422, id="true as a value"),
    pytest.param(FI, {"values": {"FI": {"absent": "XX"}}}, 422, id="an unknown absence"),
    pytest.param(FI, {"values": {"FI": "1"}, "seen": -1}, 422, id="seen below zero"),
    pytest.param(FI, {"values": {"FI": "1"}, "seen": "1"}, 422, id="seen as text"),
    pytest.param(FI, {"values": {"FI": "1"}, "more": 1}, 422, id="a name nobody knows"),
    pytest.param(FI, {**saving(FI="1"), "entered": "yesterday"}, 422, id="entered when"),
    pytest.param(FI, {**saving(FI="1"), "entered": "2026-11-02T09:30:00"}, 422, id="no offset"),
    # the values
    pytest.param(FI, saving(FI="65"), 422, id="above the range"),
    pytest.param(FI, saving(FI=-1), 422, id="a negative count"),
    pytest.param(FI, saving(FI="many"), 422, id="a word for a number"),
    pytest.param(FI, saving(FI="1,5"), 422, id="a decimal comma"),
    pytest.param(FI, saving(FI=1e300), 422, id="a number beyond all"),
    pytest.param(FI, saving(FI=10**400), 422, id="a number of 400 digits"),
    pytest.param(FI, saving(NOPE="1"), 404, id="a field of no form"),
    pytest.param(FI, saving(**{"@locked": "N"}), 404, id="a mark of the record"),
    pytest.param(AE, saving(AETERM="\u0000"), 422, id="NUL"),
    pytest.param(AE, saving(AETERM="\u0007"), 422, id="a control character"),
    pytest.param(AE, b'{"values": {"AETERM": "\\ud800"}}', 422, id="half a character"),
    pytest.param(AE, saving(AETERM="x" * 10_001), 422, id="a text that is too long"),
    pytest.param(AE, saving(AESEV="AWFUL"), 422, id="a word that is no choice"),
    pytest.param(AE, saving(AESTDTC="2031-01-01"), 422, id="a date to come"),
    pytest.param(AE, saving(AESTDTC="2026-02-30"), 422, id="a date that is none"),
    pytest.param(AE, saving(AESTDTC="2026-03-02", AEENDTC="2026-03-01"), 422, id="an end first"),
    pytest.param(AE, {**saving(AETERM="a"), "reason": "\u0000"}, 422, id="NUL in a reason"),
    # the place
    pytest.param(AE[:-1] + "7", saving(AETERM="a"), 404, id="an entry out of turn"),
    pytest.param(AE[:-1] + "0", saving(AETERM="a"), 404, id="entry 0"),
    pytest.param("/subjects/{subject}/forms/FI/M99/1", saving(FI="1"), 404, id="no such visit"),
    pytest.param("/subjects/{subject}/forms/AE/M3/1", saving(AETERM="a"), 404,
                 id="a form of another visit"),
    pytest.param("/subjects/{subject}/forms/MMT99/M3/1", saving(FI="1"), 404, id="no such form"),
    pytest.param("/subjects/{other}/forms/FI/M3/1", saving(FI="1"), 404, id="another site's"),
    pytest.param("/subjects/study/forms/FI/M3/1", saving(FI="1"), 404, id="the study's own record"),
    pytest.param(f"/subjects/{SQL}/forms/FI/M3/1", saving(FI="1"), 404, id="SQL as a patient"),
    pytest.param("/subjects/{subject}/queries/99/answer", {"text": "x"}, 404, id="no such query"),
    pytest.param("/subjects/{subject}/queries", {"form": "FI", "event": "M3", "field": "FI",
                 "text": "?"}, 403, id="a query by a nurse"),
    pytest.param(f"{FI}/review", {"action": "lock"}, 403, id="a lock by a nurse"),
    pytest.param(f"{FI}/review", {"action": "burn"}, 422, id="a review that is none"),
    # patients
    pytest.param("/subjects", {"site": "A", "number": "A-001"}, 409, id="a number that is taken"),
    pytest.param("/subjects", {"site": "A", "number": HTML[:40]}, 422, id="HTML as a number"),
    pytest.param("/subjects", {"site": "A", "number": "Anna Berg"}, 422, id="a name as a number"),
    pytest.param("/subjects", {"site": "B", "number": "A-9"}, 404, id="at another site"),
    pytest.param("/subjects", {"site": SQL[:40], "number": "A-9"}, 404, id="SQL as a site"),
    pytest.param("/subjects/{subject}/enrolment", {"arm": "ANAKINRA", "day_one": "2026-01-11"}, 409,
                 id="enrolled twice"),
    pytest.param("/subjects/{screened}/enrolment", {"arm": "ANAKINRA", "day_one": "2026-01-11"},
                 409, id="enrolled without consent"),
)  # fmt: skip


@pytest.fixture
def known(server, nurse):
    return {
        "subject": nurse.enrolled(),
        "other": server.patient("B-001", site="B"),
        "screened": server.patient("A-002"),
    }


def written(server):
    """How many entries all trails have that change something."""
    from myotrial.capture.store.models import Act, Entry, Item

    return Entry.objects.filter(noted=False).count(), Item.objects.count(), Act.objects.count()


def test_api__refuses_bad_input_as_a_problem_and_writes_nothing(server, nurse, known):
    """One patient for all: what was refused must not change the next answer either."""
    from django.test import Client

    found = {}
    nurse.client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    before = written(server)
    for case in BAD:
        path, body, status = case.values
        for key in known:
            path = path.replace("{" + key + "}", known[key])
        answer = nurse.post(path, body)
        if answer.status_code != status:
            found[case.id] = (answer.status_code, answer.content[:200])
            continue
        assert answer["Content-Type"] == "application/problem+json", case.id
        told = answer.json()
        assert told["status"] == status
        assert {"type", "title", "detail"} <= told.keys(), case.id
        assert not any(word in told["detail"] for word in ("Traceback", "django", "sqlite")), told
    assert found == {}
    assert len(BAD) > 50
    entries, items, _ = written(server)
    assert (entries, items) == before[:2]


@pytest.mark.parametrize(
    "text", [HTML, SQL, "=cmd|' /C calc'!A0", "{{ 7*7 }}", "%s%n%x", "../../x"]
)
def test_save__keeps_hostile_texts_as_texts(text, server, nurse, ask):
    subject = nurse.enrolled()
    place = f"/subjects/{subject}/forms/AE/LOG/1"
    assert nurse.save(subject, "AE", "LOG", values={"AETERM": text}).status_code == 200
    again = nurse.save(subject, "AE", "LOG", values={"AETERM": text + "."}, reason=text)
    assert again.status_code == 200
    told = nurse.get(place)
    assert told["Content-Type"].startswith("application/json")
    assert told.json()["values"]["AETERM"]["text"] == f"{text}."
    trail = nurse.get(f"/subjects/{subject}/trail", entity="form/AE/LOG/1", field="AETERM").json()
    assert trail["items"][-1]["reason"] == text
    query = {"form": "AE", "event": "LOG", "field": "AETERM", "text": text}
    assert ask(server, "monitor").post(f"/subjects/{subject}/queries", query).status_code == 200
    assert nurse.get(f"/subjects/{subject}/queries").json()[0]["said"] == [text]


@pytest.mark.parametrize(
    "sent",
    [
        "", "Bearer", "Bearer ", "Bearer x", "Basic bnVyc2U6eA==", "Bearer myo_" + "A" * 43,
        "Bearer \u00e9", "Bearer " + "x" * 5000,
    ],
    ids=["nothing", "no token", "empty", "short", "a password", "a guess", "é", "long"],
)  # fmt: skip
def test_api__opens_nothing_for_a_token_that_is_none(sent, server):
    client = server.client("nurse")  # a sitting does not help a wrong token
    headers = {"Authorization": sent} if sent else {}
    client = client if sent else server.client()
    answer = client.get("/api/v1/subjects", headers=headers)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("wish", "match"),
    [
        ({"expires": "soon"}, "expires"),
        ({"expires": "2020-01-01T00:00:00+00:00"}, "expires"),
        ({"expires": "2999-01-01T00:00:00+00:00"}, "expires"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"scopes": []}, "scopes"),
        ({"label": ""}, "label"),
    ],
)
def test_token__is_refused_to_a_wish_that_is_not_well_formed(wish, match, server):
    expires = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = {"label": "feed", "scopes": ["read"], "expires": expires} | wish
    answer = server.client("nurse").post(
        "/api/v1/tokens", json.dumps(body), content_type="application/json"
    )
    assert answer.status_code == 422
    assert match in answer.json()["detail"]


def test_token__of_somebody_else_is_not_there(server):
    made = token(server, "investigator")
    answer = server.client("nurse").post(
        f"/api/v1/tokens/{made.id}/revocation", "{}", content_type="application/json"
    )
    assert answer.status_code == 404
    answer = server.client("administrator").post(
        f"/api/v1/tokens/{made.id}/revocation", "{}", content_type="application/json"
    )
    assert answer.status_code == 204


def test_api__does_not_save_a_replayed_request_of_somebody_else(server, nurse, ask):
    subject = nurse.enrolled()
    path, body, key = f"/subjects/{subject}/forms/FI/M3/1", saving(FI="40"), uuid.uuid4().hex
    assert nurse.post(path, body, key=key).status_code == 200
    other = ask(server, "investigator").post(path, body, key=key)
    assert (other.status_code, other.json()["repeated"]) == (200, False)  # a key is one's own
    assert nurse.post(path, body, key="k" * 256).status_code == 422


def test_api__does_not_take_a_forged_chain(server, nurse):
    from django.db import connection

    from myotrial.capture.store.trails import faults
    from myotrial.capture.web.server import current

    subject = nurse.enrolled()
    assert [*faults(current().key)] == []
    connection.migrating = True
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER trail_kept")
        cursor.execute("UPDATE capture_entry SET new = '99' WHERE chain_id = %s AND field = 'AGE'",
                       (subject,))  # fmt: skip
    assert [str(item) for item in faults(current().key) if item.chain == subject]


def test_lists__refuse_what_is_no_number(nurse):
    for parts in ({"limit": 0}, {"limit": 10**9}, {"limit": "x"}, {"number": "x" * 41}):
        answer = nurse.get("/subjects", **parts)
        assert answer.status_code == 422
        assert answer["Content-Type"] == "application/problem+json"
    assert isinstance(nurse, Program)
