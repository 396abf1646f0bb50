"""How far the blinded readers of a marker agree, and each of them with their own repeats.

Section   one biopsy of one patient in one session; those that not every reader could read are left
          out, and counted.
Kappa     weighted by the square of the distance; of answers that are whole numbers up to 10.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from myotrial.analysis.sheet import Sheet, many
from myotrial.analysis.trial import Rows, Trial, slug
from myotrial.results import Result
from myotrial.statistics.agreement import icc, kappa, limits_of_agreement

__all__ = ["results"]

COLUMNS = ("USUBJID", "PARAMCD", "AVISIT", "RDSESS", "EVALID", "RDSEQ", "AVAL", "ACPTFL")
SHROUT = "Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-8."
BLAND = "Bland JM, Altman DG. Lancet 1986;1:307-10."
COHEN = "Cohen J. Psychol Bull 1968;70:213-20."
MOST = 10  # the highest grade
Values = Mapping[tuple[Any, ...], Mapping[str, float]]


def results(trial: Trial, sheet: Sheet, marker: Mapping[str, Any]) -> Iterator[Result]:
    """Agreement of the readers of one marker; nothing where it was not read by two."""
    if not trial.has("ADRD", *COLUMNS):
        return
    rows = trial.rows("ADRD", COLUMNS, step="biopsy").where(PARAMCD=marker["id"])
    rows = rows.of(trial.treated.subjects()).where(lambda row: row["ACPTFL"] != "Y")
    first = rows.where(RDSEQ=1)
    readers = sorted(first.by("EVALID"))
    found = _values(first)
    whole = {key: row for key, row in found.items() if len(row) == len(readers)}
    if len(readers) < 2 or len(whole) < 2:
        return
    lost = len({_section(row) for row in first}) - len(whole)
    notes = [f"{many(lost, 'section')} not read by every reader left out."] if lost else []
    told = sheet.but(population="sections read by every reader", cautions=())
    key, label, unit = f"biopsy.{marker['id']}.readers", marker["label"], marker.get("unit") or ""
    table = [[row[reader] for reader in readers] for row in whole.values()]
    kinds = (
        ("icc_agreement", "agreement", "ICC(2,1)"),
        ("icc_consistency", "consistency", "ICC(3,1)"),
    )
    for name, kind, words in kinds:
        yield told.estimate(
            f"{key}.{name}",
            f"{label}: {words} of {len(readers)} readers",
            icc(table, kind=kind),  # pyright: ignore[reportArgumentType]
            first,
            statistic="icc",
            n=len(whole),
            method=f"{words}, single readings, two-way model, {kind}",
            reference=SHROUT,
            warnings=notes,
        )
    for pair in combinations(readers, 2):
        yield from _pair(told, key, label, unit, pair, whole, first, notes)
    yield from _repeats(told, key, label, unit, rows, found)


def _pair(
    sheet: Sheet,
    key: str,
    label: str,
    unit: str,
    pair: tuple[str, str],
    whole: Values,
    rows: Rows,
    notes: list[str],
) -> Iterator[Result]:
    one, two = ([row[reader] for row in whole.values()] for reader in pair)
    name = f"{key}.pair.{slug(' '.join(pair))}"
    words = f"{label}: {pair[0]} minus {pair[1]}"
    yield from _limits(sheet, name, words, unit, one, two, rows, notes)
    grades = {*one, *two}
    if all(value == int(value) and value <= MOST for value in grades):
        size = int(max(grades)) + 1
        crossed = [[0] * size for _ in range(size)]
        for first, second in zip(one, two, strict=True):
            crossed[int(first)][int(second)] += 1
        yield sheet.estimate(
            f"{name}.kappa",
            f"{words}: weighted kappa",
            kappa(crossed, weights="quadratic"),
            rows,
            statistic="kappa",
            n=len(one),
            method="Cohen's kappa, quadratic weights, large-sample 95 % interval",
            reference=COHEN,
            warnings=notes,
        )


def _repeats(
    sheet: Sheet, key: str, label: str, unit: str, rows: Rows, found: Values
) -> Iterator[Result]:
    """Each reader's first reading less the hidden repeat, where there are two at least."""
    again = rows.where(RDSEQ=2)
    second = _values(again)
    for reader in sorted(again.by("EVALID")):
        both = [at for at in second if reader in second[at] and reader in found.get(at, {})]
        if len(both) >= 2:
            one, two = ([part[at][reader] for at in both] for part in (found, second))
            name, words = f"{key}.repeat.{slug(reader)}", f"{label}: {reader}, first minus repeat"
            yield from _limits(sheet, name, words, unit, one, two, again, [])


def _limits(
    sheet: Sheet,
    key: str,
    label: str,
    unit: str,
    one: list[float],
    two: list[float],
    rows: Rows,
    notes: list[str],
) -> Iterator[Result]:
    limits = limits_of_agreement(one, two)
    parts = (
        ("difference", "mean difference", limits.mean),
        ("lower", "lower limit of agreement", limits.lower),
        ("upper", "upper limit of agreement", limits.upper),
    )
    for name, words, estimate in parts:
        yield sheet.estimate(
            f"{key}.{name}",
            f"{label}, {words}",
            estimate,
            rows,
            statistic="difference" if name == "difference" else "limit",
            n=len(one),
            unit=unit,
            method="Bland-Altman: mean difference, and 1.96 SD on either side, 95 % intervals",
            reference=BLAND,
            warnings=notes,
        )


def _section(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["RDSESS"], row["USUBJID"], row["AVISIT"]


def _values(rows: Rows) -> dict[tuple[Any, ...], dict[str, float]]:
    found: dict[tuple[Any, ...], dict[str, float]] = {}
    for row in rows.known("AVAL"):
        found.setdefault(_section(row), {})[row["EVALID"]] = float(row["AVAL"])
    return found
