"""What is done through the API leaves what the pages leave."""

import json
from datetime import UTC, datetime, timedelta

import pytest

FI = "/subjects/{}/forms/FI/M3/1"


def test_save__leaves_one_entry_a_field_by_whoever_holds_the_token(server, nurse):
    subject = nurse.enrolled()
    before = len(server.trail(subject))
    done = nurse.save(subject, "FI", "M3", values={"FI": 40.5}).json()
    made = server.trail(subject)[before:]
    assert [(e.field, e.new.text, e.name) for e in made if e.field == "FI"] == [
        ("FI", "40.5", "The study nurse of A")
    ]
    assert (done["first"], done["last"]) == (before + 1, before + len(made))


def test_save__that_is_sent_twice_is_saved_once(server, nurse):
    subject = nurse.enrolled()
    body = {"values": {"FI": "40"}, "seen": 10**6}
    first, again = (nurse.post(FI.format(subject), body, key="3f2-a").json() for _ in range(2))
    assert again == first | {"repeated": True}
    body["values"]["FI"] = "41"
    other = nurse.post(FI.format(subject), body, key="3f2-a")
    assert (other.status_code, other.json()["code"]) == (409, "conflict")


def test_screen__that_is_sent_twice_makes_one_record(nurse):
    body = {"site": "A", "number": "A-001"}
    first, again = (nurse.post("/subjects", body, key="one").json() for _ in range(2))
    assert again == first | {"repeated": True}
    assert len(nurse.get("/subjects").json()["items"]) == 1


def test_save__by_two_at_once_shows_both_values(server, nurse, ask):
    subject = nurse.enrolled()
    seen = nurse.get(FI.format(subject)).json()["seen"]
    other = ask(server, "investigator")
    assert other.save(subject, "FI", "M3", values={"FI": "40"}, seen=seen).status_code == 200
    answer = nurse.save(subject, "FI", "M3", values={"FI": "41"}, seen=seen, reason="mine")
    assert answer.status_code == 409
    told = answer.json()
    assert told["theirs"] == {"FI": {"text": "40", "absent": ""}}
    assert told["mine"] == {"FI": {"text": "41", "absent": ""}}
    assert "look at both values" in told["detail"]


def test_queries__go_their_way(server, nurse, ask):
    subject = nurse.enrolled()
    nurse.save(subject, "FI", "M3", values={"FI": "40"})
    monitor = ask(server, "monitor")
    place = {"form": "FI", "event": "M3", "field": "FI", "text": "Really?"}
    steps = (
        (monitor, f"/subjects/{subject}/queries", place),
        (nurse, f"/subjects/{subject}/queries/1/answer", {"text": "Yes."}),
        (monitor, f"/subjects/{subject}/queries/1/closing", {"text": "Fine."}),
    )
    for who, path, body in steps:
        assert who.post(path, body).status_code == 200
    (query,) = nurse.get(f"/subjects/{subject}/queries").json()
    assert (query["state"], query["said"]) == ("closed", ["Really?", "Yes.", "Fine."])


def test_review__verifies_locks_and_opens_again(server, nurse, ask):
    subject = nurse.enrolled()
    nurse.save(subject, "FI", "M3", values={"FI": "40"})
    review = f"{FI.format(subject)}/review"
    assert ask(server, "monitor").post(review, {"action": "verify"}).status_code == 200
    manager = ask(server, "data_manager")
    assert manager.post(review, {"action": "lock"}).status_code == 200
    refused = nurse.save(subject, "FI", "M3", values={"FI": "41"}, reason="x")
    assert (refused.status_code, refused.json()["code"]) == (409, "locked")
    assert manager.post(review, {"action": "unlock"}).json()["code"] == "reason"
    assert manager.post(review, {"action": "unlock", "reason": "mistake"}).status_code == 200
    assert nurse.get(FI.format(subject)).json()["verified"] is True


def test_remove__takes_out_an_entry(nurse):
    subject = nurse.enrolled()
    nurse.save(subject, "AE", "LOG", values={"AETERM": "rash"})
    path = f"/subjects/{subject}/forms/AE/LOG/1"
    assert nurse.post(f"{path}/removal", {"reason": "another patient's"}).status_code == 200
    assert nurse.get(path).json()["removed"] is True


@pytest.mark.parametrize("role", ["monitor", "statistician", "sponsor", "administrator"])
def test_save__is_refused_who_does_not_enter(role, server, nurse, ask):
    subject = nurse.enrolled()
    before = len(server.trail(subject))
    answer = ask(server, role).save(subject, "FI", "M3", values={"FI": "40"})
    assert answer.status_code == 403
    assert len(server.trail(subject)) == before


