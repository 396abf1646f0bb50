"""The examples in the server's docstrings, run once Django knows a study."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[2] / "src" / "myotrial" / "capture"
MODULES = sorted(
    ".".join(("myotrial", "capture", *file.relative_to(ROOM).with_suffix("").parts))
    for file in ROOM.rglob("*.py")
    if ">>> " in file.read_text(encoding="utf-8")
)


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("name", MODULES)
def test_module__shows_what_its_examples_show(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0
    assert found.failed == 0
