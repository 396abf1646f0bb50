"""The six core set measures, and how much each improved since baseline.

Scale    percent of the subject's own baseline, positive is better whichever way the scale runs
         (muscle strength is better higher, the other five are better lower).
Missing  NaN, at baseline or later, leaves the change of that measure NaN.
Zero     from a baseline of zero no percentage exists: the measure counts as unchanged (0 %), or,
         where it worsened by at least a stated minimum, as `ROSE_FROM_ZERO`. It never counts as
         improved. The published definitions do not say; both choices are ours.
Edges    a change of a decimal 20 % is 20 %: see `improvement`.
Source   Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57 (measures, direction);
         Rider LG et al. Arthritis Rheum 2004;50:2281-90 (percent of baseline).
"""

from typing import Any, NamedTuple

import numpy as np

from myotrial.facts import Fact

__all__ = [
    "BETTER",
    "BETTER_CMAS",
    "FACTS",
    "ROSE_FROM_ZERO",
    "CoreSet",
    "Numbers",
    "Truths",
    "enzyme_unless_normal",
    "improvement",
    "improvements",
]

Numbers = Any  # a number, or an array of numbers
Truths = Any  # a truth, or an array of truths

ROSE_FROM_ZERO = -100.0  # percent; worse under every published limit (20 to 40 %)
SPLIT = 257.0  # 2**8 + 1: rounds a double to 45 of its 53 bits, a single to 16 of its 24


class CoreSet(NamedTuple):
    """One value for each of the six core set measures: floats, or arrays of one shape."""

    physician: Numbers
    patient: Numbers
    strength: Numbers
    function: Numbers
    enzyme: Numbers
    extramuscular: Numbers

    def fill_missing(self, value: float) -> "CoreSet":
        """Put `value` wherever a measure was not assessed (NaN).

        >>> float(CoreSet(1.0, 2.0, 3.0, 4.0, 5.0, float("nan")).fill_missing(0.0).extramuscular)
        0.0
        """
        return CoreSet(*(np.where(np.isnan(item), value, item)[()] for item in self))


BETTER = CoreSet(-1.0, -1.0, 1.0, -1.0, -1.0, -1.0)  # +1 where a higher value is better
BETTER_CMAS = BETTER._replace(function=1.0)  # in children the CMAS can stand for function

FACTS = (
    Fact(
        "muscle strength is better higher, the other core set measures lower",
        "direction",
        "",
        "Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57",
        "verified",
    ),
    Fact(
        "CMAS, also listed under function, is better",
        "higher",
        "",
        "NIEHS/IMACS, About tools; doi:10.1002/art.41236, Table 1",
        "verified",
    ),
    Fact(
        "change is taken relative to the subject's own baseline",
        "percent of baseline",
        "",
        "Rider LG et al. Arthritis Rheum 2004;50:2281-90",
        "verified",
    ),
    Fact(
        "a measure that was zero at baseline and worsened by its stated minimum counts as",
        ROSE_FROM_ZERO,
        "% improvement",
        "no source says; myotrial's choice",
        "assumed",
    ),
    Fact(
        "a measure that was zero at baseline can count as improved",
        "never",
        "",
        "no source says; myotrial's choice",
        "assumed",
    ),
    Fact(
        "enzymes that stay within normal limits",
        "taken literally; counted as unchanged on request",
        "",
        "no source says; myotrial's choice",
        "assumed",
    ),
)


def improvement(baseline: Numbers, value: Numbers, better: float, minimum: float) -> Numbers:
    """Improvement of one measure since baseline, in percent of its baseline.

    The percentage is rounded to 45 significant bits (Veltkamp's splitting), about 13 decimal
    digits: far above what rounding in binary leaves behind, far below what two measured values
    can differ by. So 0.3 to 0.24 is 20 % exactly, and 19.9999 % stays below 20 %.

    Args:
        baseline: Value at baseline, in the measure's unit, 0 or more; NaN if not assessed.
        value: Value later, in the same unit and variant; NaN if not assessed.
        better: 1 where higher is better, -1 where lower is better.
        minimum: What counts as worse from a baseline of zero: a change of at least this much
            in the measure's unit.

    Returns:
        Percent, positive is better; NaN where either value is missing. Shape as the input's.

    >>> improvement(0.3, 0.24, -1, 0.1)
    20.0
    >>> improvement(50.0, 60.0, 1, 10.0)
    20.0
    """
    zero = baseline == 0
    gain = (value - baseline) * better
    rose = zero & (gain <= -minimum)  # as a loss of 1 from 1: `ROSE_FROM_ZERO`
    percent = 100.0 * (gain * (baseline != 0) - rose) / (baseline + zero)
    split = percent * SPLIT
    return (percent - split) + split  # in this order a change of nothing is 0, not -0


def improvements(
    baseline: CoreSet, value: CoreSet, minimum: CoreSet, better: CoreSet = BETTER
) -> CoreSet:
    """Improvement of all six measures; see `improvement` for units, zeros and edges.

    Args:
        baseline: Values at baseline.
        value: Values later.
        minimum: What counts as worse from a baseline of zero, for each measure.
        better: 1 where higher is better, -1 where lower is: `BETTER_CMAS` where the CMAS stands
            for function, `printo.BETTER` for the PRINTO core set.

    >>> before = CoreSet(50.0, 40.0, 60.0, 1.5, 4.0, 0.2)
    >>> after = CoreSet(40.0, 40.0, 66.0, 1.5, 5.0, 0.1)
    >>> improvements(before, after, minimum=CoreSet(10.0, 10.0, 8.0, 0.3, 3.0, 0.1)).enzyme
    -25.0
    """
    return CoreSet(  # one by one, so that Numba compiles it
        improvement(baseline.physician, value.physician, better.physician, minimum.physician),
        improvement(baseline.patient, value.patient, better.patient, minimum.patient),
        improvement(baseline.strength, value.strength, better.strength, minimum.strength),
        improvement(baseline.function, value.function, better.function, minimum.function),
        improvement(baseline.enzyme, value.enzyme, better.enzyme, minimum.enzyme),
        improvement(
            baseline.extramuscular, value.extramuscular, better.extramuscular, minimum.extramuscular
        ),
    )


def enzyme_unless_normal(
    percent: Numbers, baseline: Numbers, value: Numbers, upper_limit: Numbers
) -> Numbers:
    """Count an enzyme that is within normal limits both times as unchanged.

    The literal reading of the published definition (the default everywhere) does not do this:
    80 to 104 U/L is then worse by 30 %. Use both to find the verdicts that hang on it.

    Args:
        percent: Improvement of the enzyme as `improvement` gives it.
        baseline: Its value at baseline.
        value: Its value later.
        upper_limit: Upper limit of normal, in the unit of both; NaN if not known.

    Returns:
        The percent, or 0 where both values are within normal limits.

    >>> enzyme_unless_normal(-30.0, 80.0, 104.0, 150.0)
    0.0
    """
    return 0.0 + percent * (1 - ((baseline <= upper_limit) & (value <= upper_limit)))
