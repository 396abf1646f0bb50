"""What a number printed in a publication says about the number behind it.

A printed "46.7%" stands for every value that prints so: from 0.4665 to 0.4675.

Ties     half-up, half-even and half-down are all in use, so both ends belong to the interval;
         figures that were cut off (4.69 printed as "4.6") are not allowed for.
Exact    every end is a fraction; nothing passes through a binary float.
Percent  a percent sign makes the interval one of shares: "46.7%" lies near 0.467.
Open     "<0.05" excludes 0.05 and has no lower end; "<=0.05" includes it.
"NS"     "not significant" stands for a p-value of `alpha` or more.
About    "~7" stands for 7 with a tenth of it (`about`) on either side, both named arguments.
"""

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from myotrial.errors import PrintedError

__all__ = ["ABOUT", "ALPHA", "Printed", "counts", "interval"]

ALPHA = Fraction(1, 20)  # level of significance that "NS" refers to
ABOUT = Fraction(1, 10)  # share of the value by which "about" may be off, on either side
LONGEST = 40  # characters of a printed number
EXPECTED = "a number as printed, such as '15', '46.7%', '1.2e-5', '<0.05' or 'NS'"

SPACES = "\\s\u00a0\u2009\u202f"
NUMBER = re.compile(
    rf"""(?P<sign>[-+]?)
    (?P<digits>[0-9]{{1,3}}(?:(?P<comma>[,{SPACES}])[0-9]{{3}}(?:(?P=comma)[0-9]{{3}})*)|[0-9]*)
    (?:\.(?P<decimals>[0-9]+))?
    (?:(?:[eE]|[{SPACES}]*[x×*][{SPACES}]*10(?:\^|\*\*))(?P<power>[-+]?[0-9]{{1,2}}))?
    [{SPACES}]*(?P<percent>%?)""",
    re.VERBOSE,
)
LEADING = re.compile(r"(?:[pP]\s*(?=[=<>≤≥~≈]))?\s*(<=|>=|≤|≥|<|>|=|~|≈)?\s*")
NOT_SIGNIFICANT = re.compile(r"(?:[pP]\s*=?\s*)?(?:n\.?\s?s\.?|not significant)", re.IGNORECASE)
HINTS = (
    (re.compile(r"\d\s*(?:±|\+/-|\(\d)"), "give the mean and the SD apart: equals and sd"),
    (re.compile(r"\d\s*/\s*\d"), "give numerator and denominator as two claims"),
    (re.compile(r"\d\s*(?:-|–|to)\s*\d"), "a range has two ends: from and to"),
    (re.compile(r"^\D*\d+,\d"), "write the decimal point as a point: 46.7"),
)


@dataclass(frozen=True)
class Printed:
    """The values that a printed number may stand for.

    Attributes:
        text: The number as printed.
        low: Lower end; None where there is none.
        high: Upper end; None where there is none.
        low_open: The lower end itself is excluded.
        high_open: The upper end itself is excluded.
        percent: A percent sign was printed; the ends are shares all the same.
    """

    text: str
    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False
    percent: bool = False

    def __contains__(self, value: object) -> bool:
        """Say whether an exact value (int or Fraction) may have been printed so."""
        if not isinstance(value, int | Fraction):
            return False
        above = self.low is None or (value > self.low if self.low_open else value >= self.low)
        below = self.high is None or (value < self.high if self.high_open else value <= self.high)
        return above and below

    def multiples(self, step: Fraction, least: int, most: int) -> range:
        """The whole numbers k from `least` to `most` for which k times `step` prints so.

        >>> interval("3.44").multiples(Fraction(1, 18), 0, 100)
        range(62, 63)
        """
        if self.low is not None:
            end = self.low / step
            least = max(least, math.floor(end) + 1 if self.low_open else math.ceil(end))
        if self.high is not None:
            end = self.high / step
            most = min(most, math.ceil(end) - 1 if self.high_open else math.floor(end))
        return range(least, max(most + 1, least))


def interval(printed: str, *, alpha: Fraction = ALPHA, about: Fraction = ABOUT) -> Printed:
    """The values that print as the given string.

    Args:
        printed: A number as printed: "15", "3.40", "46.7%", "1,234", "−2.5", "1.2e-5", "<0.05",
            "p = 0.03", "NS", "~7". Decimals printed are kept: "3.40" is narrower than "3.4".
        alpha: Level of significance that "NS" refers to.
        about: Share of the value by which "~" may be off, on either side.

    Raises:
        PrintedError: The string is not a printed number; says what was expected.

    >>> interval("46.7%").low, interval("46.7%").high
    (Fraction(933, 2000), Fraction(187, 400))
    """
    if not isinstance(printed, str) or len(printed) > LONGEST:
        raise PrintedError(printed, EXPECTED)
    text = printed.strip()
    if NOT_SIGNIFICANT.fullmatch(text):
        return Printed(printed, alpha, None)
    relation, number = _relation(text.replace("−", "-"))
    value, half, percent = _value(printed, number)
    if relation in ("<", "≤"):
        return Printed(printed, None, value, high_open=relation == "<", percent=percent)
    if relation in (">", "≥"):
        return Printed(printed, value, None, low_open=relation == ">", percent=percent)
    if relation == "~":
        half = max(half, abs(value) * about)
    return Printed(printed, value - half, value + half, percent=percent)


def counts(printed_share: str, n: int) -> tuple[int, ...]:
    """The whole numbers of patients, out of n, whose share prints so.

    Args:
        printed_share: A share ("0.467") or a percentage ("46.7%").
        n: Number of patients, 0 or more.

    Returns:
        Ascending; empty where no whole number of n patients gives the share.

    Raises:
        PrintedError: The string is no share; a percentage needs its percent sign.

    >>> counts("46.7%", 15), counts("46%", 15), counts("45%", 15)
    ((7,), (), ())
    """
    share = interval(printed_share)
    end = share.high if share.low is None else share.low
    if end is not None and end > 1 and not share.percent:
        hint = f"is {printed_share}% meant?"
        raise PrintedError(printed_share, "a share from 0 to 1, or a percentage with %", hint)
    if n == 0:
        return ()
    return tuple(share.multiples(Fraction(1, n), 0, n))


def _relation(text: str) -> tuple[str, str]:
    """Split "p <= 0.05" into a relation, written one way, and the number."""
    match = LEADING.match(text)
    relation = (match[1] if match else None) or "="
    spelt = {"<=": "≤", ">=": "≥", "≈": "~"}.get(relation, relation)
    return spelt, text[match.end() :] if match else text


def _value(printed: str, number: str) -> tuple[Fraction, Fraction, bool]:
    """The number, half a unit of its last digit, and whether it is a percentage."""
    match = NUMBER.fullmatch(number)
    if match is None or not (match["digits"] or match["decimals"]):
        hint = next((text for pattern, text in HINTS if pattern.search(printed)), "")
        raise PrintedError(printed, EXPECTED, hint)
    decimals = match["decimals"] or ""
    digits = re.sub(r"\D", "", match["digits"]) + decimals
    unit = Fraction(10) ** (int(match["power"] or 0) - len(decimals))
    if match["percent"]:
        unit /= 100
    value = int(digits) * unit
    return -value if match["sign"] == "-" else value, unit / 2, bool(match["percent"])
