"""The kinds of results that analyses are made of: counts, shares, summaries, tests, estimates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import inf, isfinite
from typing import Any, TypeVar

from myotrial.analysis.trial import Rows
from myotrial.errors import TooLargeError
from myotrial.results import INFINITY, Interval, Result
from myotrial.statistics.binomial import clopper_pearson
from myotrial.statistics.describe import Summary, difference, summarise
from myotrial.statistics.estimate import Estimate

__all__ = ["CLOPPER_PEARSON", "FEW", "Sheet", "attempt", "interval_of", "many"]

Answer = TypeVar("Answer")

FEW = 10  # subjects below which a share is said to rest on few
CLOPPER_PEARSON = "Clopper CJ, Pearson ES. Biometrika 1934;26:404-13."
HYNDMAN_FAN = "Hyndman RJ, Fan Y. Am Stat 1996;50:361-5."


@dataclass(frozen=True)
class Sheet:
    """What the results of one analysis, or of a part of it, have in common.

    Attributes:
        analysis: The analysis they belong to.
        rule: Dotted name of the function that computes them.
        population: Who they are about, in words.
        groups: What they are of, such as a diagnosis.
        estimand: Estimand and handling of missing data, in words.
        cautions: Warnings that every result carries.
    """

    analysis: str
    rule: str
    population: str = "all treated patients"
    groups: dict[str, str] = field(default_factory=dict)
    estimand: str = ""
    cautions: tuple[str, ...] = ()

    def but(self, **changes: Any) -> "Sheet":
        """The same with some attributes changed."""
        return replace(self, **changes)

    def count(
        self,
        key: str,
        label: str,
        counted: Rows,
        *,
        n: int | None = None,
        unit: str = "patients",
        method: str = "counted",
        warnings: Sequence[str] = (),
    ) -> Result:
        """How many: the subjects for "patients", else the rows."""
        number = len(counted.subjects()) if unit == "patients" else len(counted)
        return self.result(
            key,
            label,
            "count",
            number,
            unit=unit,
            numerator=number,
            n=n,
            method=method,
            rows=counted.keys(),
            warnings=warnings,
        )

    def share(
        self,
        key: str,
        label: str,
        base: Rows,
        test: Callable[[Any], bool],
        *,
        method: str = "",
        reference: str = CLOPPER_PEARSON,
        warnings: Sequence[str] = (),
    ) -> Result:
        """The share of rows, one a subject, that pass a test, with its exact interval in percent.

        Without rows the value is None and a warning says so.
        """
        n, x = len(base), len(base.where(test))
        notes = [] if n >= FEW else [f"Only {many(n, 'patient')}: the interval is wide."]
        if not n:
            notes = ["No patients in this group: no share can be given."]
        exact = "share of patients with the exact (Clopper-Pearson) 95 % interval"
        return self.result(
            key,
            label,
            "share",
            100 * x / n if n else None,
            unit="%",
            interval=interval_of(clopper_pearson(x, n), scale=100) if n else None,
            numerator=x,
            n=n,
            method=f"{method}; {exact}" if method else exact,
            reference=reference,
            rows=base.keys(),
            warnings=[*notes, *warnings],
        )

    def portion(
        self,
        key: str,
        label: str,
        base: Rows,
        test: Callable[[Any], bool],
        *,
        warnings: Sequence[str] = (),
    ) -> Result:
        """The share of rows that pass a test, as a description: without an interval."""
        n, x = len(base), len(base.where(test))
        return self.result(
            key,
            label,
            "share",
            100 * x / n if n else None,
            unit="%",
            numerator=x,
            n=n,
            method="share of patients",
            rows=base.keys(),
            warnings=[*warnings, *([] if n else ["No patients in this group."])],
        )

    def summaries(
        self, key: str, label: str, rows: Rows, column: str, *, unit: str = ""
    ) -> list[Result]:
        """Mean, SD, median with quartiles, and range of a column; missing values are counted."""
        summary = summarise(rows.values(column))
        notes = _missing_notes(summary)

        def one(name: str, words: str, value: float | None, method: str, **more: Any) -> Result:
            return self.result(
                f"{key}.{name}",
                f"{label}{words}",
                name,
                value,
                unit=unit,
                n=summary.n,
                method=method,
                rows=rows.known(column).keys(),
                warnings=notes,
                **more,
            )

        span = None
        if summary.smallest is not None and summary.largest is not None:
            span = difference(summary.largest, summary.smallest)
        few = ["An SD needs two values."] if summary.n == 1 else []
        sd = one("sd", "", summary.sd, "standard deviation, divided by n - 1")
        return [
            one("mean", "", summary.mean, "arithmetic mean"),
            replace(sd, warnings=(*sd.warnings, *few)),
            one(
                "median",
                "",
                summary.median,
                "median with lower and upper quartile, averaged at jumps (definition 2)",
                interval=_ends(summary.lower_quartile, summary.upper_quartile, "quartiles"),
                reference=HYNDMAN_FAN,
            ),
            one(
                "range",
                ", range",
                span,
                "largest minus smallest value, with both",
                interval=_ends(summary.smallest, summary.largest, "range"),
            ),
        ]

    def p_value(
        self,
        key: str,
        label: str,
        p_value: float | None,
        rows: Rows,
        *,
        n: int,
        method: str,
        reference: str,
        warnings: Sequence[str] = (),
    ) -> Result:
        """A p-value."""
        return self.result(
            key,
            label,
            "p_value",
            p_value,
            n=n,
            method=method,
            reference=reference,
            rows=rows.keys(),
            warnings=warnings,
        )

    def estimate(
        self,
        key: str,
        label: str,
        estimate: Estimate | None,
        rows: Rows,
        *,
        statistic: str,
        n: int,
        method: str,
        reference: str,
        unit: str = "",
        scale: float = 1,
        warnings: Sequence[str] = (),
    ) -> Result:
        """An estimate with its interval; one without end is open there, and a warning says so."""
        estimate = estimate or Estimate(None)
        value = estimate.value
        notes = list(warnings)
        if value is not None and not isfinite(value):
            notes.append("The estimate is infinite; its interval has no upper end.")
        unbounded = estimate.low == -inf and estimate.high == inf
        if unbounded and value is not None:
            notes.append(f"{many(n, 'value')} cannot give a bounded 95 % interval.")
        return self.result(
            key,
            label,
            statistic,
            _written(value, scale),
            unit=unit,
            interval=None if value is None or unbounded else interval_of(estimate, scale=scale),
            n=n,
            method=method,
            reference=reference,
            rows=rows.keys(),
            warnings=notes,
        )

    def result(
        self,
        key: str,
        label: str,
        statistic: str,
        value: float | int | str | None,
        *,
        warnings: Sequence[str] = (),
        **more: Any,
    ) -> Result:
        """Any result, with what the sheet's results have in common."""
        return Result(
            id=key,
            analysis=self.analysis,
            label=label,
            statistic=statistic,
            value=value,
            population=self.population,
            groups=dict(self.groups),
            estimand=self.estimand,
            warnings=(*warnings, *self.cautions),
            rule=self.rule,
            **more,
        )


def interval_of(estimate: Estimate, *, scale: float = 1) -> Interval:
    """The interval of an estimate; an end at infinity is open."""
    low, high = (end * scale if isfinite(end) else None for end in (estimate.low, estimate.high))
    return Interval(low, high, estimate.level)


def _written(value: float | None, scale: float) -> float | str | None:
    return value if value is None else value * scale if isfinite(value) else INFINITY


def attempt(
    method: Callable[..., Answer], *inputs: Any, **options: Any
) -> tuple[Answer | None, list[str]]:
    """What a method gives, and no warning; or None and why, where the data are too large for it."""
    try:
        return method(*inputs, **options), []
    except TooLargeError as error:
        return None, [" ".join(str(error).split())]


def many(number: int, noun: str) -> str:
    """A number with its noun.

    >>> many(1, "patient"), many(3, "patient")
    ('1 patient', '3 patients')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _ends(low: float | None, high: float | None, kind: str) -> Interval | None:
    return None if low is None else Interval(low, high, level=None, kind=kind)


def _missing_notes(summary: Summary) -> list[str]:
    if not summary.n:
        return ["No value was recorded."]
    return [f"{many(summary.missing, 'value')} missing."] if summary.missing else []
