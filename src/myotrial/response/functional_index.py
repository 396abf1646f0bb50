"""Improvement of the functional index in myositis: the FI's total, and the FI-2's tasks.

Scale    FI 0 to 64 points; FI-2 and FI-3 repetitions of each task, without a total. Better higher.

Rule     improved by 20 % or more. The seed study does not say of what: the subject's baseline is
         taken (`core_set.improvement` with higher better); `of_maximum` gives the percent of the
         scale's maximum instead. Each FI-2 task is judged by itself: `tasks_improved` counts
         those that improved by 20 % or more.
Missing  a total missing at baseline or later gives no improvement in `improved`; `bounds` says
         whether it was possible at all.
Zero     from a baseline of 0 no percentage exists and the FI does not count as improved.
Source   Dorph C et al. ACR 2009 annual meeting abstract (rule); Dastmalchi M et al. Ann Rheum Dis
         2008;67:1670-7 (range); Josefson A et al. J Rheumatol 1996;23:1380-4 (the index).
"""

from collections.abc import Sequence

from myotrial.facts import Fact
from myotrial.response.core_set import Numbers, Truths

__all__ = ["FACTS", "bounds", "improved", "of_maximum", "tasks_bounds", "tasks_improved"]

IMPROVED = 20.0  # percent, at least
MAXIMUM = 64.0  # points
SPLIT = 257.0  # rounds to 45 bits, as `core_set.improvement` explains

FACTS = (
    Fact("the functional index is improved from", IMPROVED, "%", "Dorph C et al. 2009", "verified"),
    Fact(
        "the improvement of the functional index is taken in percent of",
        "baseline",
        "",
        "not stated in Dorph C et al. 2009",
        "derived",
    ),
    Fact(
        "a task of the FI-2 is improved from",
        IMPROVED,
        "% of baseline",
        "Špiritović M et al. Arthritis Res Ther 2021;23:173",
        "verified",
    ),
    Fact(
        "response by the FI-2 is judged for each task by itself",
        "yes",
        "",
        "exercise studies of Alexanderson H et al.",
        "recalled",
    ),
)


def improved(change: Numbers) -> Truths:
    """Say whether the functional index improved.

    Args:
        change: Change in percent of baseline, positive is better; NaN if missing.

    Returns:
        Truth of the same shape; False where missing.

    >>> improved(20.0), improved(19.999)
    (True, False)
    """
    return change >= IMPROVED


def bounds(
    change: Numbers, baseline: Numbers, value: Numbers, maximum: float = MAXIMUM
) -> tuple[Truths, Truths]:
    """The verdict if a missing total were as bad, and as good, as it could be.

    From a baseline close to the maximum no improvement by 20 % fits on the scale, and from or to
    0 there is none, so a missing total may change nothing.

    Args:
        change: Change in percent of baseline; NaN if either total is missing.
        baseline: Total at baseline, 0 to `maximum`; NaN if missing.
        value: Total later; NaN if missing.
        maximum: Highest total.

    Returns:
        Two truths (low, high) of the same shape.

    >>> nan = float("nan")
    >>> bounds(nan, 40.0, nan), bounds(nan, 60.0, nan)
    ((False, True), (False, False))
    """
    low = change >= IMPROVED
    full = (100.0 + IMPROVED) * baseline > 100.0 * maximum
    impossible = full | (baseline == 0) | (value == 0)
    return low, low | ((change != change) & (impossible == 0))


def of_maximum(baseline: Numbers, value: Numbers, maximum: float = MAXIMUM) -> Numbers:
    """Change of the total in percent of the scale's maximum, the other reading of the rule.

    >>> of_maximum(40.0, 48.0)
    12.5
    """
    percent = 100.0 * (value - baseline) / maximum
    split = percent * SPLIT
    return split - (split - percent)


def tasks_improved(changes: Sequence[Numbers], percent: float = IMPROVED) -> Numbers:
    """How many tasks of the FI-2 or FI-3 improved.

    Args:
        changes: For each task, the change of its repetitions in percent of baseline, as
            `core_set.improvement` gives it with higher better; NaN if missing. From a baseline of
            0 repetitions no percentage exists, and the task does not count as improved.
        percent: From how many percent a task is improved.

    Returns:
        A count of the same shape; what was not assessed counts as not improved.

    >>> tasks_improved((20.0, 19.0, 135.0, 0.0, -10.0, float("nan"), 60.0))
    3
    """
    count = 0
    for change in changes:
        count = count + (change >= percent)
    return count


def tasks_bounds(changes: Sequence[Numbers], percent: float = IMPROVED) -> tuple[Numbers, Numbers]:
    """The count of improved tasks if no missing one had improved (low), and if all had (high).

    >>> tasks_bounds((20.0, 19.0, float("nan")))
    (1, 2)
    """
    count = unknown = 0
    for change in changes:
        count = count + (change >= percent)
        unknown = unknown + (change != change)
    return count, count + unknown
