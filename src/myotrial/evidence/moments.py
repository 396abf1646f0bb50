"""Which totals and sums of squares a printed mean and SD of whole-number scores leave possible.

Mean     n scores that are whole numbers have a whole total T, so only means T/n exist (GRIM).
SD       The sample SD (divisor n - 1) follows from T and the sum of squares S, which is whole too,
         and odd exactly where T is odd (GRIMMER, in its analytic form).
Bounds   Scores between `low` and `high` leave only some T and S; whether a sample exists is
         decided by an exact search (what SPRITE looks for by trial).
Items    A score that is the mean of k whole-number items is counted in k-ths.
Exact    Integers and fractions throughout; rounding as in `myotrial.evidence.rounding`.
Sources  Brown NJL, Heathers JAJ. Soc Psychol Personal Sci 2017;8:363-9 (GRIM).
         Anaya J. PeerJ Preprints 2016;4:e2400v1; Allard A, analytic version, 2018 (GRIMMER).
         Heathers JA et al. PeerJ Preprints 2018;6:e26968v1 (SPRITE).
"""

import math
from dataclasses import dataclass
from fractions import Fraction

from myotrial.errors import MyotrialError
from myotrial.evidence import scores
from myotrial.evidence.rounding import Printed, interval

__all__ = ["Alternative", "Verdict", "alternatives", "grim", "grimmer"]


@dataclass(frozen=True)
class Alternative:
    """One total that a printed mean allows, and the sums of squares that the SD then allows.

    Attributes:
        total: Sum of the n scores.
        squares_low: Least sum of squares, as odd or even as the total.
        squares_high: Greatest sum of squares, likewise. Not every value of the right oddness in
            between need belong to a sample: near the ends some do not.
    """

    total: int
    squares_low: int
    squares_high: int


@dataclass(frozen=True)
class Verdict:
    """Whether printed moments can be true.

    Attributes:
        consistent: Some sample of whole-number scores prints so.
        reason: Why, in a sentence.
        sample: Scores that print so, descending, where a sample was looked for and found.
    """

    consistent: bool
    reason: str
    sample: tuple[Fraction, ...] = ()


def alternatives(
    n: int, low: int, high: int, mean: str, sd: str | None = None
) -> list[Alternative]:
    """The totals, each with its sums of squares, that print as this mean and SD.

    Args:
        n: Number of scores.
        low: Least score possible.
        high: Greatest score possible.
        mean: Mean as printed.
        sd: Sample SD (divisor n - 1) as printed; None where none is.

    Returns:
        By ascending total; empty where no scores print so. With fewer than two scores there is
        no SD, so a printed one leaves nothing.

    Raises:
        PrintedError: The mean or the SD is not a printed number.

    >>> alternatives(n=3, low=1, high=5, mean="2.33", sd="1.2")
    [Alternative(total=7, squares_low=19, squares_high=19)]
    """
    printed = interval(mean)
    spread = None if sd is None else interval(sd)
    if n < 1 or low > high or (spread is not None and n < 2):
        return []
    totals = printed.multiples(Fraction(1, n), n * low, n * high)
    found = [_squares(n, low, high, total, spread) for total in totals]
    return [alternative for alternative in found if alternative is not None]


def grim(mean: str, n: int, items: int = 1) -> Verdict:
    """Test whether n whole-number scores can have this mean (GRIM).

    Args:
        mean: Mean as printed; a percentage is read as a share.
        n: Number of people, at least 1.
        items: Number of whole-number items whose mean each person's score is.

    Raises:
        MyotrialError: n or items is below 1, or the mean is not a printed number.

    >>> grim("3.48", 20).reason
    'no whole total of 20 gives a mean of 3.48: 69/20 = 3.45, 70/20 = 3.5'
    """
    parts = _parts(n, items)
    printed = interval(mean)
    totals = printed.multiples(Fraction(1, parts), -_far(printed, parts), _far(printed, parts))
    if totals:
        return Verdict(True, f"{totals[0]}/{parts} = {_decimal(totals[0], parts)} prints so")
    return Verdict(False, _between(mean, printed, parts))


