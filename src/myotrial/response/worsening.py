"""Worsening, and the three-way status: improved, unchanged or worse.

Rules    `core_set`: at least 3 of 6 measures worse by 30 % or more, which is how the Karolinska
         infliximab study called patients worse. `imacs_2005`: that, or
         physician global worse by 2 cm with muscle strength worse by 20 %, or extramuscular
         global worse by 2 cm. The numbers are recalled, not read in the source: every one is an
         argument. The seed study does not state its rule.
Status   improved takes precedence over worse: a subject who meets both is improved.
Missing  `…_bounds` tells the verdict if what is missing were as good, and as bad, as it could be.
Source   Oddis CV et al. Arthritis Rheum 2005;52:2607-15 (IMACS 2005);
         Dastmalchi M et al. Ann Rheum Dis 2008;67:1670-7 (30 %, as used).
"""

from myotrial.facts import Fact
from myotrial.response.core_set import CoreSet, Numbers, Truths

__all__ = [
    "FACTS",
    "STATUSES",
    "core_set",
    "core_set_bounds",
    "imacs_2005",
    "imacs_2005_bounds",
    "number_worse",
    "status",
]

MEASURES = 3
PERCENT = 30.0
RISE = 2.0  # cm
STRENGTH = 20.0  # percent

STATUSES = ("UNCHANGED", "IMPROVED", "WORSE", "INDETERMINATE")  # the codes of `status`

DASTMALCHI = "Dastmalchi M et al. Ann Rheum Dis 2008;67:1670-7, Table 3"
ODDIS = "Oddis CV et al. Arthritis Rheum 2005;52:2607-15"
FACTS = (
    Fact("Karolinska: a measure is worse from", PERCENT, "% of baseline", DASTMALCHI, "verified"),
    Fact(
        "Karolinska: measures of a patient called worse, at least",
        MEASURES,
        "measures",
        DASTMALCHI,
        "derived",
    ),
    Fact("measures that must be worse, at least", MEASURES, "measures", ODDIS, "recalled"),
    Fact("a measure is worse from", PERCENT, "% of baseline", ODDIS, "recalled"),
    Fact("physician or extramuscular global is worse from", RISE, "cm", ODDIS, "recalled"),
    Fact(
        "strength that must be lost beside the physician global's rise",
        STRENGTH,
        "% of baseline",
        ODDIS,
        "recalled",
    ),
    Fact(
        "a subject who is both improved and worse is",
        "improved",
        "",
        "no source says; Dastmalchi M et al. 2008, Table 3, is consistent with it",
        "assumed",
    ),
)


def core_set(change: CoreSet, measures: int = MEASURES, percent: float = PERCENT) -> Truths:
    """Say whether enough core set measures are worse.

    Args:
        change: Improvement of each measure in percent of baseline, positive is better; NaN where
            not assessed. Floats, or arrays of one shape.
        measures: How many must be worse, at least.
        percent: From how many percent of baseline a measure is worse (a positive number).

    Returns:
        Truth of the same shape; what was not assessed counts as not worse.

    >>> core_set(CoreSet(-30.0, -45.0, 0.0, 0.0, -200.0, 5.0))
    True
    """
    worse = 0
    for measure in change:
        worse = worse + (measure <= -percent)
    return worse >= measures


def core_set_bounds(
    change: CoreSet, measures: int = MEASURES, percent: float = PERCENT
) -> tuple[Truths, Truths]:
    """Whether enough measures are worse if what is missing were good (low), and bad (high)."""
    worse = unknown = 0
    for measure in change:
        worse = worse + (measure <= -percent)
        unknown = unknown + (measure != measure)
    return worse >= measures, worse + unknown >= measures


def number_worse(change: CoreSet, percent: float = PERCENT) -> Numbers:
    """How many of the six measures are worse by `percent` of baseline or more."""
    worse = 0
    for measure in change:
        worse = worse + (measure <= -percent)
    return worse


def imacs_2005(
    change: CoreSet,
    physician_rise: Numbers,
    extramuscular_rise: Numbers,
    rise: float = RISE,
    strength: float = STRENGTH,
    measures: int = MEASURES,
    percent: float = PERCENT,
) -> Truths:
    """Say whether any of the three legs of the IMACS 2005 worsening is met.

    Args:
        change: As in `core_set`.
        physician_rise: Physician global activity now minus baseline, in cm; NaN if missing.
        extramuscular_rise: Extramuscular global activity now minus baseline, in cm; NaN if
            missing or measured on another scale.
        rise: From how many cm either global is worse.
        strength: From how many percent of baseline muscle strength is worse.
        measures: As in `core_set`.
        percent: As in `core_set`.

    Returns:
        Truth of the same shape; what was not assessed counts as not worse.

    >>> imacs_2005(CoreSet(-40.0, 0.0, -20.0, 0.0, 0.0, 0.0), 2.0, 0.0)
    True
    """
    worse = 0
    for measure in change:
        worse = worse + (measure <= -percent)
    weaker = (physician_rise >= rise) & (change.strength <= -strength)
    return weaker | (extramuscular_rise >= rise) | (worse >= measures)


def imacs_2005_bounds(
    change: CoreSet,
    physician_rise: Numbers,
    extramuscular_rise: Numbers,
    rise: float = RISE,
    strength: float = STRENGTH,
    measures: int = MEASURES,
    percent: float = PERCENT,
) -> tuple[Truths, Truths]:
    """The IMACS 2005 worsening if what is missing were good (low), and bad (high).

    >>> imacs_2005_bounds(CoreSet(-40.0, 0.0, float("nan"), 0.0, 0.0, 0.0), 2.0, 0.0)
    (False, True)
    """
    worse = unknown = 0
    for measure in change:
        worse = worse + (measure <= -percent)
        unknown = unknown + (measure != measure)
    rose = physician_rise >= rise
    weaker = change.strength <= -strength
    spread = extramuscular_rise >= rise
    low = (rose & weaker) | spread | (worse >= measures)
    held = (physician_rise < rise) | (change.strength > -strength)
    high = (held == 0) | ((extramuscular_rise < rise) == 0) | (worse + unknown >= measures)
    return low, high


def status(
    improved_low: Truths, improved_high: Truths, worse_low: Truths, worse_high: Truths
) -> Numbers:
    """Combine the bounds of improvement and worsening into one status; improved comes first.

    Args:
        improved_low: Improved whatever the missing measures were.
        improved_high: Improved if the missing measures were good.
        worse_low: Worse whatever the missing measures were.
        worse_high: Worse if the missing measures were bad.

    Returns:
        Position in `STATUSES`, of the same shape: INDETERMINATE where the missing measures decide.

    >>> STATUSES[status(False, False, True, True)]
    'WORSE'
    """
    excluded = 1 - improved_high
    unsure = (improved_low != improved_high) + excluded * (worse_low != worse_high)
    return 1 * improved_low + 2 * excluded * worse_low + 3 * unsure
