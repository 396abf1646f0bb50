"""YAML documents that know the line of every value, and files that are none."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from myotrial import documents
from myotrial.documents import nearest, parse, read, shown_path
from myotrial.errors import DocumentError

TEXT = """\
study:
  title: A trial
  visits:
    - {id: M0, day: 1}
    - id: M3
      day: 90
"""


def test_parse__keeps_lines_and_text_of_every_value():
    document = parse(TEXT)
    assert document.data["study"]["visits"][1] == {"id": "M3", "day": 90}
    assert document.line(("study", "visits", 1, "day")) == 6
    assert document.written["study", "visits", 1, "day"] == "90"


def test_line__of_an_unknown_key_is_that_of_what_encloses_it():
    document = parse(TEXT)
    assert document.line(("study", "visits", 1, "window", 0)) == 5
    assert document.line(("nothing",)) == 1


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("no", "no"),  # YAML 1.2: a word
        ("yes", "yes"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("012", 12),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("46.70", 46.7),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1.2.3", "1.2.3"),
        ("2020-01-01", "2020-01-01"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!int '12'", "12"),
        ("!!python/object/apply:os.system ['ls']", ["ls"]),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_parse__reads_plain_values_and_nothing_else(written, expected):
    found = parse(f"key: {written}").data["key"]
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("written", ["15", "46.70", "0.0", "1e3", "no", "'x'"])
def test_parse__verbatim_keeps_values_as_they_were_printed(written):
    assert parse(f"equals: {written}", verbatim=True).data["equals"] == written.strip("'")


def test_parse__verbatim_still_knows_true_and_nothing():
    assert parse("{a: true, b: null, c: ''}", verbatim=True).data == {"a": True, "b": None, "c": ""}


def test_parse__lists_every_repeated_key_with_both_lines():
    with pytest.raises(DocumentError) as caught:
        parse("a: 1\nb: {x: 1, x: 2}\na: 3\n", file="study.yaml")
    assert str(caught.value).splitlines() == [
        "study.yaml:2: b.x: expected each key once, found a second 'x' (first on line 2)",
        "study.yaml:3: a: expected each key once, found a second 'a' (first on line 1)",
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param("a:\n\tb: 1", 2, "cannot start any token\n    Hint: indent with sp", id="tab"),
        pytest.param("a: [1, 2", 1, "Hint: close the bracket", id="open list"),
        pytest.param("a: 'x\nb: 1\n", 3, "Hint: close the quotes", id="open quotes"),
        pytest.param("a: x: y", 1, "Hint: quote a text that holds ': '", id="colon in a text"),
        pytest.param("a: @x", 1, "Hint: quote a text that begins with", id="mark at a start"),
        pytest.param("a:\n  b: 1\n c: 2\n", 3, "Hint: indent keys of one part", id="crooked"),
        pytest.param("a: 1\n---\nb: 2", 2, "found another document", id="two documents"),
        pytest.param("a: *x", 1, "undefined alias 'x'", id="unknown alias"),
        pytest.param("a: &a [*a]", 1, "an alias of itself", id="alias of itself"),
        pytest.param("? [a, b]\n: c", 1, "a word as a key", id="list as a key"),
        pytest.param("a: \x00", None, "special characters", id="NUL"),
        pytest.param("a: \ud800", None, "special characters", id="lone surrogate"),
        pytest.param("[" * 1500 + "]" * 1500, None, "nested without end", id="nesting"),
        pytest.param(
            "\n".join(" " * depth + "a:" for depth in range(1000)), None, "nested", id="deep keys"
        ),
    ],
)
def test_parse__names_line_and_reason_of_what_is_no_document(text, line, message):
    with pytest.raises(DocumentError, match=message) as caught:
        parse(text)
    assert caught.value.problems[0].line == line


def test_parse__refuses_aliases_that_multiply(monkeypatch):
    monkeypatch.setattr(documents, "PARTS", 10_000)
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcde", "bcdef", strict=True)
    ]
    with pytest.raises(DocumentError, match="more than 10,000"):
        parse("\n".join(lines))


def test_parse__of_nothing_is_nothing():
    assert parse("").data is None
    assert parse("# only a remark\n").data is None


def test_parse__allows_an_anchor_to_be_used_again():
    assert parse("a: &x 1\nb: &x 2\nc: *x").data == {"a": 1, "b": 2, "c": 2}


MARKS = """a: - x ? [ ] { } & * ! | > ' " # % @ ` --- ... : , <<: *a &a !!int 1e400 ~ no 2020-01-01
!!python/name:os.system %YAML \\x \\u12 é = |- >+"""
PIECES = [*MARKS.split(), " ", "  ", "\n", "\t", "\r", "\x85", "\ufeff"]


@given(
    st.text(max_size=60) | st.lists(st.sampled_from(PIECES)).map("".join),
    st.booleans(),
)
@example("&a [&a !!x ", False)
@settings(max_examples=300)
def test_parse__of_any_text_raises_nothing_but_a_document_error(text, verbatim):
    try:
        document = parse(text, verbatim=verbatim)
    except DocumentError as error:
        assert str(error)  # noqa: PT017
        return
    assert all(line >= 1 for line in document.lines.values())


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-999, 999)
    | st.text("abc é'\"#:-[]{}&*!|>%@`", max_size=8),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text("abc", min_size=1), part),
    max_leaves=10,
)


@given(VALUES)
def test_parse__reads_back_what_json_wrote(value):
    assert parse(json.dumps({"value": value})).data == {"value": value}


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        pytest.param(b"a: 1\nb: caf\xe9\n", 2, "UTF-8 text, found the byte 0xe9", id="Latin-1"),
        pytest.param("a: 1".encode("utf-16"), 1, "UTF-8 text", id="UTF-16"),
        pytest.param(b"\x00\x01\x02", None, "special characters", id="binary"),
    ],
)
def test_read__refuses_what_is_not_utf_8(tmp_path, content, line, message):
    file = tmp_path / "study.yaml"
    file.write_bytes(content)
    with pytest.raises(DocumentError, match=message) as caught:
        read(file)
    assert caught.value.problems[0].line == line
    assert str(file) in str(caught.value)


def test_read__accepts_a_byte_order_mark(tmp_path):
    file = tmp_path / "study.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read(file).data == {"a": 1}


@pytest.mark.parametrize("name", ["none.yaml", ".", "bad\0name"])
def test_read__says_which_file_cannot_be_read(tmp_path, name):
    with pytest.raises(DocumentError, match=r"no such file|found a folder|null byte"):
        read(tmp_path / name)


def test_shown_path__reads_like_a_person_writes():
    assert shown_path(("visits", 2, "window", "from")) == "visits[2].window.from"
    assert shown_path(()) == "(top level)"


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("diagnsis", ["diagnosis", "sex"], "did you mean 'diagnosis'?"),
        ("zzz", ["sex", "age"], "known here: 'age', 'sex'"),
        ("Sex", ["AGE", "SEX"], "did you mean 'SEX'?"),
        ("zzz", [], ""),
    ],
)
def test_nearest__names_the_most_similar_or_all(word, known, hint):
    assert nearest(word, known) == hint