def grimmer(
    mean: str, sd: str, n: int, items: int = 1, low: int | None = None, high: int | None = None
) -> Verdict:
    """Test whether n whole-number scores can have this mean and sample SD (GRIMMER, SPRITE).

    Args:
        mean: Mean as printed.
        sd: Sample SD (divisor n - 1) as printed.
        n: Number of people, at least 2.
        items: Number of whole-number items whose mean each person's score is.
        low: Least score possible, if there is one.
        high: Greatest score possible, if there is one.

    Returns:
        The verdict; if consistent, with a sample that proves it.

    Raises:
        MyotrialError: n is below 2, items below 1, or a number cannot be read.
        TooLargeError: The search for a sample was given up.
    """
    if n < 2:
        raise MyotrialError(f"an SD needs at least 2 scores, not {n}")
    verdict = grim(mean, n, items)
    if not verdict.consistent:
        return verdict
    wide, spread = _times(interval(mean), items), _times(interval(sd), items)
    ends = _reach(wide, spread, n)
    least = ends[0] if low is None else low * items
    most = ends[1] if high is None else high * items
    totals = wide.multiples(Fraction(1, n), n * least, n * most) if least <= most else range(0)
    tried = [_squares(n, least, most, total, spread) for total in totals]
    for alternative in tried:
        sample = None if alternative is None else _sample(n, least, most, alternative)
        if sample is not None:
            found = tuple(Fraction(score, items) for score in sample)
            return Verdict(True, f"for example {_listed(found)}", found)
    why = "" if any(tried) else ": no whole sum of squares, odd or even as the total is, gives it"
    claim = f"no {n} scores{_limits(low, high)} with a mean of {mean} have an SD of {sd}"
    return Verdict(False, claim + why)


def _squares(n: int, low: int, high: int, total: int, spread: Printed | None) -> Alternative | None:
    """Sums of squares that leave the printed SD, within what the bounds allow at all."""
    least, most = scores.even_squares(n, total), scores.uneven_squares(n, low, high, total)
    if spread is not None:
        centre = Fraction(total**2, n)
        if spread.high is None or spread.high < 0:
            return None
        bottom = centre + (n - 1) * max(spread.low or Fraction(0), Fraction(0)) ** 2
        top = centre + (n - 1) * spread.high**2
        open_low = spread.low_open and spread.low is not None and spread.low >= 0
        least = max(least, math.floor(bottom) + 1 if open_low else math.ceil(bottom))
        most = min(most, math.ceil(top) - 1 if spread.high_open else math.floor(top))
    least += (least - total) % 2
    most -= (most - total) % 2
    return Alternative(total, least, most) if least <= most else None


def _sample(n: int, low: int, high: int, alternative: Alternative) -> list[int] | None:
    ends = alternative.squares_low, alternative.squares_high
    return scores.find(scores.Goal(n, low, high, alternative.total, *ends))


def _parts(n: int, items: int) -> int:
    if n < 1 or items < 1:
        raise MyotrialError(f"n and items must be 1 or more (got n={n}, items={items})")
    return n * items


def _times(printed: Printed, factor: int) -> Printed:
    """The printed values on a scale `factor` times finer."""
    low = None if printed.low is None else printed.low * factor
    high = None if printed.high is None else printed.high * factor
    return Printed(printed.text, low, high, printed.low_open, printed.high_open, printed.percent)


def _far(printed: Printed, parts: int) -> int:
    """A total beyond every total that could print so."""
    ends = [abs(end) for end in (printed.low, printed.high) if end is not None]
    return math.ceil(max(ends) * parts) + 1


def _reach(mean: Printed, spread: Printed, n: int) -> tuple[int, int]:
    """Bounds that no score of a sample with this mean and SD can pass.

    The squared deviations sum to (n - 1) SD squared, so one alone is no larger than that.
    """
    low, high, widest = mean.low, mean.high, spread.high
    if low is None or high is None or widest is None:
        raise MyotrialError("a mean or SD without an upper and a lower end needs low and high")
    away = math.isqrt(math.ceil((n - 1) * widest**2)) + 1
    return math.floor(low) - away, math.ceil(high) + away


def _between(mean: str, printed: Printed, parts: int) -> str:
    end = printed.high if printed.low is None else printed.low
    below = math.floor((end or 0) * parts)
    near = ", ".join(f"{t}/{parts} = {_decimal(t, parts)}" for t in (below, below + 1))
    return f"no whole total of {parts} gives a mean of {mean}: {near}"


def _decimal(total: int, parts: int) -> str:
    return f"{total / parts:.6g}"


def _limits(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f" from {low} to {high}"
    if low is not None:
        return f" of {low} or more"
    return "" if high is None else f" of {high} or less"


def _listed(sample: tuple[Fraction, ...]) -> str:
    counts = {score: sample.count(score) for score in sorted(set(sample))}
    return ", ".join(f"{n} x {score}" for score, n in counts.items())
