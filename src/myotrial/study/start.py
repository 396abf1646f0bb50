"""Start a study's folder: from the template, or as a copy of the seed study."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from myotrial.errors import OutputError
from myotrial.study.folder import Study
from myotrial.study.output import cannot_write, replacing
from myotrial.study.places import DATA, DESIGN, OUT, PROTOCOL

__all__ = ["Started", "demo", "init", "require_new"]

PACKAGE = Path(__file__).parents[1]
TEMPLATE = PACKAGE / "study" / "template"
SEED = "anakinra-2009"
SCHEMA = "study.schema.json"  # named by the first line of the template's study.yaml


@dataclass(frozen=True)
class Started:
    """A folder that was made, and its files."""

    folder: Path
    code: int = 0

    def as_record(self) -> dict[str, Any]:
        """The folder and its files as plain data."""
        found = (file for file in sorted(self.folder.rglob("*")) if file.is_file())
        names = [file.relative_to(self.folder).as_posix() for file in found]
        return {"folder": str(self.folder), "files": names}

    def __str__(self) -> str:
        return (
            f"Made {self.folder}: describe the trial in {self.folder / PROTOCOL}, enter rows in "
            f"{self.folder / DATA},\nthen: myotrial check {self.folder}"
        )


def init(folder: Path) -> Started:
    """Make a folder with a commented protocol, its JSON Schema for editors, and empty tables.

    Raises:
        OutputError: The folder holds something already, or cannot be made.
    """
    from myotrial import protocol  # heavy: not for other commands

    schema = json.dumps(protocol.json_schema(), indent=1, ensure_ascii=False)
    _copy(TEMPLATE, folder, {SCHEMA: f"{schema}\n"})
    return Started(folder)


def demo(folder: Path) -> Study:
    """The seed study in a folder: copied there, or the study that is there already.

    Raises:
        OutputError: The folder holds something that is no study, or cannot be made.
    """
    if not _holds_study(folder):
        _copy(seed(), folder)
    return Study(folder)


def _holds_study(folder: Path) -> bool:
    try:
        return (folder / PROTOCOL).is_file()
    except OSError as error:
        raise cannot_write(folder, error) from error


def seed() -> Path:
    """The folder of the seed study: inside an installed package, beside `src` in a checkout."""
    packaged = PACKAGE / "_studies" / SEED
    return packaged if packaged.is_dir() else PACKAGE.parents[1] / "studies" / SEED


def _copy(source: Path, folder: Path, more: Mapping[str, str] = MappingProxyType({})) -> None:
    """Make `folder` a copy of `source`, without what was derived; whole or not at all.

    Args:
        source: The folder to copy.
        folder: The folder to make.
        more: Content of further files, by name.
    """
    require_new(folder)
    with replacing(folder) as fresh:
        for file in _files(source):
            place = fresh / file.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        for name, text in more.items():
            (fresh / name).write_text(text, encoding="utf-8")


def require_new(folder: Path) -> None:
    """Refuse a folder that holds anything; make its parent.

    Raises:
        OutputError: It holds something already, or cannot be made.
    """
    try:
        filled = folder.is_dir() and any(folder.iterdir())
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    if filled:
        raise OutputError(
            f"{folder} exists and is not empty; nothing was changed.\n"
            "Hint: name a new folder, or an empty one."
        )


def _files(source: Path) -> Iterator[Path]:
    """The files of a study as it was written: nothing derived, nothing hidden."""
    for file in sorted(source.rglob("*")):
        parts = file.relative_to(source).parts
        if (
            file.is_file()
            and parts[0] not in (OUT, DESIGN)
            and not any(part.startswith(".") for part in parts)
        ):
            yield file
