"""Whether a marker is present: a share of tissue against a stated detection limit.

Neighbouring pixels are no independent observations. The interval is therefore that of drawing
fields of tissue anew, as a pathologist counts fields; the limit is what a negative control, which
holds no marker, still reaches.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from myotrial.facts import Fact

__all__ = ["FACTS", "Fields", "Presence", "detection_limit", "presence", "share_interval"]

DRAWS = 2000
AT_ONCE = 50  # draws
LEAST_LIMIT = 0.001  # share of tissue; no marker is called present below it
LEVEL = 0.95
FEWEST = 4  # fields with tissue below which nothing is said
FACTS = (
    Fact("smallest detection limit, share of tissue", 0.1, "%", "", "assumed"),
    Fact("level of the interval around a share of tissue", 95, "%", "", "assumed"),
)


@dataclass(frozen=True)
class Fields:
    """Blocks of tissue, and positive ones among them, in each field of a slide.

    Attributes:
        tissue: Blocks of tissue, one number for each field that has any.
        positive: Positive blocks among them.
    """

    tissue: npt.NDArray[np.int64]
    positive: npt.NDArray[np.int64]

    @property
    def share(self) -> float:
        """Positive share of tissue; NaN without tissue."""
        total = int(self.tissue.sum())
        return int(self.positive.sum()) / total if total else float("nan")


@dataclass(frozen=True)
class Presence:
    """A call, and what it rests on.

    Attributes:
        call: "Y" present, "N" absent, None: cannot be told.
        share: Positive share of tissue, 0 to 1.
        low, high: Its interval.
        limit: The detection limit.
        reason: Why it cannot be told, else "".
    """

    call: Literal["Y", "N"] | None
    share: float
    low: float
    high: float
    limit: float
    reason: str = ""

    def as_record(self) -> dict[str, Any]:
        """Plain data."""
        return dict(vars(self))


def share_interval(fields: Fields, *, seed: int = 1) -> tuple[float, float]:
    """Interval of the positive share: fields drawn anew, weighted by their tissue.

    Returns:
        Both ends, 0 to 1; NaN with too few fields.
    """
    number = len(fields.tissue)
    if number < FEWEST:
        return float("nan"), float("nan")
    generator = np.random.default_rng(seed)
    shares = np.empty(DRAWS)
    for first in range(0, DRAWS, AT_ONCE):  # the same numbers as all at once, in less memory
        draws = generator.integers(0, number, (AT_ONCE, number))
        positive, tissue = fields.positive[draws].sum(axis=1), fields.tissue[draws].sum(axis=1)
        shares[first : first + AT_ONCE] = positive / tissue
    low, high = np.quantile(shares, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
    return low, high


def detection_limit(control: Fields | None) -> float:
    """Share of tissue from which a marker is present.

    Args:
        control: Of the negative control, measured with the same threshold; None: there is none,
            and the limit is the smallest one.

    Returns:
        The upper end of the control's interval, and at least the smallest limit.
    """
    if control is None:
        return LEAST_LIMIT
    _, high = share_interval(control)
    return max(LEAST_LIMIT, high if np.isfinite(high) else control.share)


def presence(fields: Fields, limit: float) -> Presence:
    """Call a marker present or absent.

    Present where the whole interval lies above the limit, absent where it lies below; a call that
    hangs on which fields were cut is none.
    """
    low, high = share_interval(fields)
    share = fields.share
    if not np.isfinite(low):
        reason = f"fewer than {FEWEST} fields hold tissue"
        return Presence(None, share, low, high, limit, reason)
    if low > limit:
        return Presence("Y", share, low, high, limit)
    if high <= limit:
        return Presence("N", share, low, high, limit)
    return Presence(None, share, low, high, limit, "the interval includes the detection limit")
