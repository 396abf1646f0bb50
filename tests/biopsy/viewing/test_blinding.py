"""Whatever a reader's browser receives is searched for what it must not tell."""

import http.client
import json
import random
import struct
import threading
from urllib.parse import urlsplit

import numpy as np
import pytest

from myotrial.biopsy.viewing import Served, respond
from myotrial.errors import MyotrialError

from .conftest import NAMES, SECRETS

BOX = "x=0&y=0&width=768&height=768"


@pytest.fixture
def served(sitting):
    with Served(sitting.desk) as server:
        yield server, sitting


def ask(server, path, method="GET", content=None, **headers):
    """One request: status, headers, body."""
    parts = urlsplit(server.address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    given = {"Content-Type": "application/json"} if method == "POST" else {}
    body = None if content is None else json.dumps(content)
    connection.request(method, parts.path + path, body, given | headers)
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return found


def everything(server, sitting):
    """Every kind of request for every code, and every way to be wrong."""
    for path in ("", "viewer.css", "main.js", "state", "nothing", "../key/key.json", "%2e%2e/key"):
        yield path, ask(server, path)
    for code in sitting.session.codes:
        for path in (
            "tile/{}/0/0/0",
            "tile/{}/2/1/1",
            "layer/{}/1/0/0",
            "about/{}",
            "tile/{}/9/9/9",
        ):
            yield code, ask(server, path.format(code))
        for path in ("shares", "cells"):
            yield code, ask(server, f"{path}/{code}?{BOX}")
            yield code, ask(server, f"{path}/{code}?x=nan&y=a")
        triangle = [[100, 100], [300, 100], [200, 300]]
        for path, content in (
            ("reject", {"code": code, "outline": triangle, "reason": "fold"}),
            ("answer", {"code": code, "value": -1}),
            ("answer", {"code": code, "value": 12}),
            ("restore", {"code": code, "number": 7}),
        ):
            yield code, ask(server, path, "POST", content)
    yield "", ask(server, f"tile/{NAMES[0]}/0/0/0")
    yield "", ask(server, "commit", "POST", {})
    yield "", ask(server, "answer", "POST", {"code": sitting.session.codes[0], "value": 3})
    yield "", ask(server, "state")


def hidden(names):
    return (*SECRETS, *names, "CMU", "conftest", "/tmp", "pytest", "slides")  # noqa: S108


def test_served__tells_no_path_tag_date_visit_or_patient(served):
    server, sitting = served
    seen = 0
    for _, (status, headers, body) in everything(server, sitting):
        seen += 1
        told = " ".join(f"{name}: {value}" for name, value in headers.items())
        if headers["Content-Type"].startswith(("text/javascript", "text/css")):
            continue  # the same files for everybody
        for word in hidden(sitting.names.values()):
            assert word not in told, (status, word)
            assert word.encode() not in body, (status, word, body[:200])
    assert seen > 80


def test_served__headers_are_the_same_whatever_is_shown(served):
    server, sitting = served
    kinds = set()
    for code in sitting.session.codes:
        status, headers, _ = ask(server, f"tile/{code}/2/1/1")
        assert status == 200
        for name in ("Date", "Content-Length"):
            headers.pop(name)
        assert not {"ETag", "Last-Modified", "Content-Disposition", "Set-Cookie"} & set(headers)
        kinds.add(tuple(sorted(headers.items())))
    assert len(kinds) == 1
    assert dict(kinds.pop())["Cache-Control"] == "no-store"


def segments(jpeg):
    """The markers before the picture of a JPEG, with their content."""
    at = 2
    while jpeg[at + 1] != 0xDA:
        length = struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
        yield jpeg[at + 1], jpeg[at + 4 : at + 2 + length]
        at += 2 + length


def test_served__pictures_carry_no_tag(served):
    server, sitting = served
    heads = set()
    for code in sitting.session.codes:
        _, _, jpeg = ask(server, f"tile/{code}/1/0/0")
        found = list(segments(jpeg))
        assert {kind for kind, _ in found} <= {0xE0, 0xDB, 0xC0, 0xC4}
        heads.add(tuple(found))
        _, _, png = ask(server, f"layer/{code}/1/0/0")
        chunks, at = set(), 8
        while at < len(png):
            size = int.from_bytes(png[at : at + 4])
            chunks.add(png[at + 4 : at + 8])
            at += 12 + size
        assert chunks <= {b"IHDR", b"IDAT", b"IEND"}
    assert len(heads) == 1  # one size, one set of tables


def test_served__sizes_and_resolution_tell_no_scanner(served):
    """Half of the slides have twice the pixels: the state shows one canvas for all."""
    server, sitting = served
    state = json.loads(ask(server, "state")[2])
    assert set(state["canvas"]) == {"width", "height", "mpp", "finest", "tile"}
    assert set(state["sections"][0]) == {"code", "answer", "regions", "told"}
    abouts = {ask(server, f"about/{code}")[2] for code in sitting.session.codes}
    assert len(abouts) == 1


def test_served__an_unreadable_slide_is_told_in_a_sentence_that_is_the_same_for_all(
    tmp_path, starting, slides, monkeypatch
):
    from myotrial.biopsy.viewing import desk as module
    from myotrial.errors import SlideError

    sitting = starting(tmp_path)

    def broken(path, **_):
        raise SlideError(f"{path}: PAT-07 is cut off")

    monkeypatch.setattr(module, "open_slide", broken)
    answers = set()
    for code in sitting.session.codes:
        for path in (f"tile/{code}/0/0/0", f"layer/{code}/0/0/0", f"about/{code}"):
            found = respond(sitting.desk, "GET", path, {})
            answers.add((found.status, found.body))
    [(status, body)] = answers
    assert status == 409
    assert "cannot be shown" in json.loads(body)["error"]
    assert "PAT-07 is cut off" in sitting.desk.faults[sitting.session.codes[0]]


def test_served__a_folder_that_cannot_be_written_is_told_without_its_name(sitting, monkeypatch):
    from myotrial.biopsy.readers import reading

    def full(place, content):
        raise OSError(28, "No space left on device", str(place))

    monkeypatch.setattr(reading, "_replace", full)
    code = sitting.session.codes[0]
    body = json.dumps({"code": code, "value": 3}).encode()
    found = respond(sitting.desk, "POST", "answer", {}, body)
    assert found.status == 500
    assert b"session" not in found.body
    for place in (sitting.folder / "session").glob("*"):
        place.write_text("{")
    found = respond(sitting.desk, "GET", "state", {})
    assert (found.status, b"session" in found.body) == (200, False)


def test_make_slide_session__order_tells_nothing_of_the_visit(tmp_path):
    """Over many sessions, places in the order are even between the visits."""
    from myotrial.biopsy import readers

    generator, ranks = random.Random(11), []  # noqa: S311  (a test repeats itself)
    for number in range(60):
        key = tmp_path / f"{number}.key"
        codes = readers.make_slide_session(
            tmp_path / f"{number}", key, NAMES, question=readers.Question("cells"),
            repeats=0, chance=generator,
        )  # fmt: skip
        names = json.loads(key.read_text())["sections"]
        ranks += [index for index, code in enumerate(codes) if "BASELINE" in names[code]]
        assert not any(
            word in (tmp_path / f"{number}" / "codes.json").read_text() for word in SECRETS
        )
    assert abs(np.mean(ranks) - 2.5) < 0.39  # 3 standard errors of 180 draws from 0 to 5


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "localhost:1"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
def test_served__answers_its_own_page_only(served, headers, status):
    server, _ = served
    assert ask(server, "state", **headers)[0] == status


def test_served__needs_the_word_of_its_address_and_json(served):
    server, sitting = served
    parts = urlsplit(server.address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    for path in ("/", "/state", "/wrong/state", f"{parts.path[:-2]}/state"):
        connection.request("GET", path)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (404, b"There is nothing here.")
    connection.close()
    content = {"code": sitting.session.codes[0], "value": 3}
    assert ask(server, "answer", "POST", content, **{"Content-Type": "text/plain"})[0] == 403
    assert ask(server, "answer", "POST", {"reason": "x" * (1 << 18)})[0] == 413
    assert ask(server, "answer", "POST", [1])[0] == 400
    assert ask(server, "state", "DELETE")[0] == 501
    assert parts.hostname == "127.0.0.1"


def test_served__tells_that_a_port_is_taken(served):
    server, sitting = served
    with pytest.raises(MyotrialError, match="is taken"):
        Served(sitting.desk, urlsplit(server.address).port)


def test_served__answers_many_at_once(served):
    server, sitting = served
    found = []

    def look(code):
        found.append([ask(server, f"tile/{code}/2/{c}/{r}")[0] for c in range(3) for r in range(3)])

    threads = [threading.Thread(target=look, args=(code,)) for code in sitting.session.codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for row in found for status in row} == {200}


def test_respond__keeps_readers_to_the_section_where_the_session_says_so(tmp_path, starting):
    from myotrial.biopsy.readers import Question

    sitting = starting(tmp_path, question=Question("cells", helped=False))
    code = sitting.session.codes[0]
    for path in (f"layer/{code}/0/0/0", f"about/{code}", f"shares/{code}", f"cells/{code}"):
        query = {"x": "0", "y": "0", "width": "9", "height": "9"}
        assert respond(sitting.desk, "GET", path, query).status == 409
    assert respond(sitting.desk, "GET", f"tile/{code}/0/0/0", {}).status == 200
    sitting.desk.close()
