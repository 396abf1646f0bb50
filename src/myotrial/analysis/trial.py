"""What an analysis reads: the plan and its tables, as rows that remember where they come from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals as nw

from myotrial.documents import nearest
from myotrial.errors import MyotrialError
from myotrial.frames import records, require_columns

__all__ = ["Record", "Rows", "Trial", "same_visit", "slug"]

Record = Mapping[str, Any]
Test = Callable[[Record], bool]


@dataclass(frozen=True)
class Rows:
    """Rows of one dataset, in order; missing values are None."""

    dataset: str
    records: tuple[Record, ...]

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def where(self, test: Test | None = None, **equal: Any) -> "Rows":
        """The rows that pass a test and hold the given values."""
        kept = self.records
        for name, value in equal.items():
            kept = [row for row in kept if row[name] == value]
        if test is not None:
            kept = [row for row in kept if test(row)]
        return Rows(self.dataset, tuple(kept))

    def values(self, column: str) -> list[Any]:
        """A column, missing values included."""
        return [row[column] for row in self.records]

    def known(self, column: str) -> "Rows":
        """The rows in which a column is not missing."""
        return self.where(lambda row: row[column] is not None)

    def by(self, column: str) -> dict[Any, "Rows"]:
        """The rows of each value of a column, in order of first appearance; missing left out."""
        found: dict[Any, list[Record]] = {}
        for row in self.records:
            if row[column] is not None:
                found.setdefault(row[column], []).append(row)
        return {value: Rows(self.dataset, tuple(rows)) for value, rows in found.items()}

    def subjects(self) -> list[str]:
        """The subjects, each once, in order of first appearance."""
        return list(dict.fromkeys(self.values("USUBJID")))

    def of(self, subjects: Sequence[str]) -> "Rows":
        """The rows of some subjects."""
        wanted = set(subjects)
        return self.where(lambda row: row["USUBJID"] in wanted)

    def keys(self) -> dict[str, Any]:
        """Where the rows stand, as `Result.rows` holds it."""
        return {"dataset": self.dataset, "keys": self.values("ROWID")}


class Trial:
    """The plan with its tables.

    Args:
        plan: The protocol as plain data.
        tables: Analysis datasets by name, each a dataframe that Narwhals knows.
        within: The subjects whose rows are read; None for all.
    """

    def __init__(
        self,
        plan: Mapping[str, Any],
        tables: Mapping[str, Any],
        *,
        within: frozenset[str] | None = None,
    ) -> None:
        self.plan, self._tables, self._within = plan, tables, within
        self._read: dict[str, tuple[Record, ...]] = {}

    def of_arm(self, arm: Record, column: str) -> "Trial":
        """The same trial with the rows of one arm's subjects only.

        Args:
            arm: The arm, as the plan has it.
            column: TRT01P for the arm they were allocated to, TRT01A for the one they received.
        """
        people = self.rows("ADSL", ("USUBJID", column), step="arms")
        inside = people.where(lambda row: row[column] in (arm["id"], arm.get("label")))
        plan = {**self.plan, "arms": [arm]}
        return Trial(plan, self._tables, within=frozenset(inside.subjects()))

    def rows(self, name: str, columns: Sequence[str], *, step: str) -> Rows:
        """The rows of a dataset.

        Raises:
            MyotrialError: There is no such dataset.
            MissingColumnsError: It lacks columns that the step needs.
        """
        if name not in self._tables:
            hint = nearest(name, self._tables) if self._tables else ""
            raise MyotrialError(
                f"The analysis {step!r} needs the dataset {name}; there are "
                f"{sorted(self._tables)}.\nHint: leave {step!r} out of the plan's analyses, or "
                f"derive the dataset first. {hint}".rstrip()
            )
        table = self._tables[name]
        require_columns(table, step=f"The analysis {step!r}", columns=[*columns, "ROWID"])
        if name not in self._read:
            self._read[name] = tuple(
                {key: _plain(value) for key, value in row.items()}
                for row in records(table)
                if self._within is None or row["USUBJID"] in self._within
            )
        return Rows(name, self._read[name])

    def has(self, name: str, *columns: str) -> bool:
        """Whether a dataset is there with some columns."""
        return name in self._tables and set(columns) <= set(
            nw.from_native(self._tables[name]).columns
        )

    @property
    def whole(self) -> bool:
        """Whether all subjects are read, not those of one arm."""
        return self._within is None

    @cached_property
    def enrolled(self) -> Rows:
        """All subjects."""
        columns = ("USUBJID", "DIAG", "SAFFL", "FASFL", "EOSSTT")
        return self.rows("ADSL", columns, step="analysis sets")

    @cached_property
    def treated(self) -> Rows:
        """Subjects who received treatment: the safety population."""
        return self.enrolled.where(SAFFL="Y")

    @cached_property
    def analysed(self) -> Rows:
        """Subjects of the full analysis set."""
        return self.enrolled.where(FASFL="Y")

    @cached_property
    def diagnoses(self) -> list[str]:
        """The diagnoses in the plan's order, then others that occur."""
        planned = (self.plan["subject"].get("DIAG") or {}).get("values") or ()
        return list(dict.fromkeys([*planned, *self.enrolled.by("DIAG")]))

    @cached_property
    def visits(self) -> list[Record]:
        """The scheduled visits after baseline, in order."""
        return [
            visit
            for visit in self.plan["visits"]
            if not visit.get("baseline") and not visit.get("unscheduled")
        ]

    def asked(self, endpoint: Record) -> str:
        """When an endpoint asks for a response, in words."""
        match endpoint["estimand"]:
            case "at_visit":
                labels = {visit["id"]: visit["label"] for visit in self.plan["visits"]}
                return f"at {labels.get(endpoint['visit'], endpoint['visit'])}"
            case "sustained":
                return f"sustained over {endpoint.get('consecutive') or 2} visits in a row"
            case _:
                return "at any visit"

    @property
    def cautions(self) -> tuple[str, ...]:
        """What a reader must know before using any number about an effect."""
        found = []
        if self.plan["study"].get("design") == "single-arm":
            found.append("No comparison group: the change cannot be attributed to the treatment.")
        if len(self.plan.get("arms") or ()) > 1:
            found.append(f"The {len(self.plan['arms'])} arms are taken together.")
        return tuple(found)


def same_visit(value: Any, visit: Record) -> bool:
    """Whether a cell names a visit, by its id or its label."""
    return value is not None and value in (visit["id"], visit["label"])


def slug(text: object) -> str:
    """A name as it stands in an id: small letters, digits and underscores.

    >>> slug("Local injection-site rash")
    'local_injection_site_rash'
    """
    words = "".join(letter if letter.isalnum() else " " for letter in str(text).lower()).split()
    return "_".join(words) or "none"


def _plain(value: Any) -> Any:
    """A cell as Python's own type; NaN and the like are missing."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and value != value else value
