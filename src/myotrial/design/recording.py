"""A design as plain data: results with method and source, and listings that figures are drawn from.

Every number that a report shows is a `Result`; the listings hold curves and boundaries. Nothing is
computed here beyond shares written as percentages.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

from myotrial.design.candidates.outcome import TIERS, Evaluated
from myotrial.design.candidates.recommending import Recommendation
from myotrial.design.candidates.sensitivity import Variation
from myotrial.design.candidates.table import InScenario, Row, Unavailable
from myotrial.design.candidates.trajectories import Found
from myotrial.design.listings import listings
from myotrial.design.pilot.saying import Beliefs, Saying
from myotrial.design.planning.defaults import expected, label
from myotrial.design.planning.models import Plan, Question, Scenario
from myotrial.design.wording import unit, value
from myotrial.protocol.models import Protocol
from myotrial.results import Interval, Result, as_record

__all__ = ["SCHEMA", "Design", "record"]

SCHEMA = "myotrial-design/1"
SHORT = {
    "imacs_2004": "DOI",
    "functional_index_20": "FI",
    "tis_20": "TIS ≥ 20",
    "tis_40": "TIS ≥ 40",
    "tis_60": "TIS ≥ 60",
}


@dataclass(frozen=True)
class Design:
    """Everything worked out for one plan.

    Attributes:
        protocol: The pilot's protocol.
        plan: The completed plan.
        sayings: What each count of the pilot says, that of all patients first.
        beliefs: What is believed of both rates.
        rows: The candidates.
        unavailable: Candidates that cannot be had.
        recommendation: The recommended one.
        variations: What dropout and estimand do to it.
        alternatives: Other endpoints: words, patients in all, and how they were found.
        simulated: What each endpoint finds at the recommended size, on simulated trajectories.
        unsimulated: Why nothing was simulated; empty where it was.
    """

    protocol: Protocol
    plan: Plan
    sayings: tuple[Saying, ...]
    beliefs: Beliefs
    rows: tuple[Row, ...]
    unavailable: tuple[Unavailable, ...]
    recommendation: Recommendation
    variations: tuple[Variation, ...]
    alternatives: tuple[tuple[str, int, str], ...] = ()
    simulated: tuple[Found, ...] = ()
    unsimulated: str = ""

    @property
    def chosen(self) -> Row | None:
        """The recommended candidate, if any."""
        return next((row for row in self.rows if row.design.id == self.recommendation.id), None)


def record(design: Design) -> dict[str, Any]:
    """The design as plain data: `results`, `listings` and `design`, what it is of."""
    results = [as_record(result) for result in _Results(design).all()]
    return {"results": results, "listings": listings(design), "design": _told(design)}


class _Results:
    """The results of one design."""

    def __init__(self, design: Design) -> None:
        self.design, self.plan = design, design.plan

    def all(self) -> Iterator[Result]:
        """Every result, in the order of the report."""
        yield from self.pilot()
        for row in self.design.rows:
            yield from self.candidate(row)
        yield from self.varied()
        yield from self.simulated()
        yield from self.others()

    def pilot(self) -> Iterator[Result]:
        """The pilot's rates, and how probably they are above those of placebo arms."""
        for said in self.design.sayings:
            count = said.count
            key = ".".join(part for part in ("pilot", count.estimand, count.diagnosis) if part)
            groups = {"DIAG": count.diagnosis} if count.diagnosis else {}
            yield Result(
                f"{key}.rate", "pilot", f"Responders {count.words}", "share",
                100 * count.responders / count.n, "%",
                Interval(100 * said.low, 100 * said.high, 0.95, "credible"),
                count.responders, count.n, "all patients of the pilot", groups,
                f"{count.words}; non-responder imputation",
                f"share; central 95 % interval of the posterior {_mixture(said.posterior)}",
                rule="myotrial.design.pilot.saying.saying",
            )  # fmt: skip
            for item in said.against if not count.diagnosis else ():
                report = item.report
                yield Result(
                    f"{key}.above.{report.trial.replace(' ', '_')}.{report.definition}", "pilot",
                    f"Pilot above the placebo arm of {report.trial}, {report.control[0]} of "
                    f"{report.control[1]}", "probability", 100 * item.higher, "%",
                    n=count.n, estimand=count.words,
                    method="probability that the pilot's rate is above the placebo rate, each with "
                    "the posterior of its own counts",
                    reference=report.source,
                    warnings=() if item.same else (
                        f"{report.trial} used another definition of response.",
                    ),
                    rule="myotrial.design.pilot.saying.saying",
                )  # fmt: skip

    def candidate(self, row: Row) -> Iterator[Result]:
        """What one candidate is and does."""
        made = row.design
        key, tier = f"design.{made.id}", f"tier {made.tier}: {TIERS[made.tier]}, because {made.why}"
        base = Result(
            key, "designs", made.label, "count", made.enrolled, "patients", method=tier,
            warnings=tuple(f"{text[:1].upper()}{text[1:]}." for text in made.doubts),
            rule="myotrial.design.candidates.table.evaluated",
        )  # fmt: skip

        def result(name: str, words: str, statistic: str, value: float | None, unit: str) -> Result:
            return replace(
                base, id=f"{key}.{name}", label=f"{made.label}: {words}", statistic=statistic,
                value=value, unit=unit,
            )  # fmt: skip

        yield result("n", "patients to enrol", "count", made.enrolled, "patients")
        yield replace(
            result("size", "type I error", "probability", 100 * made.size, "%"),
            method=f"{self.without(made)}; {tier}" + _drawn(made, made.size),
        )
        yield replace(
            result("assurance", "assurance", "probability", _known(100 * row.assurance), "%"),
            method=self.believed(),
        )
        yield result("months", "months to the last outcome", "months", row.months, "months")
        for item, scenario in zip(row.scenarios, self.plan.scenarios, strict=True):
            true = _true(scenario, self.plan.endpoint)
            for found in self._in_scenario(result, item, scenario, true):
                share = found.value if found.unit == "%" else None
                told = _drawn(made, share / 100) if isinstance(share, float) else ""
                yield replace(found, method=found.method + told)

    def without(self, made: Evaluated) -> str:
        """Where the type I error is taken."""
        if self.plan.endpoint.kind == "response":
            return f"greatest over all common rates, attained at {made.size_rate:.3f}"
        return f"both arms as the control, {value(made.size_rate, self.plan.endpoint)}"

    def believed(self) -> str:
        """What the assurance averages over."""
        if self.plan.endpoint.kind == "mean":
            return (
                "power by normal theory averaged over the differences that the field's trials found"
            )
        return (
            "power averaged over what is believed of both rates: control "
            f"{_mixture(self.design.beliefs.control)}, treated "
            f"{_mixture(self.design.beliefs.treatment)}"
        )

    @staticmethod
    def _in_scenario(
        result: Any, item: InScenario, scenario: Scenario, true: str
    ) -> Iterator[Result]:
        outcome = item.outcome
        early = 100 * (1 - outcome.stops[-1])
        for name, words, statistic, number, of in (
            ("power", "power", "probability", 100 * outcome.power, "%"),
            ("early", "stops early", "probability", early, "%"),
            ("efficacy", "stops early for efficacy", "probability", 100 * outcome.efficacy, "%"),
            ("futility", "stops early for futility", "probability", 100 * outcome.futility, "%"),
            ("expected", "patients with an outcome, mean", "mean", outcome.expected_n, ""),
            ("entered", "patients enrolled, mean", "mean", item.entered, ""),
            ("months", "months, mean", "mean", item.months, "months"),
        ):
            found = result(f"{scenario.id}.{name}", words, statistic, number, of)
            yield replace(found, groups={"scenario": scenario.label}, estimand=true)

    def varied(self) -> Iterator[Result]:
        """What dropout and estimand do to the recommended design."""
        chosen, asked = self.design.chosen, self.plan.endpoint
        share = asked.kind != "mean"
        for item in self.design.variations:
            how = "as planned" if item.tier == 0 else (
                f"simulated with this dropout, tier {item.tier}: {TIERS[item.tier]}"
            ) if asked.kind != "response" else (
                "rates found on simulated trajectories with the planned effects (tier "
                f"{item.tier}: {TIERS[item.tier]}), power at these rates as for the design"
            )  # fmt: skip
            for name, words, number in (
                ("control", "control arm", item.control),
                ("treatment", "treated arm", item.treatment),
                ("power", "power", item.power),
            ):
                rate = share or name == "power"
                yield Result(
                    f"sensitivity.{item.id}.{name}", "sensitivity", f"{item.label}: {words}",
                    "probability" if rate else "mean", 100 * number if rate else number,
                    "%" if rate else unit(asked),
                    population=chosen.design.label if chosen else "", method=how,
                    rule="myotrial.design.candidates.sensitivity.variations",
                )  # fmt: skip

    def simulated(self) -> Iterator[Result]:
        """What each endpoint finds in trials of the recommended size."""
        for item in self.design.simulated:
            rate = item.unit == "%"
            how = (
                f"tier 3: {TIERS[3]}, {item.trials} trials with seed {self.plan.simulation.seed}, "
                "effects found so that the asked endpoint has the expected rates"
            )
            error = 100 * (item.power * (1 - item.power) / item.trials) ** 0.5
            yield Result(
                f"simulated.{item.id}.power", "simulated", f"{item.label}: power", "probability",
                100 * item.power, "%", n=item.trials,
                method=f"{item.method}; {how}; standard error {error:.2f} points",
                rule="myotrial.design.candidates.trajectories.found",
            )  # fmt: skip
            for name, words, number in (
                ("control", "control arm", item.control),
                ("treatment", "treated arm", item.treatment),
            ):
                yield Result(
                    f"simulated.{item.id}.{name}", "simulated", f"{item.label}: {words}",
                    "probability" if rate else "mean", 100 * number if rate else number,
                    "%" if rate else "points", n=item.trials, method=how,
                    rule="myotrial.design.candidates.trajectories.found",
                )  # fmt: skip

    def others(self) -> Iterator[Result]:
        """Patients that other endpoints would need."""
        for number, (words, n, method) in enumerate(self.design.alternatives, start=1):
            yield Result(
                f"alternatives.{number}.n", "alternatives", words, "count", n, "patients",
                method=method, rule="myotrial.design.candidates.alternatives.sized",
            )  # fmt: skip


