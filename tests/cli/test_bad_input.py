"""Bad input gets a message that names the file, the line, what is wrong and the way out.

Nothing is lost by it: the folder holds what it held, and the previous output is whole.
"""

import json
import re

import pytest

SUBJECTS = "STUDYID,USUBJID,ARM,SEX,AGE,DIAG,DISDUR,INFECT\n"
PUBLISHED = """\
source: {id: P, citation: An invented paper.}
attributes:
  outcome: {values: [better, same]}
  sex: {values: [F, M]}
claims:
  - {id: patients, says: 10 took part, where: Methods, total: "10"}
  - {id: better, says: 4 improved, where: Results, count: "outcome == 'better'", equals: "4"}
"""


def tree(folder):
    files = (item for item in folder.rglob("*") if item.is_file())
    return {item.relative_to(folder).as_posix(): item.read_bytes() for item in files}


def change(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def refused(run, command, folder, *, file, line, says):
    """The command ends with 3, names place and fault, and leaves the folder as it was."""
    before = tree(folder)
    done = run(command, folder)
    assert done.exit_code == 3, done.output
    assert isinstance(done.exception, SystemExit)
    assert "Traceback" not in done.output
    place = f"{file}:{line}: " if line else f"{file}: "
    assert re.search(rf"{re.escape(place)}.*{says}", done.output, re.DOTALL), done.output
    assert tree(folder) == before
    assert not [item for item in folder.iterdir() if item.name.startswith(".")]
    return done


# What is replaced, by what; a piece of the line that is named; and what is said of it.
STUDY_FAULTS = {
    "not UTF-8": (b"title: A trial", b"title: \xff\xfe", b"\xff", "UTF-8.*save the file as UTF-8"),
    "not YAML": (b"title: A trial", b"title: [A trial", b"design:", "valid YAML"),
    "a key twice": (b"  months: 6 ", b"  id: OTHER\n  months: 6 ", b"id: OTHER", "a second 'id'"),
    "an unknown key": (b"blinding:", b"blindung:", b"blindung", "did you mean 'blinding'"),
    "visits out of order": (b"month: 6, day: 184", b"month: 6, day: 80", b"day: 80", "day"),
    "an unknown name in a rule": (b"AGE >= 18", b"AGES >= 18", b"AGES", "did you mean 'AGE'"),
    "a rule that cannot be read": (b"AGE >= 18", b"AGE = 18", b"AGE = 18", "== to compare"),
}


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("fault", STUDY_FAULTS)
def test_study_yaml__is_refused_with_its_line(run, captured, command, fault):
    old, new, named, says = STUDY_FAULTS[fault]
    file = captured / "study.yaml"
    assert old in file.read_bytes()
    text = file.read_bytes().replace(old, new, 1)
    file.write_bytes(text)
    line = text[: text.index(named)].count(b"\n") + 1
    refused(run, command, captured, file=file, line=line, says=says)


# Table, what is replaced, by what; a piece of the line that is named; and what is said of it.
TABLE_FAULTS = {
    "not UTF-8": ("adverse_events", b"Headache", b"Kopfschm\xe9rz", b"\xe9", "UTF-8"),
    "a visit twice": ("visits", b"A-01,M6,", b"A-01,M3,", b"A-01,M3,185", "M3"),
    "visits out of order": ("visits", b"A-01,M6,185", b"A-01,M6,80", b"A-01,M6", "day"),
    "a value out of range": ("visits", b"A-01,M0,1,50,60,60", b"A-01,M0,1,50,60,81", b",81", "80"),
    "a value that is no number": ("visits", b"A-01,M3,92,30", b"A-01,M3,92,x", b",x,", "'x'"),
    "an unknown visit": ("visits", b"A-01,M6", b"A-01,M9", b"A-01,M9", "M9"),
    "an unknown subject": ("visits", b"A-01,M6", b"B-01,M6", b"B-01,M6", "B-01"),
    "a subject twice": ("subjects", b"A-02,TREATED", b"A-01,TREATED", b"A-01,TREATED,M", "A-01"),
    "an unknown value": ("subjects", b"F,51,PM", b"F,51,XM", b"XM", "XM"),
    "a day before enrolment": ("exposure", b"mg,1,184", b"mg,-5,184", b"-5", "-5"),
    "a row too short": ("visits", b"A-01,M6,185,25,35,75,0.875,200,0.1", b"A-01,M6", b"A-01,M6",
                        "cells|columns"),
}  # fmt: skip


@pytest.mark.parametrize("fault", TABLE_FAULTS)
def test_tables__are_refused_with_their_line(run, captured, fault):
    table, old, new, named, says = TABLE_FAULTS[fault]
    file = captured / "data" / f"{table}.csv"
    assert old in file.read_bytes()
    text = file.read_bytes().replace(old, new, 1)
    file.write_bytes(text)
    line = text[: text.rindex(named)].count(b"\n") + 1
    for command in ("check", "run"):
        refused(run, command, captured, file=file, line=line, says=says)


def test_tables__with_a_wrong_unit_are_refused(run, captured):
    file = captured / "data" / "visits.csv"
    header, *rows = file.read_text().splitlines()
    unit = [f"{row},U/L" for row in rows]
    unit[4] = unit[4].replace("U/L", "mmol")
    file.write_text("\n".join([f"{header},CK_UNIT", *unit]) + "\n")
    for command in ("check", "run"):
        refused(run, command, captured, file=file, line=6, says="mmol")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param("", None, "header", id="an empty file"),
        pytest.param(SUBJECTS.splitlines()[0] + "\n", 1, "at least one", id="a header alone"),
    ],
)
def test_tables__without_rows_are_refused(run, captured, text, line, says):
    file = captured / "data" / "subjects.csv"
    file.write_text(text)
    for command in ("check", "run"):
        refused(run, command, captured, file=file, line=line, says=says)


