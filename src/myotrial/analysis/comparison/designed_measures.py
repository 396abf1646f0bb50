"""Designed tests of a mean or of a time: the Total Improvement Score, one measure, or response.

Effect  of means, treatment minus control in the direction that is better; z is the normal quantile
        of the one-sided p-value.
Means   t and ANCOVA of patients with a value at the endpoint's visit; the mixed model of all with
        any value up to it.
Time    to the first response by the primary endpoint's definition, known verdicts only; the effect
        is Peto's logarithm of the hazard ratio of responding.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import copysign, inf, isfinite
from statistics import NormalDist
from types import MappingProxyType

import numpy as np

from myotrial.analysis.comparison.arms import Pair
from myotrial.analysis.comparison.last_visit import covariance
from myotrial.analysis.comparison.outcomes import Outcome, outcomes
from myotrial.analysis.comparison.repeated import Mixed
from myotrial.analysis.comparison.times import COLUMNS, course_of
from myotrial.analysis.trial import Record, Rows
from myotrial.errors import ModelError
from myotrial.statistics import linear
from myotrial.statistics.survival import peto

__all__ = ["MEASURED", "Effect", "Measured", "outcome_known"]

NORMAL = NormalDist()
LEAST = 1e-300  # a p-value below this has no z
PARAMETERS = {"imacs_2004": "DOI", "functional_index_20": "FI20"}
SCORE = "TIS"


@dataclass(frozen=True)
class Effect:
    """What a designed test finds.

    Attributes:
        z: Standardised statistic; None where it cannot be had.
        p_value: One-sided.
        value: The effect, treatment minus control; None where the test has none.
        error: Its standard error under the test.
        unit: Unit of the effect.
        why: Why something is missing.
    """

    z: float | None
    p_value: float | None
    value: float | None = None
    error: float | None = None
    unit: str = "%"
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measured:
    """A test with its name in words and its source; `run` takes subjects."""

    words: str
    reference: str
    run: Callable[[Pair, Sequence[str]], Effect]


def outcome_known(pair: Pair, test: str) -> set[str]:
    """Subjects whose outcome is known: a value at the endpoint's visit, or a first response."""
    if test == "log-rank":
        last = [visit["id"] for visit in pair.trial.visits][-1:]
        rows = _verdicts(pair)
        done = [row for row in rows if row["AVALC"] == "Y" or row["VISITID"] in last]
        return {row["USUBJID"] for row in done}
    outcome = _outcome(pair)
    if outcome is None:
        return set()
    return {
        who for who, seen in zip(outcome.who, np.isfinite(outcome.values[:, -1]), strict=True)
        if seen
    }  # fmt: skip


def _outcome(pair: Pair) -> Outcome | None:
    """The primary endpoint's score or change up to its visit, positive is better."""
    endpoint = pair.leading
    name = endpoint.get("measure") or SCORE
    found = next((one for one in outcomes(pair) if one.key == name), None)
    names = [visit["id"] for visit in found.visits] if found else []
    if found is None or endpoint.get("visit") not in names:
        return None
    until = names.index(endpoint["visit"]) + 1
    values = found.values[:, :until] * (1.0 if name == SCORE else _better(pair, name))
    return replace(found, visits=found.visits[:until], values=values)


def _better(pair: Pair, name: str) -> float:
    """1 where a higher value of a measure is better, -1 where a lower is, as ADCS counts it."""
    rows = pair.trial.rows("ADCS", ("PARAMCD", "CHG", "IMPR"), step="comparison")
    known = rows.where(PARAMCD=name).known("CHG").known("IMPR")
    return copysign(1.0, sum(row["CHG"] * row["IMPR"] for row in known))


def _of(pair: Pair, who: Sequence[str]) -> Outcome:
    """The outcome of some subjects.

    Raises:
        ModelError: There is none at the endpoint's visit.
    """
    whole = _outcome(pair)
    if whole is None:
        raise ModelError("Nobody has a value at the visit of the primary endpoint.")
    kept = [at for at, one in enumerate(whole.who) if one in set(who)]
    before = None if whole.before is None else whole.before[kept]
    return replace(
        whole, who=[whole.who[at] for at in kept], values=whole.values[kept], before=before
    )


