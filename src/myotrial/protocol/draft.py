"""A protocol as far as it can be read, so that one broken entry does not hide other problems.

Checks across parts take the parts that are well formed from here; names are taken from every
entry, so that a visit with a mistyped day is still a visit that others may name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from myotrial.documents import Document, Step

__all__ = ["Draft"]

Model = TypeVar("Model", bound=BaseModel)
Path = tuple[Step, ...]


@dataclass(frozen=True)
class Draft:
    """A document that should be a protocol."""

    document: Document

    def raw(self, *path: Step) -> Any:
        """What stands at a path, whatever it is; None where there is nothing."""
        place = self.document.data
        for step in path:
            if isinstance(place, dict) and isinstance(step, str):
                place = place.get(step)
            elif isinstance(place, list) and isinstance(step, int):
                place = place[step] if step < len(place) else None
            else:
                return None
        return place

    def one(self, model: type[Model], *path: Step) -> Model | None:
        """The part at a path; None where it is missing or broken."""
        try:
            return model.model_validate(self.raw(*path))
        except ValidationError:
            return None

    def entries(self, model: type[Model], *path: Step) -> Iterator[tuple[Path, Model]]:
        """The well-formed entries of a list, or of keys with values, each with its path."""
        for step in self._steps(*path):
            part = self.one(model, *path, step)
            if part is not None:
                yield (*path, step), part

    def whole(self, model: type[BaseModel], *path: Step) -> bool:
        """Whether there are entries in a list and every one is well formed."""
        return 0 < len(list(self.entries(model, *path))) == len(self._steps(*path))

    def named(self, *path: Step) -> list[tuple[Path, str]]:
        """The id of every entry of a list, with the path of the id."""
        found = [((*path, step, "id"), self.raw(*path, step, "id")) for step in self._steps(*path)]
        return [(place, name) for place, name in found if isinstance(name, str)]

    def ids(self, *path: Step) -> list[str]:
        """The ids of a list, in order."""
        return [name for _, name in self.named(*path)]

    def keys(self, *path: Step) -> list[str]:
        """The keys at a path."""
        place = self.raw(*path)
        return list(place) if isinstance(place, dict) else []

    def texts(self, *path: Step) -> list[tuple[Path, str]]:
        """A text, or the texts of a list, each with its path."""
        place = self.raw(*path)
        if isinstance(place, str):
            return [(path, place)]
        items = enumerate(place) if isinstance(place, list) else ()
        return [((*path, index), item) for index, item in items if isinstance(item, str)]

    def within(self, key: str, *lists: Path) -> list[Path]:
        """The place of a key in every entry of some lists."""
        return [(*path, step, key) for path in lists for step in self._steps(*path)]

    def scattered(self, key: str) -> Iterator[tuple[Path, str]]:
        """The texts under a key wherever it stands, each with its path."""
        for path in self.document.lines:
            if path and path[-1] == key:
                yield from self.texts(*path)

    def _steps(self, *path: Step) -> list[Step]:
        place = self.raw(*path)
        if isinstance(place, list):
            return list(range(len(place)))
        return list(place) if isinstance(place, dict) else []
