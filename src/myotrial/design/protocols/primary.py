"""The primary analysis of the next trial: what its `run` tests with, and where its looks stop."""

from collections.abc import Mapping
from typing import Any

from myotrial.design.planning.models import Plan
from myotrial.statistics.sequential.named import bounds

__all__ = ["primary_analysis"]

DIGITS = 6  # decimals of a bound
TESTS = {"z-pooled": "barnard"}  # analysed once, the z-pooled test of a candidate is the exact one
OF_KIND = {"stratified": "cmh_exact", "bayesian": "posterior"}
Data = dict[str, Any]


def primary_analysis(plan: Plan, candidate: Mapping[str, Any]) -> Data | None:
    """The part of study.yaml; None where no single test of it can be named.

    Args:
        plan: The completed plan.
        candidate: The chosen candidate, as the design's record holds it.
    """
    listed = getattr(plan.candidates, candidate["kind"], ())
    item = next((one for one in listed if one.id == candidate["id"]), None)
    if item is None or getattr(item, "borrow", False):
        return None
    stated = getattr(item, "test", "")
    test = OF_KIND.get(candidate["kind"]) or stated
    if candidate["kind"] != "group_sequential":
        test = TESTS.get(test, test)
    found: Data = {"test": test, "alpha": plan.alpha, "source": ["DESIGN"], "status": "derived"}
    if test == "posterior":
        return found | {"certainty": item.certainty, "margin": item.margin}
    if candidate["kind"] != "group_sequential":
        return found
    looks = [
        {"patients": made["n"], "information": share}
        | {key: round(made[key], DIGITS) for key in ("efficacy", "futility")
           if made[key] is not None}
        for made, share in zip(candidate["analyses"], item.looks, strict=True)
    ]  # fmt: skip
    return found | {"looks": looks, "bounds": _bounds(plan, item, looks)}


def _bounds(plan: Plan, item: Any, looks: list[Data]) -> Data:
    """How the bounds were computed; the last one's rise above normal theory among it."""
    made = bounds(
        item.efficacy, item.looks, alpha=plan.alpha, spent=item.alpha_spent,
        futility=item.futility, binding=item.binding,
    )  # fmt: skip
    raised = round(max(0.0, looks[-1]["efficacy"] - made.efficacy[-1]), DIGITS)
    spent: Data = (
        {"alpha_spent": list(item.alpha_spent)}
        if item.alpha_spent
        else {"spending": item.efficacy or "obrien_fleming"}
    )
    return {
        **spent,
        "binding": item.binding,
        "raised": raised,
        "note": "Normal theory gives every bound; the last is raised until the type I error, "
        "counted over all common rates, is no more than alpha.",
    }
