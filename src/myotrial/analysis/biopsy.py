"""Biopsy markers before and under treatment, pair by pair, overall and by response.

Pair      a patient with a known value at baseline and in the repeat biopsy; others are left out.
Response  responders met the definition of improvement at any visit (EVER Y), the others did not
          (EVER N); patients whose response is not known are in neither group.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from myotrial.analysis import readers
from myotrial.analysis.adjusting import adjusted
from myotrial.analysis.sheet import Sheet, attempt, many
from myotrial.analysis.trial import Rows, Trial
from myotrial.results import Result
from myotrial.statistics.describe import difference
from myotrial.statistics.paired import (
    SignedRank,
    hodges_lehmann,
    mcnemar_exact,
    sign_test,
    wilcoxon_exact,
)
from myotrial.statistics.two_sample import mann_whitney_exact, shift

__all__ = ["results"]

RULE = "myotrial.analysis.biopsy.results"
COLUMNS = ("USUBJID", "PARAMCD", "PARAM", "AVISIT", "ADY", "AVAL", "AVALC", "AVALU", "EVER")
BEFORE, AFTER = "Baseline", "Repeat"
WILCOXON = "Wilcoxon F. Biometrics 1945;1:80-3."
PRATT = "Pratt JW. J Am Stat Assoc 1959;54:655-67."
HODGES = "Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598-611."
DIXON = "Dixon WJ, Mood AM. J Am Stat Assoc 1946;41:557-66."
MCNEMAR = "McNemar Q. Psychometrika 1947;12:153-7."
MANN = "Mann HB, Whitney DR. Ann Math Stat 1947;18:50-60."
PARTS = {"": None, ".responders": "Y", ".nonresponders": "N"}
WORDS = {"": "", ".responders": ", responders", ".nonresponders": ", non-responders"}


@dataclass(frozen=True)
class Pairs:
    """A marker's pairs: rows of both times, and per patient the two values."""

    rows: Rows
    values: dict[str, tuple[Any, Any]]

    @property
    def changes(self) -> list[float]:
        """After minus before, one a patient, as the decimals they were written with."""
        return [difference(after, before) for before, after in self.values.values()]


def results(trial: Trial) -> Iterator[Result]:
    """What was available, and the change of each marker with exact tests and intervals."""
    found = trial.rows("ADBX", COLUMNS, step="biopsy").of(trial.treated.subjects())
    sheet = Sheet("biopsy", RULE, cautions=trial.cautions)
    yield from _available(trial, Sheet("biopsy", RULE), found)
    raw: list[Result] = []
    for marker in _markers(trial):
        rows = found.where(PARAMCD=marker["id"])
        for result in _marker(sheet, marker, rows):
            if result.id in (f"biopsy.{marker['id']}.{test}" for test in ("wilcoxon", "mcnemar")):
                raw.append(result)
            yield result
        yield from readers.results(trial, sheet, marker)
    yield from adjusted(sheet, raw)


def _markers(trial: Trial) -> list[Mapping[str, Any]]:
    return list((trial.plan.get("biopsy") or {}).get("markers") or [])


def _known(rows: Rows) -> Rows:
    return rows.where(lambda row: row["AVAL"] is not None or row["AVALC"] is not None)


def _available(trial: Trial, sheet: Sheet, found: Rows) -> Iterator[Result]:
    """How many patients have a biopsy at each time, at both, and when the repeat was taken."""
    known, n = _known(found), len(trial.treated)
    before, after = (known.where(AVISIT=time) for time in (BEFORE, AFTER))
    both = [who for who in after.subjects() if who in set(before.subjects())]
    yield sheet.count("biopsy.baseline.available", "Baseline biopsy available", before, n=n)
    yield sheet.count("biopsy.repeat.available", "Repeat biopsy available", after, n=n)
    yield sheet.count("biopsy.pairs", "Both biopsies available", known.of(both), n=n)
    yield from _on_time(trial, sheet, after)
    one_each = {row["USUBJID"]: row for row in reversed(after.records)}
    days = Rows(after.dataset, tuple(one_each[who] for who in after.subjects()))
    yield from sheet.but(population="patients with a repeat biopsy").summaries(
        "biopsy.repeat.day", "Study day of the repeat biopsy", days, "ADY", unit="days"
    )


