"""What the API tells, and to whom."""

import io
import json
import zipfile

import pytest

PATHS = (
    "/study", "/forms", "/subjects", "/matrix", "/openapi.json", "/subjects/{}",
    "/subjects/{}/forms/FI/M0/1", "/subjects/{}/queries", "/subjects/{}/trail",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_api__tells_nothing_without_token_or_sitting(path, server):
    answer = server.client().get("/api/v1" + path.format(server.patient("A-001")))
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", PATHS)
def test_api__tells_the_same_in_a_sitting_as_by_a_token(path, server, nurse):
    path = path.format(server.patient("A-001"))
    sitting = server.client("nurse").get(f"/api/v1{path}")
    assert sitting.status_code == 200
    assert sitting.content == nurse.get(path).content


@pytest.mark.parametrize("path", [path for path in PATHS if "{}" in path])
def test_api__knows_no_patient_of_another_site(path, server, nurse):
    other, nobody = server.patient("B-001", site="B"), "0" * 32
    found = [nurse.get(path.format(chain)) for chain in (other, nobody)]
    assert [answer.status_code for answer in found] == [404, 404]
    assert found[0].content == found[1].content


def test_subjects__come_page_by_page(server, nurse):
    numbers = [f"A-{number:03}" for number in range(1, 8)]
    for number in numbers:
        server.patient(number)
    server.patient("B-001", site="B")
    seen, after = [], ""
    while after is not None:
        page = nurse.get("/subjects", after=after, limit=3).json()
        seen.append([item["number"] for item in page["items"]])
        after = page["next"]
    assert seen == [numbers[:3], numbers[3:6], numbers[6:]]
    found = nurse.get("/subjects", number="003").json()["items"]
    assert [item["number"] for item in found] == ["A-003"]


def test_values__tell_what_stands_and_why_nothing_does(nurse):
    subject = nurse.enrolled()
    nurse.save(subject, "CK", "M3", values={"CK": {"absent": "ND"}})
    nurse.save(subject, "FI", "M3", values={"FI": 40})
    told = nurse.get(f"/subjects/{subject}/forms/FI/M3/1").json()
    assert told["values"] == {"FI": {"text": "40", "absent": ""}}
    assert (told["status"], told["locked"], told["label"]) == (
        "complete", False, "Functional index (FI)",
    )  # fmt: skip
    told = nurse.get(f"/subjects/{subject}/forms/CK/M3/1").json()
    assert told["values"] == {"CK": {"text": None, "absent": "ND"}}
    forms = nurse.get(f"/subjects/{subject}").json()["forms"]
    assert ("FI", "M3", "complete") in [(f["form"], f["event"], f["status"]) for f in forms]


def test_matrix__shows_every_visit_of_every_patient(nurse):
    subject = nurse.enrolled()
    nurse.save(subject, "FI", "M3", values={"FI": 40})
    (row,) = nurse.get("/matrix").json()["items"]
    cells = {cell["event"]: cell for cell in row["cells"]}
    assert row["subject"]["id"] == subject
    assert (cells["M3"]["entered"], cells["M3"]["day"]) == (1, "2026-04-11")


def test_trail__tells_every_change_of_a_value(server, nurse):
    subject = nurse.enrolled()
    nurse.save(subject, "FI", "M3", values={"FI": "40"})
    nurse.save(subject, "FI", "M3", values={"FI": "41"}, reason="read again")
    told = nurse.get(f"/subjects/{subject}/trail", entity="form/FI/M3/1", field="FI").json()
    assert [(e["old"]["text"], e["new"]["text"], e["reason"]) for e in told["items"]] == [
        (None, "40", ""), ("40", "41", "read again"),
    ]  # fmt: skip
    assert {(e["user"], e["role"], e["site"]) for e in told["items"]} == {("nurse-a", "nurse", "A")}
    seen, after = [], 0
    while after is not None:
        page = nurse.get(f"/subjects/{subject}/trail", after=after, limit=10).json()
        seen += [entry["seq"] for entry in page["items"]]
        after = page["next"]
    assert seen == [entry.seq for entry in server.trail(subject)]


@pytest.mark.parametrize("kind", ["csv", "dataset-json", "odm", "odm2"])
def test_exports__are_noted_and_hold_what_the_person_may_see(kind, server, ask):
    server.patient("A-001")
    server.patient("B-001", site="B")
    for role, both in (("data_manager", True), ("investigator", False)):
        answer = ask(server, role).get(f"/exports/{kind}")
        content = b"".join(answer.streaming_content)
        if answer["Content-Type"] == "application/zip":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
        assert b"A-001" in content
        assert (b"B-001" in content) is both
        assert answer["Content-Disposition"].startswith('attachment; filename="ANAKINRA-2009-')
        last = server.trail()[-1]
        assert (last.action, last.new.text.split(",")[0]) == ("export", kind)


@pytest.mark.parametrize("role", ["nurse", "physiotherapist", "monitor", "administrator"])
def test_exports__are_for_those_who_take_them(role, server, ask):
    before = len(server.trail())
    answer = ask(server, role).get("/exports/csv")
    assert answer.status_code == 403
    assert len(server.trail()) == before + 6  # the token, no export


def test_api__answers_a_wrong_method_with_those_there_are(nurse):
    answer = nurse.post("/study")
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert answer["Content-Type"] == "application/problem+json"


def test_description__is_the_api(nurse):
    told = json.loads(nurse.get("/openapi.json").content)
    assert told["openapi"].startswith("3.1")
    operations = [one for path in told["paths"].values() for one in path.values()]
    assert all(one["summary"] and one["description"] for one in operations)
    assert all(one["security"] for one in operations)
    assert all("application/problem+json" in one["responses"]["422"]["content"]
               for one in operations)  # fmt: skip
