"""The results dict as the report reads it: results by id, listings as records, labels of the plan.

Nothing is computed; what a study lacks comes back empty.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from myotrial.report.typography import slug
from myotrial.terms import CAPTURED, ORIGINS, RECONSTRUCTED, SIMULATED

__all__ = [
    "DRAWN",
    "Listing",
    "Record",
    "Source",
    "first_handling",
    "grouped",
    "reading_anchor",
    "result_anchor",
    "row_anchor",
]

Record = dict[str, Any]
DRAWN = 60  # patients in one drawing; more could not be told apart
ORDER = {"RESPONDER": 0, "UNCHANGED": 1, "INDETERMINATE": 2, "WORSE": 3}

SAYS = {
    CAPTURED: "",
    RECONSTRUCTED: "Reconstructed from published counts; describes no real patient.",
    SIMULATED: "Simulated from a stated model; describes no real patient.",
}


def result_anchor(key: str) -> str:
    """Anchor of a result's card."""
    return f"result-{slug(key)}"


def reading_anchor(key: str) -> str:
    """Anchor of a reading."""
    return f"reading-{slug(key)}"


def row_anchor(key: str) -> str:
    """Anchor of a row of a listing, from its ROWID ("ADCS:12")."""
    return f"row-{slug(key)}"


@dataclass(frozen=True)
class Listing:
    """One dataset: its name, its label, (name, label) of each column, and its rows."""

    name: str
    label: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> list[Record]:
        """The rows as dicts."""
        names = [name for name, _ in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def keys(self) -> list[str]:
        """The id of each row: its ROWID, or the dataset's name and the row's number."""
        names = [name for name, _ in self.columns]
        if "ROWID" in names:
            at = names.index("ROWID")
            return [str(row[at]) for row in self.rows]
        return [f"{self.name}:{number}" for number in range(1, len(self.rows) + 1)]


WORDS = {"RESPONDER": "responders", "NOT RESPONDER": "non-responders"}


def grouped(name: object) -> str:
    """The name of a group of patients as a reader knows it."""
    return WORDS.get(str(name), str(name))


def first_handling(endpoint: Record) -> str:
    """How missing verdicts are handled first, as it stands in ids: "nri"."""
    return str((endpoint.get("handlings") or ["NRI"])[0]).lower()


class Source:
    """Read access to one results.json."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.plan: Record = dict(data.get("study") or {})
        self.results: list[Record] = list(data.get("results") or [])
        self.published: list[Record] = list(data.get("published") or [])
        self.evidence: Record = dict(data.get("evidence") or {})

    @property
    def design(self) -> Record:
        """What the results are of, where they are of a design; empty for a study that was run."""
        return dict(self.data.get("design") or {})

    @cached_property
    def by_id(self) -> dict[str, Record]:
        """Results by id."""
        return {record["id"]: record for record in self.results}

    @cached_property
    def listings(self) -> dict[str, Listing]:
        """Listings by name, in the order given."""
        return {
            name: Listing(
                name,
                str(given.get("label") or name),
                tuple((column["name"], column.get("label") or "") for column in given["columns"]),
                tuple(tuple(row) for row in given["rows"]),
            )
            for name, given in (self.data.get("listings") or {}).items()
        }

    def records(self, name: str) -> list[Record]:
        """Rows of a listing as dicts; none where the study has no such listing."""
        listing = self.listings.get(name)
        return listing.records() if listing else []

    def of(self, *analyses: str) -> list[Record]:
        """The results of some analyses, in the order given."""
        return [record for record in self.results if record.get("analysis") in analyses]

    def under(self, prefix: str) -> Iterator[Record]:
        """The results whose id starts with a dotted prefix."""
        return (record for record in self.results if f"{record['id']}.".startswith(f"{prefix}."))

    @cached_property
    def responder_shares(self) -> list[Record]:
        """Shares of the leading endpoint by non-responder imputation: all, then each diagnosis.

        The leading endpoint is the one whose share reproduces a published one, else the one
        reported, else the primary one, else the first with shares. Deterioration is no response.
        """
        rank = {"reported": 0, "primary": 1}
        given = [
            endpoint
            for endpoint in self.plan.get("endpoints") or []
            if endpoint.get("definition") != "proderm"
        ]

        def place(endpoint: Record) -> tuple[bool, int]:
            published = f"response.{endpoint['id']}.nri.share" in self.backed
            return not published, rank.get(str(endpoint.get("role")), 2)

        for endpoint in sorted(given, key=place):
            found = [
                record
                for record in self.under(f"response.{endpoint['id']}.nri")
                if record.get("statistic") == "share"
                and set(record.get("groups") or {}) <= {"DIAG"}
            ]
            if found:  # of a study in one diagnosis, the whole says it already
                return found if len(found) > 2 else found[:1]
        return []

    @cached_property
    def patients(self) -> list[Record]:
        """The patients of a drawing, by diagnosis, then class, then id; at most `DRAWN`.

        Each is the subject's row of ADSL with that of ADCOURSE laid over it.
        """
        course = {row["USUBJID"]: row for row in self.records("ADCOURSE")}
        rows = [{**row, **course.get(row["USUBJID"], {})} for row in self.records("ADSL")]
        planned = ((self.plan.get("subject") or {}).get("DIAG") or {}).get("values") or []
        diagnoses = [*planned, *sorted({row.get("DIAG") for row in rows}, key=str)]

        def place(row: Record) -> tuple[int, int, str]:
            rank = ORDER.get(str(row.get("CLASS")), len(ORDER))
            return diagnoses.index(row.get("DIAG")), rank, str(row["USUBJID"])

        return sorted(rows, key=place)[:DRAWN]

    def short(self, patient: object) -> str:
        """A patient's id without the part that all ids share: "STUDY-001" as "001"."""
        return str(patient)[self._shared :]

    @cached_property
    def _shared(self) -> int:
        ids = [str(row["USUBJID"]) for row in self.records("ADSL")]
        shared = ids[0].rpartition("-")[0] + "-" if ids else ""
        return len(shared) if all(key.startswith(shared) for key in ids) else 0

    @property
    def undrawn(self) -> int:
        """Patients beyond those drawn."""
        return len(self.records("ADSL")) - len(self.patients)

    @property
    def origin(self) -> str:
        """Where the patient-level rows come from: captured, reconstructed or simulated."""
        return str(self.data.get("origin") or CAPTURED)

    @property
    def warning(self) -> str:
        """What every table, figure and listing must say of its origin; empty when captured."""
        return SAYS.get(self.origin, f"Origin of the rows: {self.origin}.")

    @property
    def note(self) -> str:
        """How the rows came about, in the study's own words or by the seed they were drawn with."""
        told = str(self.data.get("origin_note") or "")
        if self.origin == CAPTURED or (told and told not in ORIGINS.values()):
            return told
        seed = self.data.get("seed")
        if seed is None:
            return ""
        which = "Drawn" if self.origin == SIMULATED else "One of all the tables that fit, drawn"
        return f"{which} with seed {seed}."

    @property
    def visits(self) -> list[Record]:
        """The visits of the plan, in the order given."""
        return list(self.plan.get("visits") or [])

    @cached_property
    def backed(self) -> frozenset[str]:
        """Results that reproduce a published number, where the rows themselves are drawn."""
        if self.origin == CAPTURED:
            return frozenset()
        agree = ("reproduced", "hangs on a reading")
        return frozenset(
            key
            for claim in self.published
            if claim.get("verdict") in agree
            and claim.get("reported")
            and claim.get("reproduced") == claim.get("reported")
            for key in claim.get("result_ids") or []
        )

    @cached_property
    def readings(self) -> dict[str, Record]:
        """What each reading says, and why it may be doubted, by id."""
        return {
            item["id"]: {
                "says": str(item.get("says") or item["id"]),
                "why": str(item.get("why") or ""),
            }
            for item in self.evidence.get("readings") or []
        }

    @cached_property
    def clashes(self) -> list[Record]:
        """Groups of conflicts that come down to one clash."""
        return list(self.evidence.get("groups") or [])

    def reading(self, key: str) -> str:
        """What a reading says."""
        return self.readings[key]["says"] if key in self.readings else key

    def says(self, key: str) -> str:
        """What a claim or a reading says; its id where that is not told."""
        claim = self.claims.get(key) or {}
        return str(claim.get("says") or self.reading(key))

    def quoted(self, keys: Iterable[str]) -> str:
        """What claims and readings say, in quotation marks."""
        return " and ".join(f"“{self.says(key)}”" for key in keys)

    @cached_property
    def claims(self) -> dict[str, Record]:
        """Published statements by id."""
        return {claim["claim"]: claim for claim in self.published}
