"""Read everything a study holds, and list every problem found."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from myotrial.errors import DocumentError, MissingColumnsError, Problem
from myotrial.study.answers import Checked
from myotrial.study.places import DATA, PROTOCOL, PUBLISHED, RECIPE

__all__ = ["check"]


def check(folder: Path) -> Checked:
    """Check the protocol, and the published claims, the recipe and the tables where there are any.

    Args:
        folder: A folder with a study.yaml.
    """
    return _Check(folder).whole()


class _Check:
    """Collects the problems of one study; what a problem makes unreadable is left out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: list[str] = []
        self.problems: list[tuple[str, Problem]] = []
        self.notes: list[str] = []

    def whole(self) -> Checked:
        from myotrial import datasets, design, evidence, protocol

        plan = self.read(PROTOCOL, protocol.read)
        if (self.folder / PUBLISHED).exists():
            self.read(PUBLISHED, evidence.read)
        if (self.folder / RECIPE).exists():
            self.read(RECIPE, design.read_recipe)
        if plan and any((self.folder / DATA).glob("*.csv")):
            self.read(DATA, lambda place: datasets.read_tables(place, plan))
        return Checked(self.folder, tuple(self.files), tuple(self.problems), tuple(self.notes))

    def read(self, name: str, reader: Callable[[Path], Any]) -> Any:
        self.files.append(name)
        try:
            return reader(self.folder / name)
        except DocumentError as error:
            self.problems += [(problem.file or error.file, problem) for problem in error.problems]
        except MissingColumnsError as error:
            columns = f"the columns {error.missing}", f"{error.found}"
            self.problems.append((str(self.folder / name), Problem("(columns)", *columns)))
        return None
