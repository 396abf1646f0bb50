"""How far readers agree, with each other and with themselves; what is left to adjudicate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from myotrial.biopsy.readers.reading import Reading
from myotrial.errors import SlideError
from myotrial.statistics.agreement import Limits, icc, kappa, limits_of_agreement
from myotrial.statistics.estimate import Estimate

__all__ = ["Agreement", "adjudicate", "compare", "disputes"]


@dataclass(frozen=True)
class Agreement:
    """Agreement on the sections that every reader has read, and of repeats.

    Attributes:
        sections: How many sections all readers have read.
        rejected: Sections that a reader rejected, left out.
        absolute: ICC(2,1).
        consistency: ICC(3,1).
        limits: Bland-Altman of each pair of readers.
        repeats: Bland-Altman of each reader's first and second reading, where there are two pairs
            at least.
        kappa: Weighted kappa of each pair, for grades.
        disputed: Sections whose readings lie further apart than the tolerance, for adjudication.
    """

    sections: int
    rejected: tuple[str, ...]
    absolute: Estimate
    consistency: Estimate
    limits: Mapping[tuple[str, str], Limits]
    repeats: Mapping[str, Limits]
    kappa: Mapping[tuple[str, str], Estimate]
    disputed: tuple[str, ...]


def compare(readings: Sequence[Reading], *, tolerance: float, grades: int = 0) -> Agreement:
    """Compare committed readings.

    Args:
        readings: From `Session.unblind`.
        tolerance: Difference between readers up to which their mean stands without adjudication.
        grades: Number of grades, where answers are grades 0 to grades - 1; 0: a continuous answer.

    Raises:
        SlideError: Fewer than two readers, or fewer than two sections read by all.
    """
    readers = sorted({reading.reader for reading in readings})
    first = _values(readings, again=False)
    sections = sorted({reading.section for reading in readings})
    whole = [s for s in sections if all(first.get((r, s)) is not None for r in readers)]
    if len(readers) < 2 or len(whole) < 2:
        raise SlideError(
            f"agreement needs two readers and two sections read by all (got {len(readers)} and "
            f"{len(whole)})."
        )
    table = [[_number(first, reader, section) for reader in readers] for section in whole]
    columns = dict(zip(readers, map(list, zip(*table, strict=True)), strict=True))
    pairs = [(one, two) for i, one in enumerate(readers) for two in readers[i + 1 :]]
    return Agreement(
        sections=len(whole),
        rejected=tuple(section for section in sections if section not in whole),
        absolute=icc(table),
        consistency=icc(table, kind="consistency"),
        limits={(one, two): limits_of_agreement(columns[one], columns[two]) for one, two in pairs},
        repeats=_repeats(readers, first, _values(readings, again=True)),
        kappa={
            (one, two): kappa(_crossed(columns[one], columns[two], grades), weights="quadratic")
            for one, two in (pairs if grades else [])
        },
        disputed=tuple(
            section
            for section, row in zip(whole, table, strict=True)
            if max(row) - min(row) > tolerance
        ),
    )


def disputes(readings: Sequence[Reading], *, tolerance: float) -> dict[str, list[float | None]]:
    """What readers said of each section on which they lie further apart than the tolerance.

    Args:
        readings: From `Session.unblind`.
        tolerance: As in `compare`.

    Returns:
        By section, the first reading of every reader, None where that reader rejected it.
    """
    found: dict[str, list[float | None]] = {}
    for reading in readings:
        if not reading.again:
            found.setdefault(reading.section, []).append(reading.value)
    return {name: row for name, row in found.items() if _apart(row) > tolerance}


def _apart(row: Sequence[float | None]) -> float:
    values = [value for value in row if value is not None]
    return max(values) - min(values) if values else 0.0


def adjudicate(
    readings: Sequence[Reading], decided: Mapping[str, float | None], *, tolerance: float
) -> dict[str, float]:
    """The value of each section: the readers' mean, or what was decided where they differ.

    Args:
        readings: From `Session.unblind`.
        decided: The adjudicator's value of each disputed section; None: rejected.
        tolerance: As in `compare`.

    Returns:
        By section; one that everybody, or the adjudicator, rejected is not among them.

    Raises:
        SlideError: A disputed section has not been decided, or one that is not disputed has.
    """
    disputed = set(disputes(readings, tolerance=tolerance))
    if disputed != set(decided):
        wrong = sorted(disputed ^ set(decided))
        raise SlideError(
            f"adjudication decides the disputed sections and no others; see {', '.join(wrong)}."
        )
    found: dict[str, list[float]] = {}
    for reading in readings:
        if reading.value is not None and not reading.again:
            found.setdefault(reading.section, []).append(reading.value)
    means = {name: sum(row) / len(row) for name, row in found.items()}
    settled = {**means, **decided}
    return {name: value for name, value in sorted(settled.items()) if value is not None}


def _values(readings: Sequence[Reading], *, again: bool) -> dict[tuple[str, str], float | None]:
    return {(r.reader, r.section): r.value for r in readings if r.again == again}


def _number(values: Mapping[tuple[str, str], float | None], reader: str, section: str) -> float:
    value = values[reader, section]
    assert value is not None  # noqa: S101  (sections with a missing reading were left out)
    return value


def _repeats(
    readers: Sequence[str],
    first: Mapping[tuple[str, str], float | None],
    second: Mapping[tuple[str, str], float | None],
) -> dict[str, Limits]:
    found = {}
    for reader in readers:
        pairs = [
            (one, two)
            for (who, section), two in second.items()
            if who == reader
            and two is not None
            and (one := first.get((reader, section))) is not None
        ]
        if len(pairs) >= 2:
            one, two = zip(*pairs, strict=True)
            found[reader] = limits_of_agreement(one, two)
    return found


def _crossed(first: Sequence[float], second: Sequence[float], grades: int) -> list[list[int]]:
    """Sections by the grade of one reader (rows) and of the other (columns)."""
    table = [[0] * grades for _ in range(grades)]
    for one, two in zip(first, second, strict=True):
        table[int(one)][int(two)] += 1
    return table
