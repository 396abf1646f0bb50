"""From published.yaml to a `Paper`, or to all problems of the file at once.

The file's form is checked here (keys, names, printed numbers) by `_Reader`; what can only be seen
with the whole paper in view (attribute names and values, counts above n) by `plausible`.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from myotrial import documents
from myotrial.documents import Document, nearest, shown_path
from myotrial.errors import DocumentError, ExpressionError, PrintedError, Problem
from myotrial.evidence import claims, plausible
from myotrial.evidence.vague import WORDS
from myotrial.expressions import is_name

__all__ = ["parse", "read"]

Path_ = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

SECTIONS = ("source", "attributes", "claims", "readings", "statistics", "vague")
SHARED = {"id", "says", "where", "loosely", "who", "definition", "as_printed", "reproduced_by"}
OF_READING = {"id", "says", "why"}
TABLE = {"row", "column", "among"}
KINDS = {  # of what a place should hold, by pydantic's name for the error
    "tuple_type": "a list in [ ]",
    "dict_type": "keys with values, such as {a: b}",
    "model_type": "keys with values, such as {a: b}",
    "string_type": "text or a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}
FORMS: dict[str, type[BaseModel]] = {
    "total": claims.Total,
    "share": claims.Share,
    "range": claims.Range,
    "mean": claims.Mean,
    "p_value": claims.PValue,
    "always": claims.Always,
    "unchecked": claims.Unchecked,
    "vaguely": claims.Vaguely,
    "by": claims.CountBy,
    "count": claims.Count,
}


def read(file: Path | str) -> claims.Paper:
    """Read the claims of a publication.

    Raises:
        DocumentError: The file cannot be read or breaks its form; lists every problem found.
    """
    return _Reader(documents.read(Path(file), verbatim=True)).paper()


def parse(text: str, *, file: str = "(text)") -> claims.Paper:
    """Read the claims of a publication from YAML text; see `read`."""
    return _Reader(documents.parse(text, file=file, verbatim=True)).paper()


class _Reader:
    """Builds the parts of a paper and collects every problem on the way."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def problem(self, path: Path_, expected: str, found: str, hint: str = "") -> None:
        line = self.document.line(path)
        self.problems.append(Problem(shown_path(path), expected, found, line, hint))

    def paper(self) -> claims.Paper:
        data = self.mapping(self.document.data, ())
        for key in data:
            if key not in SECTIONS:
                self.problem((key,), "a section of the file", repr(key), nearest(key, SECTIONS))
        if not data.get("claims"):
            self.problem(("claims",), "at least one claim", "none")
        source = self.mapping(data.get("source") or {}, ("source",))
        self.attribute_names(data.get("attributes"))
        parts = {
            "attributes": self.named(claims.Attribute, data, "attributes"),
            "claims": self.items(data, "claims", self.claim),
            "readings": self.items(data, "readings", self.reading),
            "statistics": self.items(data, "statistics", self.statistic),
            "vague": WORDS | self.named(claims.Vague, data, "vague", self.bounds),
        }
        self.stop()
        text = {key: str(value) for key, value in source.items()}
        paper = claims.Paper(file=self.document.file, source=text, **parts)
        for path, expected, found, hint in plausible.problems(paper):
            self.problem(path, expected, found, hint)
        self.stop()
        return paper

    def attribute_names(self, attributes: Any) -> None:
        """Attributes are spoken of in expressions, so their names must be words."""
        if not attributes:
            self.problem(("attributes",), "at least one attribute", "none")
        for name in attributes if isinstance(attributes, dict) else ():
            if not is_name(name):
                hint = f"call it {re.sub(r'[^A-Za-z0-9]+', '_', name)!r}" if " " in name else ""
                expected = "a name of letters, digits and _ that is no keyword"
                self.problem(("attributes", name), expected, repr(name), hint)

    def stop(self) -> None:
        if self.problems:
            ordered = sorted(self.problems, key=lambda problem: problem.line or 0)
            raise DocumentError(self.document.file, ordered)

    def mapping(self, data: Any, path: Path_) -> dict[str, Any]:
        if isinstance(data, dict):
            return data
        self.problem(path, "keys with values", _shown(data))
        return {}

    def named(
        self, model: type[Model], data: Mapping[str, Any], section: str, prepare: Any = dict
    ) -> dict[str, Model]:
        built = {}
        for name, value in self.mapping(data.get(section) or {}, (section,)).items():
            path = (section, name)
            built[name] = self.build(model, prepare(self.mapping(value, path)), path)
        return {name: part for name, part in built.items() if part is not None}

    def items(self, data: Mapping[str, Any], section: str, build: Any) -> tuple[Any, ...]:
        found = data.get(section) or []
        if not isinstance(found, list):
            self.problem((section,), "a list (each entry begins with '- ')", _shown(found))
            return ()
        built = [
            build(self.mapping(item, (section, place)), (section, place))
            for place, item in enumerate(found)
        ]
        return tuple(part for part in built if part is not None)

    def bounds(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            key: tuple(value) if isinstance(value, list) else (value,)
            for key, value in data.items()
        }

    def claim(self, data: dict[str, Any], path: Path_) -> claims.Claim | None:
        kept = {key: value for key, value in data.items() if key in SHARED - {"loosely"}}
        rest = {key: value for key, value in data.items() if key not in SHARED}
        form = self.form(rest, path, SHARED)
        loosely = None
        if "loosely" in data:
            where = (*path, "loosely")
            loosely = self.form(self.mapping(data["loosely"], where), where, set())
        if form is None or ("loosely" in data and loosely is None):
            return None
        return self.build(claims.Claim, kept | {"form": form, "loosely": loosely}, path)

    def reading(self, data: dict[str, Any], path: Path_) -> claims.Reading | None:
        kept = {key: value for key, value in data.items() if key in OF_READING}
        rest = {key: value for key, value in data.items() if key not in OF_READING}
        form = self.form(rest, path, OF_READING)
        return form and self.build(claims.Reading, kept | {"form": form}, path)

    def form(self, data: dict[str, Any], path: Path_, shared: Iterable[str]) -> Any:
        key = next((key for key in FORMS if key in data), None)
        if key is None:
            wrong = next(iter(data), None)
            hint = nearest(str(wrong), [*FORMS, *shared]) if wrong else ""
            kinds = ", ".join(FORMS)
            self.problem(path, f"a machine form (one of {kinds})", f"keys {[*data]}", hint)
            return None
        return self.build(FORMS[key], data, path, shared)

    def statistic(self, data: dict[str, Any], path: Path_) -> claims.Statistic | None:
        if "count" in data:
            return self.build(claims.Statistic, data, path)
        rest = {key: value for key, value in data.items() if key not in TABLE}
        part = {key: value for key, value in data.items() if key in TABLE}
        table = self.build(claims.Table, part, path, [*claims.Statistic.model_fields])
        return table and self.build(claims.Statistic, rest | {"table": table}, path)

    def build(
        self, model: type[Model], data: Mapping[str, Any], path: Path_, shared: Iterable[str] = ()
    ) -> Model | None:
        try:
            return model.model_validate(dict(data))
        except ValidationError as error:
            fields = model.model_fields.items()
            known = [field.alias or name for name, field in fields if name != "form"]
            for detail in error.errors():
                self.invalid(detail, path, [*known, *shared])
        return None

    def invalid(self, detail: Any, path: Path_, known: list[str]) -> None:
        here = (*path, *detail["loc"])
        if detail["type"] == "extra_forbidden":
            key = str(detail["loc"][-1])
            self.problem(here, "a known key", repr(key), nearest(key, known))
        elif detail["type"] == "missing":
            self.problem(here, f"the key {detail['loc'][-1]!r}", "nothing")
        else:
            self.problem(here, *_told(detail))


def _told(detail: Any) -> tuple[str, str, str]:
    """What was expected, what was found, and a hint, from one of pydantic's errors."""
    cause = (detail.get("ctx") or {}).get("error")
    found = _shown(detail["input"])
    if isinstance(cause, ExpressionError):
        message = str(cause).splitlines()[0]
        return "a readable expression", f"{found}: {message} (position {cause.position + 1})", ""
    if isinstance(cause, PrintedError):
        return cause.expected, found, cause.hint
    if isinstance(cause, ValueError):
        return str(cause).splitlines()[0], found, "\n".join(str(cause).splitlines()[1:])
    return KINDS.get(detail["type"]) or detail["msg"].replace("Input should be ", ""), found, ""


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
