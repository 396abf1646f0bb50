"""Muscle biopsies: markers before and under treatment, and by response."""

from collections.abc import Iterable

from myotrial.report.content import Link, Prose, Section, Table
from myotrial.report.sections import figures
from myotrial.report.sections.chapter import chapter
from myotrial.report.sections.unstated import unstated
from myotrial.report.source import Record, Source
from myotrial.report.tables import Tables
from myotrial.report.typography import units

__all__ = ["section"]

PARTS = (("", ""), (": responders", ".responders"), (": non-responders", ".nonresponders"))
ICC = "Readers’ ICC(2,1)"
CHANGE = (
    ("Median before", ".baseline.median"),
    ("Median after", ".repeat.median"),
    ("Change", ".hodges_lehmann"),
    ("Wilcoxon", ".wilcoxon"),
    ("Holm-adjusted", ".wilcoxon_holm"),
    (ICC, ".readers.icc_agreement"),
)
READERS = (("ICC(2,1)", ".icc_agreement"), ("ICC(3,1)", ".icc_consistency"))
PAIRS = (
    ("Mean difference", ".difference"),
    ("Lower limit", ".lower"),
    ("Upper limit", ".upper"),
    ("Weighted kappa", ".kappa"),
)
BLINDED = "Blinded readings. Limits of agreement: 1.96 SD on either side of the mean difference."
TESTS = (
    ("Wilcoxon-Pratt", ".wilcoxon_pratt"),
    ("Sign test", ".sign"),
    ("Responders minus non-responders", ".by_response.shift"),
    ("Mann-Whitney", ".by_response.mann_whitney"),
)
PRESENCE = (
    ("Appeared", ".appeared"),
    ("Disappeared", ".disappeared"),
    ("McNemar", ".mcnemar"),
    ("Holm-adjusted", ".mcnemar_holm"),
)
SYNTHETIC = {
    "% of fibres",
    "grade",
    "capillaries/mm2",
    "capillaries/fibre",
    "% of positive in capillaries",
    "infiltrates/mm2",
    "% area of infiltrates",
}
NOTE = "Change: Hodges-Lehmann shift, repeat minus baseline. Tests are exact and two-sided."


def section(source: Source, drawn: frozenset[str]) -> Section:
    """The section on biopsies."""
    tables = Tables(source)
    return chapter(
        "biopsy",
        "Muscle biopsies",
        (
            unstated(source, "biopsies"),
            tables.by_group("available", "Biopsies available", list(_available(source))),
            *figures.shown(source, drawn, "pairs"),
            _table(source, tables, "change", "Change of markers", CHANGE, NOTE),
            _table(source, tables, "presence-change", "Markers gained and lost", PRESENCE, ""),
            _table(source, tables, "biopsy-tests", "Other tests of change", TESTS, ""),
            *figures.shown(source, drawn, "presence"),
            tables.by_group(
                "by-response",
                "Marker after treatment, by response",
                source.of("marker_by_response"),
            ),
            *_agreement(source, tables),
            _hanging(source),
            _synthetic(source),
        ),
    )


def _available(source: Source) -> Iterable[Record]:
    for prefix in ("biopsy.baseline", "biopsy.repeat", "biopsy.pairs"):
        yield from source.under(prefix)


def _table(
    source: Source,
    tables: Tables,
    name: str,
    caption: str,
    columns: tuple[tuple[str, str], ...],
    note: str,
) -> Table | None:
    rows = [
        (marker["label"] + _unit(marker) + words, f"biopsy.{marker['id']}{part}")
        for marker in (source.plan.get("biopsy") or {}).get("markers") or []
        for words, part in PARTS
    ]
    return tables.matrix(
        name, caption, rows, columns, unit=False, note=note, corner="Marker", bare=(ICC,)
    )


def _agreement(source: Source, tables: Tables) -> Iterable[Table | None]:
    """How far blinded readers agree, with each other and with their own repeats."""
    markers = (source.plan.get("biopsy") or {}).get("markers") or []
    rows = [(marker["label"], f"biopsy.{marker['id']}.readers") for marker in markers]
    yield tables.matrix("readers", "Agreement of readers", rows, READERS, corner="Marker")
    pairs = {
        record["id"].removesuffix(".difference"): record["label"].rpartition(", ")[0]
        for _, key in rows
        for record in source.under(key)
        if record["id"].endswith(".difference")
    }
    given = [(label, key) for key, label in pairs.items()]
    caption = "Differences between readings"
    yield tables.matrix("reader-pairs", caption, given, PAIRS, note=BLINDED, corner="Readings")


def _unit(marker: Record) -> str:
    return f", {units(str(marker['unit']))}" if marker.get("unit") else ""


def _synthetic(source: Source) -> Prose | None:
    """Where fibres, capillaries or infiltrates were measured: on what that was shown."""
    units_ = {
        marker.get("unit") for marker in (source.plan.get("biopsy") or {}).get("markers") or []
    }
    if not units_ & SYNTHETIC:
        return None
    return Prose(
        (
            "Fibres, capillaries and infiltrates: shown on synthetic muscle only; no real muscle "
            "section with truth was to be had.",
        )
    )


def _hanging(source: Source) -> Prose | None:
    """Where the marker's table is one draw, a way to all that fit."""
    if not any("tables" in item for item in source.evidence.get("statistics") or []):
        return None
    return Prose(
        (
            "These tests rest on one table of patients. ",
            Link("What they would be under each set of readings", "ranges"),
            ".",
        )
    )