@pytest.mark.parametrize(
    ("scopes", "path", "body", "expected"),
    [
        ("read", "/subjects", {"site": "A", "number": "A-9"}, 403),
        ("write", "/subjects", {"site": "A", "number": "A-9"}, 201),
        ("write", "/subjects/{}/forms/FI/M3/1/review", {"action": "verify"}, 403),
        ("write", None, None, 403),
        ("read", None, None, 200),
    ],
)
def test_token__opens_what_it_was_given_for(scopes, path, body, expected, server, nurse, ask):
    limited = ask(server, "nurse", scopes=scopes)
    answer = limited.post(path.format(nurse.enrolled()), body) if path else limited.get("/subjects")
    assert answer.status_code == expected


def test_token__ends_when_it_is_revoked(server, nurse):
    from api_programs import token

    sitting = server.client("nurse")
    made = token(server, "nurse")
    headers = {"Authorization": f"Bearer {made.token}"}
    assert sitting.get("/api/v1/subjects", headers=headers).status_code == 200
    path = f"/api/v1/tokens/{made.id}/revocation"
    assert sitting.post(path, "{}", content_type="application/json").status_code == 204
    assert sitting.get("/api/v1/subjects", headers=headers).status_code == 401
    entry = server.trail()[-1]
    assert (entry.action, entry.new.text, entry.user) == ("revoke token", "revoked", "nurse-a")
    shown = {item["id"]: item["state"] for item in sitting.get("/api/v1/tokens").json()}
    assert shown[made.id] == "revoked"


def test_token__ends_with_its_time_its_role_and_its_account(server, nurse):
    from django.utils import timezone

    from myotrial.capture.accounts import acting, actions
    from myotrial.capture.api.models import Token

    admin = server.person("administrator")
    now = timezone.now()
    assert nurse.get("/study").status_code == 200
    Token.objects.update(expires=now)
    assert nurse.get("/study").status_code == 401
    Token.objects.update(expires=now + timedelta(1))
    acting.act(actions.WithdrawRole("nurse-a", "nurse", "A", "left"), admin)
    assert nurse.get("/study").status_code == 401
    acting.act(actions.GrantRole("nurse-a", "nurse", "A"), admin)
    assert nurse.get("/study").status_code == 200
    acting.act(actions.CloseAccount("nurse-a", "left"), admin)
    assert nurse.get("/study").status_code == 401


def test_token__is_kept_as_a_digest_and_shown_once(server, nurse):
    from myotrial.capture.api.models import Token

    secret = nurse.headers["Authorization"].split()[1]
    assert secret not in str([*Token.objects.values()])
    assert secret not in str(server.trail())
    issued = [e.field for e in server.trail() if e.action == "issue token"]
    assert issued == ["@account", "@role", "@scopes", "@label", "@expires", "@state"]


def test_token__is_not_made_by_a_token(nurse):
    expires = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = {"label": "more", "scopes": ["read"], "expires": expires}
    assert nurse.post("/tokens", body).status_code == 403


def test_token__is_made_in_a_sitting(server):
    expires = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = json.dumps({"label": "feed", "scopes": ["read"], "expires": expires})
    made = server.client("nurse").post("/api/v1/tokens", body, content_type="application/json")
    assert made.status_code == 201
    headers = {"Authorization": f"Bearer {made.json()['token']}"}
    assert server.client().get("/api/v1/study", headers=headers).status_code == 200


def test_sitting__writes_only_from_its_own_page(server):
    client = server.client("nurse", enforce_csrf_checks=True)
    body = json.dumps({"site": "A", "number": "A-001"})

    def post(**headers):
        return client.post("/api/v1/subjects", body, content_type="application/json",
                           headers=headers)  # fmt: skip

    assert post().status_code == 403
    client.cookies["csrf"] = "x" * 32
    assert post().status_code == 403
    assert post(**{"X-CSRFToken": "x" * 32}).status_code == 201


def test_api__answers_the_same_on_both_engines(each, ask):
    nurse, manager = ask(each, "nurse"), ask(each, "data_manager")
    subject = nurse.enrolled()
    nurse.save(subject, "AE", "LOG", values={"AETERM": "å, β, 日本 🙂", "AESTDTC": "2026-03"})
    nurse.save(subject, "VISIT", "M3", values={"VISITDTC": "2026-09-01"})
    nurse.save(subject, "FI", "M3", values={"FI": "65"})
    told = [
        nurse.get(path.format(subject)).content.decode()
        for path in ("/subjects", "/subjects/{}", "/matrix", "/subjects/{}/queries",
                     "/subjects/{}/forms/AE/LOG/1", "/subjects/{}/forms/VISIT/M3/1")
    ]  # fmt: skip
    plain = [text.replace(subject, "SUBJECT") for text in told]
    TOLD.setdefault("first", plain)
    assert plain == TOLD["first"]
    assert b"".join(manager.get("/exports/odm2").streaming_content)


TOLD: dict[str, list[str]] = {}  # what the first engine told
