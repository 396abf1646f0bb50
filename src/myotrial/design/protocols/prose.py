"""The analysis plan and the guide of the next trial, as text."""

from collections.abc import Mapping, Sequence
from typing import Any

from myotrial.design.planning.defaults import expected, label
from myotrial.design.planning.models import Plan
from myotrial.design.wording import effect, percent
from myotrial.protocol.models import Protocol

__all__ = ["analysis_plan", "guide", "head", "words"]

Candidate = Mapping[str, Any]
ESTIMANDS = {
    "response": "whoever left before the visit, or was not assessed at it, counts as no "
    "responder. Observed cases, worst and best case stand beside it.",
    "mean": "as if nobody had left: what is missing is taken as missing at random.",
    "time": "whoever left without a response is censored at the last visit with a known verdict.",
}
WHAT = {"response": "response rate", "mean": "mean", "time": "time to response"}
STATISTICS = {
    "response": "the difference of the two rates with pooled variance",
    "mean": "the designed test, the normal quantile of its one-sided p-value",
    "time": "the log-rank test",
}
METHODS = {
    "permuted_blocks": "permuted blocks of varied sizes",
    "minimisation": "minimisation with a random element",
}


def words(candidate: Candidate) -> str:
    """The chosen design in one sentence."""
    treated, control = candidate["sizes"]
    return f"{candidate['label']}, {treated} treated and {control} control patients"


def head(pilot: Protocol, candidate: Candidate) -> str:
    """What stands above the new protocol."""
    return (
        "yaml-language-server: $schema=study.schema.json\n\n"
        f"The trial that follows {pilot.study.id}: {words(candidate)}.\n"
        "Written by `myotrial design`; review every part marked as assumed before use.\n"
        "The tables in data/ are simulated and only rehearse the analysis."
    )


def analysis_plan(protocol: Protocol, plan: Plan, candidate: Candidate) -> str:
    """The analysis plan, in Markdown.

    Args:
        protocol: The new protocol.
        plan: The plan it was designed by.
        candidate: The chosen candidate, as the design's record holds it.
    """
    aim = expected(plan)
    treated, control = candidate["sizes"]
    how = "at least" if plan.endpoint.kind == "response" else "about"
    parts = [
        f"# Analysis plan of {protocol.study.id}",
        f"Design: {words(candidate)}. Allocated by {METHODS[plan.randomisation.method]}, "
        f"by {', '.join(plan.randomisation.by) or 'nothing'}.",
        "## Primary analysis",
        f"Endpoint: {label(plan.endpoint, protocol)}. Estimand: everyone randomised, by the arm "
        f"allocated; {ESTIMANDS[plan.endpoint.kind]}",
        f"Comparison: {WHAT[plan.endpoint.kind]} of {protocol.arms[0].id} against "
        f"{protocol.arms[1].id}, one-sided type I error {percent(plan.alpha)}.",
        *_looks(candidate, plan),
        "## Size",
        f"{treated} and {control} patients give a power of {how} {percent(plan.power)} if "
        f"{effect(aim, plan.endpoint)}.",
        "## Secondary analyses",
        "\n".join(
            f"- {item.label}" for item in protocol.endpoints if item.role == "secondary"
        ) + "\n\nNone of them confirms a hypothesis. The report's adjusted p-values are for "
        "orientation only.",
        "## Blinding",
        "Patients, sites and assessors do not know the arm. Kits look alike and carry a number. "
        "The list of kits (concealed/allocation.csv) and their contents (concealed/kits.csv) are "
        "kept apart; both stay closed until the database is locked, except for a single "
        "patient's emergency.",
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _looks(candidate: Candidate, plan: Plan) -> list[str]:
    looks: Sequence[Mapping[str, Any]] = candidate["analyses"]
    if not any(item["efficacy"] is not None for item in looks):
        return ["It is analysed once, when the last patient's outcome is known."]
    rows = [
        f"| {number} | {item['n']} | {_bound(item['efficacy'])} | {_bound(item['futility'])} |"
        for number, item in enumerate(looks, start=1)
    ]
    table = "| look | patients | stop for efficacy from z | stop for futility up to z |\n"
    return [
        f"Statistic: z of {STATISTICS[plan.endpoint.kind]}, positive in favour of treatment. "
        "`myotrial run` compares it with the bounds below, which study.yaml states, "
        "at each look that enough patients reached; then come the p-value, the median-unbiased "
        "estimate and its interval by the stagewise ordering.",
        table + "| --- | --- | --- | --- |\n" + "\n".join(rows),
    ]


def _bound(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def guide(protocol: Protocol, scenario: str, minimised: bool) -> str:
    """What the folder of the new trial holds, in Markdown."""
    listed = (
        "`concealed/minimisation.yaml` holds the seed and the chance of minimisation; there is no "
        "list in advance."
        if minimised
        else "`concealed/allocation.csv` says which kit the next patient of a stratum receives, "
        "`concealed/kits.csv` which arm a kit belongs to."
    )
    return (
        f"# {protocol.study.title}\n\n"
        "`study.yaml` is the protocol, `analysis-plan.md` the analysis plan.\n\n"
        f"`data` holds simulated tables under the scenario “{scenario}”, so that `myotrial run` "
        "rehearses the analysis. They describe no real patient, and their allocation is not the "
        "trial's. Delete them before the first patient.\n\n"
        f"{listed} Only whoever packs and dispenses may open that folder: move it out of here "
        "before anybody else has access, and keep it out of version control.\n\n"
        "    myotrial check .\n    myotrial run .\n"
    )