def _known(number: float) -> float | None:
    """A number; None where there is none."""
    return None if isnan(number) else number


def _true(scenario: Scenario, asked: Question) -> str:
    """What is true of both arms in a scenario."""
    return f"{value(scenario.control, asked)} control, {value(scenario.treatment, asked)} treated"


def _drawn(made: Evaluated, share: float) -> str:
    """How far a simulated share may be off; empty where it is counted."""
    if not made.trials:
        return ""
    error = 100 * made.standard_error(share)
    return f"; {made.trials} trials, standard error {error:.2f} points"


def _mixture(mixture: Any) -> str:
    """A mixture in words.

    >>> from myotrial.statistics.beta_mixture import BetaMixture
    >>> _mixture(BetaMixture((1.0,), (7.5,), (8.5,)))
    'Beta(7.5, 8.5)'
    """
    parts = list(zip(mixture.weights, mixture.a, mixture.b, strict=True))
    if len(parts) == 1:
        return f"Beta({parts[0][1]:g}, {parts[0][2]:g})"
    return " + ".join(f"{weight:.2g} Beta({a:.3g}, {b:.3g})" for weight, a, b in parts)


def _short(definition: str) -> str:
    """A definition in a word or two.

    >>> _short("tis_45")
    'TIS ≥ 45'
    """
    return SHORT.get(definition) or f"TIS ≥ {definition.removeprefix('tis_')}"


