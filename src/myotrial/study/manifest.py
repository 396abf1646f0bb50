"""biopsies/manifest.csv: which slide is whose, of which marker, from which scanner."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from myotrial.errors import DocumentError, Problem

if TYPE_CHECKING:
    from myotrial.protocol import Protocol

__all__ = [
    "CELL_UNITS", "DOMAIN", "DOMAIN_MARKERS", "FOLDER", "INFILTRATES", "MANIFEST", "MEAN_OD",
    "STRUCTURES", "Row", "read_manifest",
]  # fmt: skip

FOLDER = "biopsies"
MANIFEST = "manifest.csv"
NEEDED = ("FILE", "SCANNER", "CHROMOGEN", "MARKER")
OPTIONAL = ("USUBJID", "BXTIME", "BXDY", "CONTROL", "SECTION", "MPP", "CELLS", "REPORT", "CHECKED")
TIMES = ("BASELINE", "REPEAT")
CHROMOGENS = ("DAB", "AEC", "Fast Red")
STRUCTURES = {  # unit of a marker, and where a slide's record holds the value
    "% of fibres": "fibres_positive_percent",
    "grade": "mhc_grade",
    "capillaries/mm2": "capillaries_per_mm2",
    "capillaries/fibre": "capillaries_per_fibre",
    "% of positive in capillaries": "positive_area_in_capillaries_percent",
}
CELL_UNITS = {
    "H-score": "h_score",
    "% of cells": "positive_percent",
    "nuclei/mm2": "nuclei_per_mm2",
}
MEAN_OD = "mean OD"
DOMAIN = "points (JDM inflammation)"  # 0 to 12, from the slides of two markers
DOMAIN_MARKERS = ("CD3", "CD68")
INFILTRATES = {"infiltrates/mm2": "per_mm2", "% area of infiltrates": "percent"}
CELLS = {"membrane": "cell", "cytoplasm": "cell", "nucleus": "nucleus"}


@dataclass(frozen=True)
class Row:
    """One slide.

    Attributes:
        line: 1-based line in the file.
        file: Path below the folder of biopsies.
        scanner: On which it was scanned.
        chromogen: What the marker was made visible with.
        marker: Id of the marker, as in study.yaml.
        subject: Whose; "" for a control.
        time: "BASELINE" or "REPEAT"; "" for a control.
        day: Study day, as written.
        control: Whether it is a negative control.
        section: Names one section that was scanned on several scanners; "" otherwise.
        mpp: Micrometres a pixel, where stated.
        counts: Which cells are counted; "" none.
        structures: Whether fibres and capillaries are sought.
        checked: Whether a person has looked that the chromogen is the one named.
        reported: Whether its value goes into the table; a second scan for calibration does not.
    """

    line: int
    file: str
    scanner: str
    chromogen: str
    marker: str
    subject: str
    time: str
    day: str
    control: bool
    section: str
    mpp: float | None
    counts: Literal["cell", "nucleus", ""]
    structures: bool
    checked: bool
    reported: bool

    @property
    def name(self) -> str:
        """Distinguishes the slide among all."""
        return self.file

    def as_key(self) -> dict[str, Any]:
        """What of it may change a measurement: not whose it is, nor when it was taken."""
        apart = ("line", "subject", "time", "day", "reported")
        return {key: value for key, value in asdict(self).items() if key not in apart}


def read_manifest(folder: Path, plan: "Protocol") -> list[Row]:
    """Read the manifest of a study.

    Raises:
        DocumentError: Lists every problem, with its line.
    """
    place = folder / FOLDER / MANIFEST
    table = _read(place)
    missing = [name for name in NEEDED if name not in table.columns]
    unknown = [name for name in table.columns if name not in NEEDED + OPTIONAL]
    columns = ", ".join(NEEDED + OPTIONAL)
    if missing or unknown:
        problems = [Problem(name, f"a column {name}", "none", 1) for name in missing]
        problems += [Problem(name, f"one of {columns}", "another column", 1) for name in unknown]
        raise DocumentError(str(place), problems)
    rows: list[Row] = []
    problems = []
    for number, cells in enumerate(table.iter_rows(named=True), start=2):
        given = {name: (value or "").strip() for name, value in cells.items()}
        found = list(_problems(number, given, plan))
        problems += found
        if not found:
            rows.append(_row(number, given, plan))
    problems += _duplicates(rows)
    if not rows and not problems:
        problems.append(Problem("(rows)", "at least one slide", "none"))
    if problems:
        raise DocumentError(str(place), problems)
    return rows


def _read(place: Path) -> Any:
    import polars as pl

    try:
        return pl.read_csv(place, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        told = "none" if not place.exists() else str(error).splitlines()[0]
        problem = Problem(
            "(file)",
            "a table of slides",
            told,
            hint=f"one row for each slide, with the columns {', '.join(NEEDED)} and, as needed, "
            f"{', '.join(OPTIONAL)}",
        )
        raise DocumentError(str(place), [problem]) from error


def _problems(line: int, given: Mapping[str, str], plan: "Protocol") -> Iterator[Problem]:
    markers = [marker.id for marker in plan.biopsy.markers] if plan.biopsy else []
    control = given.get("CONTROL", "")
    checks = [
        ("FILE", "a path below biopsies", bool(given["FILE"]) and _inside(given["FILE"])),
        ("SCANNER", "the scanner's name", bool(given["SCANNER"])),
        ("CHROMOGEN", f"one of {', '.join(CHROMOGENS)}", given["CHROMOGEN"] in CHROMOGENS),
        ("CONTROL", "Y or an empty cell", control in ("Y", "")),
        ("REPORT", "N or an empty cell", given.get("REPORT", "") in ("N", "")),
        ("CHECKED", "Y or an empty cell", given.get("CHECKED", "") in ("Y", "")),
        ("CELLS", f"one of {', '.join(CELLS)}", given.get("CELLS", "") in ("", *CELLS)),
        ("MPP", "a pixel size in micrometres", _number(given.get("MPP", "")) is not False),
    ]
    if control != "Y":
        checks += [
            ("MARKER", f"a marker of study.yaml: {', '.join(markers)}", given["MARKER"] in markers),
            ("USUBJID", "a subject", bool(given.get("USUBJID"))),
            ("BXTIME", f"one of {', '.join(TIMES)}", given.get("BXTIME", "") in TIMES),
        ]
    for column, expected, right in checks:
        if not right:
            yield Problem(column, expected, repr(given.get(column, "")), line)
    if control != "Y" and given["MARKER"] in markers:
        yield from _unmeasurable(line, given["MARKER"], plan)


def _unmeasurable(line: int, name: str, plan: "Protocol") -> Iterator[Problem]:
    marker = next(marker for marker in plan.biopsy.markers if marker.id == name)  # pyright: ignore[reportOptionalMemberAccess]
    if marker.unit == DOMAIN:
        told = f"the slides of {' and '.join(DOMAIN_MARKERS)}, from which it is told"
        yield Problem("MARKER", told, repr(name), line)
        return
    if marker.accepted:  # readers may tell what cannot be measured
        return
    named = marker.unit in (*STRUCTURES, *INFILTRATES, MEAN_OD)
    known = _counted(marker.unit) or named or "area" in (marker.unit or "")
    if not marker.presence and not known:
        others = ", ".join([*CELL_UNITS, *STRUCTURES, *INFILTRATES, MEAN_OD])
        expected = f"a marker in cells/mm2, % area, {others}, or present and absent"
        yield Problem("MARKER", expected, f"{name!r} in {marker.unit!r}", line)


def _counted(unit: str | None) -> bool:
    return (unit or "").startswith("cells/mm") or unit in CELL_UNITS or unit in INFILTRATES


def _of_domain(name: str, plan: "Protocol") -> bool:
    """Whether the inflammatory domain is told from slides of a marker."""
    asked = plan.biopsy and any(marker.unit == DOMAIN for marker in plan.biopsy.markers)
    return bool(asked) and name in DOMAIN_MARKERS


def _inside(file: str) -> bool:
    path = Path(file)
    return not path.is_absolute() and ".." not in path.parts


def _number(text: str) -> float | Literal[False] | None:
    """The number, None for an empty cell, False for what is none."""
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        return False
    return value if value > 0 else False


def _row(line: int, given: Mapping[str, str], plan: "Protocol") -> Row:
    markers = {marker.id: marker for marker in plan.biopsy.markers} if plan.biopsy else {}
    marker = markers.get(given["MARKER"])
    place = CELLS.get(given.get("CELLS", ""), "cell")
    domain = given.get("CONTROL", "") != "Y" and _of_domain(given["MARKER"], plan)
    counted = domain or (marker is not None and _counted(marker.unit))
    return Row(
        line=line,
        file=given["FILE"],
        scanner=given["SCANNER"],
        chromogen=given["CHROMOGEN"],
        marker=given["MARKER"],
        subject=given.get("USUBJID", ""),
        time=given.get("BXTIME", ""),
        day=given.get("BXDY", ""),
        control=given.get("CONTROL", "") == "Y",
        section=given.get("SECTION", ""),
        mpp=_number(given.get("MPP", "")) or None,
        counts=("nucleus" if place == "nucleus" else "cell") if counted else "",
        structures=domain or (marker is not None and marker.unit in STRUCTURES),
        checked=given.get("CHECKED", "") == "Y",
        reported=given.get("REPORT", "") != "N",
    )


def _duplicates(rows: Iterable[Row]) -> Iterator[Problem]:
    """One slide for each subject, time and marker; one row for each file."""
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        keys = [("FILE", row.file)]
        if not row.control and row.reported:
            keys.append(("USUBJID, BXTIME, MARKER", f"{row.subject}, {row.time}, {row.marker}"))
        for name, value in keys:
            first = seen.setdefault((name, value), row.line)
            if first != row.line:
                yield Problem(
                    name,
                    "each once",
                    f"{value!r} in line {first} too",
                    row.line,
                    hint="a second scan of one section, for calibration, has N in REPORT"
                    if name != "FILE"
                    else "",
                )