def test_tables__that_are_missing_are_named(run, captured):
    (captured / "data" / "visits.csv").unlink()
    for command in ("check", "run"):
        refused(run, command, captured, file=captured / "data" / "visits.csv", line=None, says="")


def test_tables__list_every_problem_at_once(run, captured):
    file = captured / "data" / "visits.csv"
    change(file, "A-01,M0,1,50,60,60", "A-01,M0,1,50,60,81")
    change(file, "A-02,M6,184,45", "A-02,M6,184,450")
    change(captured / "data" / "subjects.csv", "F,51,PM", "F,51,XM")
    change(captured / "study.yaml", "seed: 1", "seed: 1.5")
    done = run("check", captured, "--json")
    assert done.exit_code == 3
    assert {problem["file"] for problem in json.loads(done.output)["problems"]} == {
        str(captured / "study.yaml")
    }
    change(captured / "study.yaml", "seed: 1.5", "seed: 1")
    problems = json.loads(run("check", captured, "--json").output)["problems"]
    places = {(problem["file"], problem["line"]) for problem in problems}
    subjects = str(captured / "data" / "subjects.csv")
    assert {(str(file), 2), (str(file), 7), (subjects, 2)} <= places


PUBLISHED_FAULTS = {
    "an unknown attribute": ("outcome == 'better'", "outcom == 'better'", "outcom ==", "'outcome'"),
    "an unknown value": ("== 'better'", "== 'bettr'", "bettr", "'better'"),
    "a count above n": ('equals: "4"', 'equals: "14"', "id: better", "14"),
    "no such key": ("says: 4", "say: 4", "say: 4", "'says'"),
    "a key twice": ("id: better,", "id: better, id: again,", "id: again", "second 'id'"),
    "a share no count gives": (
        """count: "outcome == 'better'", equals: "4\"""",
        """share: "outcome == 'better'", equals: "45%\"""",
        "id: better",
        "45%",
    ),
}


@pytest.mark.parametrize("fault", PUBLISHED_FAULTS)
def test_published_yaml__is_refused_with_its_line(run, captured, fault):
    old, new, named, says = PUBLISHED_FAULTS[fault]
    file = captured / "published.yaml"
    assert old in PUBLISHED
    text = PUBLISHED.replace(old, new, 1)
    file.write_text(text)
    line = text[: text.index(named)].count("\n") + 1
    for command in ("check", "run"):
        refused(run, command, captured, file=file, line=line, says=says)
    done = run("claims", file)
    assert done.exit_code == 3
    assert f"{file}:{line}: " in done.output


def test_claims__reads_thousands_of_claims_or_says_what_to_drop(run, tmp_path):
    file = tmp_path / "published.yaml"
    claims = [
        f"""  - {{id: c{i}, says: x, where: y, count: "sex == 'F'", equals: "4"}}\n"""
        for i in range(2000)
    ]
    file.write_text(PUBLISHED + "".join(claims))
    done = run("claims", file, "--json")
    assert done.exit_code in (0, 3), done.output
    assert "Traceback" not in done.output
    if done.exit_code == 0:
        assert json.loads(done.output)["consistent"]
    else:
        assert "drop" in done.output


@pytest.mark.parametrize("place", ["missing.yaml", "."])
def test_claims__says_when_the_file_cannot_be_read(run, tmp_path, place):
    done = run("claims", tmp_path / place)
    assert done.exit_code == 3
    assert str(tmp_path) in done.output
    assert "Traceback" not in done.output