def _on_time(trial: Trial, sheet: Sheet, after: Rows) -> Iterator[Result]:
    """How many repeat biopsies fall into the window of the visit they are due at."""
    due = (trial.plan.get("biopsy") or {}).get("visits") or ()
    visit = next((visit for visit in reversed(trial.visits) if visit["id"] in due), None)
    if not (visit and visit.get("day") and visit.get("window")):
        return
    low, high = (visit["day"] + days for days in visit["window"])
    unknown = len(after.where(lambda row: row["ADY"] is None).subjects())
    yield sheet.but(population="patients with a repeat biopsy").count(
        "biopsy.repeat.on_time",
        f"Repeat biopsy within the window of {visit['label']}",
        after.where(lambda row: row["ADY"] is not None and low <= row["ADY"] <= high),
        n=len(after.subjects()),
        method=f"study day {low} to {high}",
        warnings=[f"The day of the biopsy of {many(unknown, 'patient')} is not known."]
        if unknown
        else [],
    )


def _marker(sheet: Sheet, marker: Mapping[str, Any], rows: Rows) -> Iterator[Result]:
    key, label = f"biopsy.{marker['id']}", marker["label"]
    for part, ever in PARTS.items():
        these = rows if ever is None else rows.where(EVER=ever)
        words = f"{label}{WORDS[part]}"
        if marker.get("presence"):
            yield from _presence(sheet, f"{key}{part}", words, these)
        else:
            yield from _quantity(sheet, f"{key}{part}", words, these, marker.get("unit") or "")
    if not marker.get("presence"):
        yield from _by_response(sheet, key, label, rows, marker.get("unit") or "")


def _paired(rows: Rows, column: str) -> Pairs:
    """The patients with a value at both times."""
    before = {row["USUBJID"]: row[column] for row in rows.where(AVISIT=BEFORE).known(column)}
    after = {row["USUBJID"]: row[column] for row in rows.where(AVISIT=AFTER).known(column)}
    values = {who: (before[who], after[who]) for who in before if who in after}
    return Pairs(rows.known(column).of(list(values)), values)


def _lost(rows: Rows, pairs: Pairs) -> list[str]:
    lost = len(rows.subjects()) - len(pairs.values)
    return [f"{many(lost, 'patient')} without both values left out."] if lost else []


def _quantity(sheet: Sheet, key: str, label: str, rows: Rows, unit: str) -> Iterator[Result]:
    """Median and range before and after, the shift, and tests of no shift."""
    pairs = _paired(rows, "AVAL")
    paired = sheet.but(population="patients with both biopsies")
    for time, words in ((BEFORE, "baseline"), (AFTER, "repeat")):
        at = pairs.rows.where(AVISIT=time)
        name = f"{key}.{words}"
        told = paired.but(cautions=()).summaries(name, f"{label}, {words}", at, "AVAL", unit=unit)
        yield from (result for result in told if result.statistic in ("median", "range"))
    notes = _lost(rows, pairs)
    change, limits = attempt(hodges_lehmann, pairs.changes)
    none = [] if pairs.values else ["No pairs: no shift can be given."]
    yield paired.estimate(
        f"{key}.hodges_lehmann",
        f"{label}: change",
        change,
        pairs.rows,
        statistic="difference",
        n=len(pairs.values),
        unit=unit,
        method="Hodges-Lehmann shift, repeat minus baseline: median of the means of all two "
        "changes, with the exact 95 % interval of the signed rank distribution",
        reference=HODGES,
        warnings=[*notes, *none, *limits],
    )
    yield from _shift_tests(paired, key, label, pairs, notes)