def _adjusted(pair: Pair, who: Sequence[str]) -> Effect:
    return _at_visit(pair, _of(pair, who), covariance)


def _student(pair: Pair, who: Sequence[str]) -> Effect:
    def plain(_pair: Pair, _outcome: Outcome, _kept: np.ndarray, _who: list[str],
              values: np.ndarray, treated: np.ndarray) -> linear.Term:  # fmt: skip
        if treated.all() or not treated.any():
            raise ModelError("One of the two arms has no patients with a value.")
        design = np.column_stack([np.ones(len(values)), treated.astype(float)])
        return linear.fit(values, design, names=["the mean", "the arm"]).combination(
            np.array([0.0, 1.0])
        )

    return _at_visit(pair, _of(pair, who), plain)


def _at_visit(pair: Pair, outcome: Outcome, fit: Callable[..., linear.Term]) -> Effect:
    column = outcome.values[:, -1]
    kept = np.flatnonzero(np.isfinite(column))
    who = [outcome.who[at] for at in kept]
    treated = np.array([pair.treated[one] for one in who], bool)
    found = fit(pair, outcome, kept, who, column[kept], treated)
    return _from_two_sided(found.estimate.value, found.p_value, outcome.unit)


def _mixed(pair: Pair, who: Sequence[str]) -> Effect:
    outcome = _of(pair, who)
    kind = pair.option("covariance", "unstructured")
    model = Mixed(pair, outcome, kind, pair.option("freedom", "kenward-roger"))
    found = model.difference(len(outcome.visits) - 1)
    return _from_two_sided(found.estimate.value, found.p_value, outcome.unit)


def _from_two_sided(value: float | None, two_sided: float, unit: str) -> Effect:
    half = two_sided / 2
    p_value = half if (value or 0.0) > 0 else 1 - half
    z = -NORMAL.inv_cdf(p_value) if LEAST < p_value < 1 else inf if p_value < 1 else -inf
    error = value / z if value is not None and z and isfinite(z) and value / z > 0 else None
    return Effect(z, p_value, value, error, unit)


def _verdicts(pair: Pair) -> Rows:
    """Rows of ADRS by the definition of the primary endpoint."""
    rows = pair.trial.rows("ADRS", (*COLUMNS, "PARAM"), step="comparison")
    return rows.of(pair.people.subjects()).where(lambda row: _asked(row, pair.leading))


def _asked(row: Record, endpoint: Record) -> bool:
    """Whether a verdict is by the endpoint's definition, of a score by its threshold's name."""
    if endpoint.get("threshold") is None:
        return row["PARAMCD"] == PARAMETERS.get(endpoint["definition"], endpoint["definition"])
    named = f"({endpoint['threshold']} response"
    return row["PARAMCD"].startswith(SCORE) and named in row["PARAM"]


def _log_rank(pair: Pair, who: Sequence[str]) -> Effect:
    rows = _verdicts(pair)
    days = {visit["id"]: visit.get("day") for visit in pair.trial.plan["visits"]}
    by_subject = rows.by("USUBJID")
    courses = [course_of(by_subject.get(one, Rows(rows.dataset, ())), days) for one in who]
    treated = [pair.treated[one] for one in who]
    if len(set(treated)) < 2:
        raise ModelError("One of the two arms has no patients.")
    value, error = peto([one.day for one in courses], [one.improved for one in courses], treated)
    z = value / error
    return Effect(z, NORMAL.cdf(-z), value, error if isfinite(error) else None, "log hazard ratio")


FISHER = "Fisher RA. Statistical Methods for Research Workers, 4th ed., 1932."
MEASURED: Mapping[str, Measured] = MappingProxyType(
    {
        "t": Measured("Student's t test", "Student. Biometrika 1908;6:1-25.", _student),
        "ancova": Measured("analysis of covariance", FISHER, _adjusted),
        "mmrm": Measured(
            "mixed model for repeated measures",
            "Mallinckrodt CH, Lane PW, Schnell D et al. Drug Inf J 2008;42:303-19.", _mixed,
        ),
        "log-rank": Measured(
            "log-rank test of the time to response",
            "Mantel N. Cancer Chemother Rep 1966;50:163-70.", _log_rank,
        ),
    }
)  # fmt: skip
