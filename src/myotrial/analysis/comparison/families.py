"""P-values of several endpoints, adjusted together by a graph."""

from collections.abc import Iterator, Mapping
from typing import Any

from myotrial.analysis.comparison.arms import Pair
from myotrial.results import Result
from myotrial.statistics.procedures import graph

__all__ = ["adjusted"]

RULE = "families.adjusted"
BRETZ = "Bretz F, Maurer W, Brannath W, Posch M. Stat Med 2009;28:586-604."


def adjusted(pair: Pair, tested: list[tuple[Mapping[str, Any], Result]]) -> Iterator[Result]:
    """P-values adjusted by a graph: primary endpoints first, then the others by Holm's rule."""
    if len(tested) < 2:
        return
    first = [endpoint.get("role") == "primary" for endpoint, _ in tested]
    values = [_number(result.value) for _, result in tested]
    shares, arrows = _gate(first if any(first) else [True] * len(first))
    told = "primary endpoints first, then Holm's rule" if any(first) else "Holm's rule"
    for (_, raw), value in zip(tested, graph(values, shares, arrows), strict=True):
        yield (
            pair.sheet(RULE)
            .but(estimand=raw.estimand)
            .result(
                f"{raw.id}_adjusted",
                f"{raw.label}, adjusted for {len(tested)} endpoints",
                "p_value",
                value,
                n=raw.n,
                method=f"{raw.method}; adjusted by a graph: {told}",
                reference=BRETZ,
                rows=raw.rows,
                warnings=[] if value is not None else ["No test was possible."],
            )
        )


def _gate(first: list[bool]) -> tuple[list[float], list[list[float]]]:
    """Shares and arrows: level goes from the first group to itself, then to the second."""
    n, ahead = len(first), sum(first)
    shares = [1 / ahead if one else 0.0 for one in first]
    arrows = [[_part(at, to, first, ahead) for to in range(n)] for at in range(n)]
    return shares, arrows


def _part(at: int, to: int, first: list[bool], ahead: int) -> float:
    behind = len(first) - ahead
    if at == to:
        return 0.0
    if first[at]:
        if ahead > 1:
            return 1 / (ahead - 1) if first[to] else 0.0
        return 0.0 if first[to] else 1 / behind
    return 0.0 if first[to] or behind < 2 else 1 / (behind - 1)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, float | int) else None
