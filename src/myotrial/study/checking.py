"""Read everything a study holds, and list every problem found."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myotrial.errors import DocumentError, MissingColumnsError, Problem
from myotrial.study import sources
from myotrial.study.answers import Checked
from myotrial.study.places import DATA, PLAN, PROTOCOL, PUBLISHED, RECIPE, tables

if TYPE_CHECKING:
    from myotrial.protocol.models import Protocol

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
        from myotrial import datasets, design, evidence, protocol, reconstruction

        plan = self.read(PROTOCOL, protocol.read)
        if (self.folder / PUBLISHED).exists():
            self.read(PUBLISHED, evidence.read)
        if plan:
            self.read(PROTOCOL, lambda place: datasets.check_protocol(plan, file=str(place)))
        if plan and (self.folder / RECIPE).exists():
            self.read(RECIPE, lambda place: reconstruction.read_recipe(place, plan))
        if plan and (self.folder / PLAN).exists():
            self.read(PLAN, lambda place: design.read_plan(place, plan))
        if plan and sources.source(self.folder).served:
            self.read("server", lambda _: self.served(plan))
        elif plan and (self.folder / DATA).exists():
            self.read(DATA, lambda place: self.captured(plan, place))
        return Checked(self.folder, tuple(self.files), tuple(self.problems), tuple(self.notes))

    def captured(self, plan: "Protocol", place: Path) -> None:
        """Read the tables; while none is filled, note what `run` would refuse."""
        from myotrial import datasets

        if any(map(_filled, tables(self.folder))):
            self.notes += datasets.gaps(datasets.read_tables(place, plan))
            return
        self.notes.append(f"the tables in {place} hold no rows yet")
        try:
            datasets.read_tables(place, plan)
        except DocumentError as error:
            refused = ", ".join(problem.expected for problem in error.problems)
            self.notes.append(f"until they do, myotrial run refuses the study: expected {refused}")

    def served(self, plan: "Protocol") -> None:
        """Read the patients of the study's server as tables."""
        from myotrial import datasets

        with tempfile.TemporaryDirectory(prefix="myotrial-check-") as place:
            sources.write(self.folder, plan, Path(place) / "server")
            self.notes += datasets.gaps(datasets.read_tables(Path(place) / "server", plan))

    def read(self, name: str, reader: Callable[[Path], Any]) -> Any:
        self.files += [name] if name not in self.files else []
        try:
            return reader(self.folder / name)
        except DocumentError as error:
            self.problems += [(problem.file or error.file, problem) for problem in error.problems]
        except MissingColumnsError as error:
            columns = f"the columns {error.missing}", f"{error.found}"
            self.problems.append((str(self.folder / name), Problem("(columns)", *columns)))
        return None


def _filled(table: Path) -> bool:
    """Whether a table has anything below its header; an unreadable one is left to its reader."""
    try:
        return table.suffix != ".csv" or len(table.read_bytes().splitlines()) != 1
    except OSError:
        return True
