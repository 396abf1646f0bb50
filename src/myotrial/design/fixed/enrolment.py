"""Who must be enrolled so that enough are randomised and analysed, and how long that takes."""

from math import ceil

from scipy.special import bdtrc

from myotrial.errors import MyotrialError, TooLargeError
from myotrial.facts import Fact
from myotrial.statistics.assumptions import checked_positive, checked_share

__all__ = ["FACTS", "accrual_time", "inflated_for_dropout", "run_in"]

LARGEST = 10_000_000
CERTAINTY = 0.85
FACTS = (
    Fact(
        "chance that a run-in yields enough patients to randomise",
        CERTAINTY,
        "",
        "no source says; myotrial's choice",
        "assumed",
    ),
)


def run_in(randomised: int, chance: float, *, certainty: float = CERTAINTY) -> int:
    """Patients to enrol in a run-in after which only responders are randomised.

    Args:
        randomised: Patients needed after the run-in, at least 1.
        chance: Chance that a patient responds to the run-in, above 0 and at most 1.
        certainty: Wanted chance that enough do.

    Returns:
        The smallest number enrolled for which at least `randomised` respond with that chance.

    Raises:
        MyotrialError: An argument is out of range.
        TooLargeError: More than ten million would have to be enrolled.

    >>> run_in(60, 0.5)
    131
    """
    if randomised < 1 or randomised != int(randomised):
        raise MyotrialError(f"At least one whole patient must be randomised (got {randomised!r})")
    if not 0 < chance <= 1:
        raise MyotrialError(f"The chance to respond must be above 0, at most 1 (got {chance!r})")
    checked_share("certainty", certainty)
    if chance == 1:
        return int(randomised)
    low, high = randomised - 1, randomised
    while bdtrc(randomised - 1, high, chance) < certainty:
        low, high = high, 2 * high
        if high > LARGEST:
            raise TooLargeError(
                f"More than {LARGEST} patients would have to be enrolled.\n"
                "Hint: so few respond that a run-in cannot select them."
            )
    while high - low > 1:
        middle = (low + high) // 2
        if bdtrc(randomised - 1, middle, chance) < certainty:
            low = middle
        else:
            high = middle
    return int(high)


def accrual_time(patients: int, rate: float, *, ramp: float = 0.0) -> float:
    """The time until the last patient enters.

    Args:
        patients: Patients to enter.
        rate: Patients entering in one unit of time, at full speed.
        ramp: Time over which the rate rises evenly from 0 to full speed, as centres open.

    Returns:
        Time in the unit of the rate.

    >>> accrual_time(90, 5.0)
    18.0
    >>> accrual_time(90, 5.0, ramp=6.0)
    21.0
    """
    checked_positive("The accrual rate", rate)
    if patients < 0 or ramp < 0:
        raise MyotrialError(f"Patients and ramp must not be negative (got {patients!r}, {ramp!r})")
    while_rising = rate * ramp / 2
    if patients >= while_rising:
        return ramp + (patients - while_rising) / rate
    return (2 * patients * ramp / rate) ** 0.5


def inflated_for_dropout(evaluable: float, dropout: float) -> int:
    """Patients to randomise so that enough can be analysed.

    Args:
        evaluable: Patients that the analysis needs.
        dropout: Share of the randomised who leave without a measurement, from 0 to below 1.

    >>> inflated_for_dropout(84, 0.15)
    99
    """
    if not 0 <= dropout < 1:
        raise MyotrialError(f"dropout must be a share from 0 to below 1 (got {dropout!r})")
    return ceil(evaluable / (1 - dropout) - 1e-6)
