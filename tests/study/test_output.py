"""A folder is replaced whole or not at all."""

import errno
import os

import pytest

from myotrial.errors import OutputError
from myotrial.study import output


def content(folder):
    return {file.name: file.read_text() for file in folder.iterdir()}


def fill(folder, *, stop=None, **files):
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    if stop:
        raise stop


def names(folder):
    return sorted(item.name for item in folder.iterdir())


@pytest.fixture(params=["exchange of names", "two renames"])
def swapping(request, monkeypatch):
    if request.param == "two renames":
        monkeypatch.setattr(output, "_exchange", lambda *_: False)


@pytest.mark.usefixtures("swapping")
def test_replacing__puts_the_new_folder_in_place_of_the_old(tmp_path):
    target = tmp_path / "out"
    fill(target, a="old", b="old")
    with output.replacing(target) as fresh:
        fill(fresh, a="new")
    assert content(target) == {"a": "new"}
    assert names(tmp_path) == ["out"]


def test_replacing__makes_a_folder_that_is_not_there(tmp_path):
    with output.replacing(tmp_path / "out") as fresh:
        fill(fresh, a="new")
    assert content(tmp_path / "out") == {"a": "new"}
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError])
def test_replacing__leaves_the_old_folder_whole_when_left_early(tmp_path, error):
    fill(tmp_path / "out", a="old")
    with pytest.raises(error), output.replacing(tmp_path / "out") as fresh:
        fill(fresh, a="new", stop=error)
    assert content(tmp_path / "out") == {"a": "old"}
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize(
    ("number", "way_out"),
    [
        pytest.param(errno.ENOSPC, "free some space", id="disk full"),
        pytest.param(errno.EROFS, "copy the study", id="read-only disk"),
        pytest.param(errno.EACCES, "writable", id="not permitted"),
    ],
)
def test_replacing__tells_why_it_cannot_write_and_the_way_out(tmp_path, number, way_out):
    fill(tmp_path / "out", a="old")
    with (
        pytest.raises(OutputError, match=way_out) as raised,
        output.replacing(tmp_path / "out"),
    ):
        raise OSError(number, os.strerror(number))
    assert os.strerror(number).lower() in str(raised.value)
    assert "untouched" in str(raised.value)
    assert content(tmp_path / "out") == {"a": "old"}
    assert names(tmp_path) == ["out"]


def test_replacing__passes_on_errors_that_are_not_about_writing(tmp_path):
    with pytest.raises(FileNotFoundError), output.replacing(tmp_path / "out"):
        (tmp_path / "nothing").read_text()


def test_replacing__refuses_to_replace_a_file(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match="is a file"), output.replacing(tmp_path / "out"):
        pytest.fail("nothing may be written")
    assert (tmp_path / "out").read_text() == "a file"


def test_replacing__follows_a_link_to_the_output(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    fill(tmp_path / "elsewhere" / "big", a="old")
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere" / "big")
    with output.replacing(tmp_path / "out") as fresh:
        fill(fresh, a="new")
    assert (tmp_path / "out").is_symlink()
    assert content(tmp_path / "elsewhere" / "big") == {"a": "new"}


def test_replacing__puts_the_old_folder_back_when_the_second_rename_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(output, "_exchange", lambda *_: False)
    rename = type(tmp_path).rename

    def refuse_new(self, target):
        if ".new-" in self.name:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return rename(self, target)

    fill(tmp_path / "out", a="old")
    monkeypatch.setattr(type(tmp_path), "rename", refuse_new)
    with pytest.raises(OutputError), output.replacing(tmp_path / "out") as fresh:
        fill(fresh, a="new")
    assert content(tmp_path / "out") == {"a": "old"}
    assert names(tmp_path) == ["out"]


def test_recover__puts_back_what_was_set_aside_and_clears_the_rest(tmp_path):
    fill(tmp_path / ".out.old", a="old")
    fill(tmp_path / ".out.new-123", a="half")
    output.recover(tmp_path / "out")
    assert content(tmp_path / "out") == {"a": "old"}
    assert names(tmp_path) == ["out"]


def test_recover__keeps_the_output_that_is_in_place(tmp_path):
    fill(tmp_path / ".out.old", a="old")
    fill(tmp_path / "out", a="new")
    output.recover(tmp_path / "out")
    assert content(tmp_path / "out") == {"a": "new"}
    assert names(tmp_path) == ["out"]