def _shift_tests(
    sheet: Sheet, key: str, label: str, pairs: Pairs, notes: list[str]
) -> Iterator[Result]:
    """Wilcoxon's test, and Pratt's and the sign test beside it as sensitivity."""
    changes = pairs.changes
    signed, limits = attempt(wilcoxon_exact, changes)
    ranked, _ = attempt(wilcoxon_exact, changes, zeros="pratt")
    sign, _ = attempt(sign_test, changes)
    moved = any(changes)
    exact = "Wilcoxon signed rank test, two-sided, exact over all sign patterns, tied ranks shared"
    tests = (
        ("wilcoxon", "Wilcoxon", signed and signed.p_value, f"{exact}, zeros left out", WILCOXON),
        ("wilcoxon_pratt", "Wilcoxon-Pratt", ranked and ranked.p_value, f"{exact}, zeros ranked",
         PRATT),
        ("sign", "sign test", sign, "exact two-sided sign test, zeros left out", DIXON),
    )  # fmt: skip
    for name, words, p_value, method, reference in tests:
        yield sheet.p_value(
            f"{key}.{name}",
            f"{label}: no change ({words})",
            p_value if moved else None,
            pairs.rows,
            n=len(changes),
            method=method,
            reference=reference,
            warnings=[*notes, *_cautions(signed), *limits],
        )


def _cautions(signed: SignedRank | None) -> list[str]:
    """What the changes allow no test to say."""
    if signed is None:
        return []
    notes = [f"{many(signed.zeros, 'change')} of zero."] if signed.zeros else []
    if not signed.n:
        notes.append("No change differs from zero: nothing to test.")
    elif signed.smallest > 0.05:
        notes.append(
            f"With {many(signed.n, 'change')} a signed rank test cannot give a p-value below "
            f"{signed.smallest:.3g}."
        )
    return notes


def _presence(sheet: Sheet, key: str, label: str, rows: Rows) -> Iterator[Result]:
    """How many gained or lost a marker that is present or absent, and McNemar's test."""
    pairs = _paired(rows, "AVALC")
    paired = sheet.but(population="patients with both biopsies")
    changed = {
        "appeared": ("ABSENT", "PRESENT"),
        "disappeared": ("PRESENT", "ABSENT"),
    }
    counts = []
    for name, change in changed.items():
        who = [subject for subject, values in pairs.values.items() if values == change]
        counts.append(len(who))
        yield paired.count(
            f"{key}.{name}", f"{label}: {name}", pairs.rows.of(who), n=len(pairs.values)
        )
    none = [] if sum(counts) else ["No patient changed: nothing to test."]
    yield paired.p_value(
        f"{key}.mcnemar",
        f"{label}: no change (McNemar)",
        mcnemar_exact(*counts) if sum(counts) else None,
        pairs.rows,
        n=len(pairs.values),
        method="McNemar's exact test, two-sided, on the pairs that changed",
        reference=MCNEMAR,
        warnings=[*_lost(rows, pairs), *none],
    )


def _by_response(sheet: Sheet, key: str, label: str, rows: Rows, unit: str) -> Iterator[Result]:
    """Whether responders changed otherwise than the rest."""
    groups = [_paired(rows.where(EVER=ever), "AVAL") for ever in ("Y", "N")]
    first, second = (pairs.changes for pairs in groups)
    n, both = len(first) + len(second), _paired(rows, "AVAL").rows
    empty = not (first and second)
    notes = ["One of the two groups is empty: nothing to compare."] if empty else []
    compared = sheet.but(population="patients with both biopsies and a known response")
    moved, limits = attempt(shift, first, second)
    ranked, _ = (None, []) if empty else attempt(mann_whitney_exact, first, second)
    yield compared.estimate(
        f"{key}.by_response.shift",
        f"{label}: change, responders minus non-responders",
        moved,
        both,
        statistic="difference",
        n=n,
        unit=unit,
        method="Hodges-Lehmann shift between two groups: median of all differences of a "
        "responder's and another's change, with the exact 95 % interval of the rank sum",
        reference=HODGES,
        warnings=[*notes, *limits],
    )
    yield compared.p_value(
        f"{key}.by_response.mann_whitney",
        f"{label}: same change in responders and non-responders",
        ranked.p_value if ranked else None,
        both,
        n=n,
        method="Mann-Whitney test, two-sided, exact over all splits, tied ranks shared",
        reference=MANN,
        warnings=[*notes, *limits],
    )
