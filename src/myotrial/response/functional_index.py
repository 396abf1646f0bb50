"""Improvement of the functional index in myositis (FI, total 0 to 64, better higher).

Rule     improved by 20 % or more. The seed study does not say of what: the subject's baseline is
         taken (`core_set.improvement` with higher better); `of_maximum` gives the percent of the
         scale's maximum instead.
Missing  a total missing at baseline or later gives no improvement in `improved`; `bounds` says
         whether it was possible at all.
Zero     from a baseline of 0 no percentage exists and the FI does not count as improved.
Source   Dorph C et al. ACR 2009 annual meeting abstract (rule); Dastmalchi M et al. Ann Rheum Dis
         2008;67:1670-7 (range); Josefson A et al. J Rheumatol 1996;23:1380-4 (the index).
"""

from myotrial.facts import Fact
from myotrial.response.core_set import Numbers, Truths

__all__ = ["FACTS", "bounds", "improved", "of_maximum"]

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