def _plain(number: float, plan: Plan) -> str:
    """An arm's value without its unit."""
    return f"{number:g}" if plan.endpoint.kind == "mean" else f"{100 * number:.1f}"


def _told(design: Design) -> dict[str, Any]:
    """What the report's text says besides numbers."""
    plan, aim = design.plan, expected(design.plan)
    return {
        "title": plan.title,
        "endpoint": label(plan.endpoint, design.protocol),
        "pilot_by": _short(design.sayings[0].count.definition),
        "same_definition": design.sayings[0].count.definition == plan.endpoint.key,
        "estimand": plan.endpoint.visit or plan.endpoint.estimand,
        "alpha": plan.alpha,
        "power": plan.power,
        "expected": aim.id,
        "kind": plan.endpoint.kind,
        "unit": unit(plan.endpoint),
        "scenarios": [
            {
                "id": item.id,
                "label": item.label,
                "values": f"{_plain(item.treatment, plan)} against {_plain(item.control, plan)} "
                f"{unit(plan.endpoint)}",
                "treated": f"{_plain(item.treatment, plan)} {unit(plan.endpoint)}",
            }
            for item in plan.scenarios
        ],
        "recommended": design.recommendation.id,
        "reasons": list(design.recommendation.reasons),
        "others": [list(item) for item in design.recommendation.others],
        "unavailable": [[item.id, item.why] for item in design.unavailable],
        "plan": plan.model_dump(mode="json"),
        "candidates": [
            {
                "id": row.design.id,
                "kind": row.design.kind,
                "label": row.design.label,
                "sizes": list(row.design.sizes),
                "tier": row.design.tier,
                "tier_name": TIERS[row.design.tier],
                "why": row.design.why,
                "analyses": [
                    {"n": item.n, "efficacy": item.efficacy, "futility": item.futility}
                    for item in row.design.analyses
                ],
                "doubts": list(row.design.doubts),
                "notes": list(row.design.notes),
            }
            for row in design.rows
        ],
        "variations": [
            {"id": item.id, "kind": item.kind, "label": item.label, "tier": item.tier}
            for item in design.variations
        ],
        "simulated": [{"id": item.id, "label": item.label} for item in design.simulated],
        "unsimulated": design.unsimulated,
        "against": [
            {
                "key": f"{item.report.trial.replace(' ', '_')}.{item.report.definition}",
                "name": item.report.name,
                "short": f"{item.report.trial}, {_short(item.report.definition)}",
                "control": list(item.report.control),
                "same": item.same,
                "status": item.report.status,
            }
            for item in design.sayings[0].against
        ],
    }
