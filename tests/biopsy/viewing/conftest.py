"""A session of whole slides whose files tell everything they must not give away."""

import json
from types import SimpleNamespace

import pytest

from myotrial.biopsy import readers
from myotrial.biopsy.readers import Question
from myotrial.biopsy.reading import open_slide
from myotrial.biopsy.viewing import Desk, Shown

SECRETS = (
    "PAT-07",
    "BASELINE",
    "REPEAT",
    "2009-03-11",
    "SCANNER-9",
    "slides/",
    ".tif",
    "label text",
)
NAMES = [
    f"slides/PAT-0{number}_{visit}_2009-03-11.tif"
    for number in (7, 8, 9)
    for visit in ("BASELINE", "REPEAT")
]


@pytest.fixture(scope="session")
def slides(tmp_path_factory, drawing, writing):
    """Six slides of different sizes, half of them from a scanner of other resolution."""
    place = tmp_path_factory.mktemp("whole")
    (place / "slides").mkdir()
    told = "SCANNER-9 |MPP = 0.25|Date = 2009-03-11|User = PAT-07|label text"
    for index, name in enumerate(NAMES):
        drawn = drawing(positive=3 * index, negative=30, seed=index + 1)
        pixels = drawn.pixels[: 768 - 40 * index]
        if index % 2:
            pixels = pixels.repeat(2, 0).repeat(2, 1)
            description = told.replace("0.25", "0.125")
            writing(place / name, pixels, levels=2, mpp=0.125, description=description)
        else:
            writing(place / name, pixels, mpp=0.25, description=told)
    return place


def started(folder, slides, *, question=None, told=None, codes=None, reader="A"):
    """A session in a folder, and a desk on it."""
    key = folder / "key" / "key.json"
    question = question or Question("CD3-positive cells", unit="cells/mm2")
    if not key.exists():
        readers.make_slide_session(folder / "session", key, NAMES, question=question)
    names = json.loads(key.read_text())["sections"]
    shown = {code: Shown(slides / name, None, "DAB", 0.15) for code, name in names.items()}
    session = readers.open_session(folder / "session")
    if codes is not None:
        session = session.only(codes)
    desk = Desk(session, reader, shown, told)
    return SimpleNamespace(desk=desk, session=session, names=names, key=key, folder=folder)


@pytest.fixture
def starting(slides):
    """`started`, on the six slides."""
    return lambda folder, **options: started(folder, slides, **options)


@pytest.fixture
def sitting(tmp_path, starting):
    """A desk of reader A."""
    made = starting(tmp_path)
    yield made
    made.desk.close()


@pytest.fixture
def opening():
    """Opens slides, and closes them after the test."""
    opened = []

    def slide(path):
        opened.append(open_slide(path))
        return opened[-1]

    yield slide
    for one in opened:
        one.close()
