"""Continuous outcomes over visits, by a mixed model for repeated measures.

Model   at each scheduled visit a mean for each arm; adjusted for baseline at each visit and for the
        strata. Missing visits are taken as missing at random.
"""

from collections.abc import Iterator

import numpy as np

from myotrial.analysis.comparison import last_visit
from myotrial.analysis.comparison.arms import Pair
from myotrial.analysis.comparison.outcomes import Outcome, adjusted, both, covariates, outcomes
from myotrial.analysis.sheet import Sheet
from myotrial.errors import ModelError, TooLargeError
from myotrial.results import Result
from myotrial.statistics import mmrm
from myotrial.statistics.mmrm_inference import Combination, Inference

__all__ = ["Mixed", "results"]

RULE = "repeated.results"
MALLINCKRODT = "Mallinckrodt CH, Lane PW, Schnell D et al. Drug Inf J 2008;42:303-19."
KENWARD = "Kenward MG, Roger JH. Biometrics 1997;53:983-97."
SATTERTHWAITE = "Fai AH, Cornelius PL. J Stat Comput Simul 1996;54:363-78."
METHODS = {
    "kenward-roger": ("Kenward and Roger's", KENWARD),
    "satterthwaite": ("Satterthwaite's", SATTERTHWAITE),
}


def results(pair: Pair) -> Iterator[Result]:
    """Every continuous outcome: by visit, and at the last one."""
    for outcome in outcomes(pair):
        yield from _mixed(pair, outcome)
        yield from last_visit.results(pair, outcome)


def _mixed(pair: Pair, outcome: Outcome) -> Iterator[Result]:
    """Adjusted means and differences at each visit, by the mixed model."""
    method = pair.option("freedom", "kenward-roger")
    kind = pair.option("covariance", "unstructured")
    told, reference = METHODS[method]
    sheet = pair.sheet(RULE).but(estimand="missing visits missing at random")
    words = (
        f"mixed model for repeated measures by restricted maximum likelihood: visit by arm"
        f"{', visit by baseline' if outcome.before is not None else ''}, {pair.by}; "
        f"{kind} covariance; {told} degrees of freedom"
    )
    model, why = None, []
    visits = len(outcome.visits)
    try:
        model = Mixed(pair, outcome, kind, method)
    except (ModelError, TooLargeError) as error:
        why = [" ".join(str(error).split())]
    key = f"{pair.key}.{outcome.key}.mmrm"
    for at, visit in enumerate(outcome.visits):
        inside = sheet.but(groups={"AVISIT": visit["label"]})
        rows = outcome.rows.where(VISITID=visit["id"])
        for side, arm in ((True, pair.arm), (False, pair.control)):
            found = model.mean(at, side) if model else None
            yield adjusted(
                inside.but(groups={"AVISIT": visit["label"], "ARM": pair.labels[side]}),
                f"{key}.{visit['id']}.mean.{arm['id']}", f"{outcome.label}: adjusted mean change",
                found, rows, outcome.unit, words, MALLINCKRODT, why, statistic="adjusted_mean",
            )  # fmt: skip
        found = model.difference(at) if model else None
        yield from both(inside, f"{key}.{visit['id']}", outcome, found, rows, words, reference, why)
    if visits > 1 and model:
        yield _overall(sheet, key, outcome, model, words, reference)


class Mixed:
    """The mixed model of one outcome."""

    def __init__(self, pair: Pair, outcome: Outcome, kind: str, method: str) -> None:
        who, visits = outcome.who, len(outcome.visits)
        treated = np.array([float(pair.treated[one]) for one in who])
        if not 0 < treated.sum() < len(who):
            raise ModelError("One of the two arms has no patients with a value.")
        each = np.broadcast_to(np.eye(visits), (len(who), visits, visits))
        parts = [each, each * treated[:, np.newaxis, np.newaxis]]
        names = [f"{arm} at {visit['label']}" for arm in ("the mean", "the arm")
                 for visit in outcome.visits]  # fmt: skip
        if outcome.before is not None:
            start = outcome.before - np.nanmean(outcome.before)
            if np.ptp(start) > 0:
                parts.append(each * start[:, np.newaxis, np.newaxis])
                names += [f"baseline at {visit['label']}" for visit in outcome.visits]
        extra, layers = covariates(pair, who)
        parts.append(np.broadcast_to(extra[:, np.newaxis], (len(who), visits, extra.shape[1])))
        design = np.concatenate(parts, axis=-1)
        self.visits, self.size = visits, design.shape[-1]
        kind = kind if visits > 1 else "unstructured"  # of one visit, a variance
        self.model = mmrm.fit(outcome.values, design, covariance=kind, names=[*names, *layers])
        self.inference = Inference(self.model, method)  # pyright: ignore[reportArgumentType]

    def mean(self, visit: int, treated: bool) -> Combination:
        """The adjusted mean of an arm at a visit, at the average of all covariates."""
        weights = np.zeros(self.size)
        weights[visit] = 1.0
        weights[self.visits + visit] = float(treated)
        return self.inference.combination(self.model, weights)

    def difference(self, visit: int) -> Combination:
        """The difference of the arms at a visit."""
        weights = np.zeros(self.size)
        weights[self.visits + visit] = 1.0
        return self.inference.combination(self.model, weights)

    def any_difference(self) -> tuple[float, int, float, float]:
        """The F test that the arms differ at no visit."""
        weights = np.eye(self.size)[self.visits : 2 * self.visits]
        test = self.inference.test(self.model, weights)
        return test.statistic, test.above, test.below, test.p_value


def _overall(
    sheet: Sheet, key: str, outcome: Outcome, model: Mixed, words: str, reference: str
) -> Result:
    statistic, above, below, p_value = model.any_difference()
    return sheet.p_value(
        f"{key}.any_visit",
        f"{outcome.label}: no difference at any visit",
        p_value,
        outcome.rows,
        n=len(outcome.who),
        method=f"F = {statistic:.3g} on {above} and {below:.1f} degrees of freedom; {words}",
        reference=reference,
    )
