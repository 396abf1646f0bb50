"""How many patients to enrol so that enough of them get to the randomised part."""

from myotrial.design.exact.binomials import tails
from myotrial.design.exact.checks import checked_chance, checked_n, checked_rate
from myotrial.errors import MyotrialError, TooLargeError

__all__ = ["enrolment"]

LARGEST = 100_000


def enrolment(needed: int, rate: float, *, assurance: float = 0.85) -> int:
    """The smallest number to enrol, so that enough qualify with a stated probability.

    Args:
        needed: Patients to randomise, as the run-in responders of a randomised withdrawal.
        rate: Probability that an enrolled patient qualifies, above 0.
        assurance: Probability that at least `needed` qualify.

    Raises:
        MyotrialError: A number or a probability is not valid.
        TooLargeError: More than 100,000 patients would be needed.

    >>> enrolment(60, 0.5)
    131
    """
    needed = checked_n(needed)
    if needed > LARGEST:
        raise TooLargeError(f"At most {LARGEST} patients can be randomised here (got {needed})")
    checked_chance(assurance, what="assurance")
    if not checked_rate(rate):
        raise MyotrialError("Nobody qualifies at a rate of 0")
    low, high = needed - 1, needed
    while tails(high, rate)[needed] < assurance:
        low, high = high, 2 * high
        if high > LARGEST:
            raise TooLargeError(f"More than {LARGEST} patients would have to be enrolled")
    while high - low > 1:
        middle = (low + high) // 2
        reached = tails(middle, rate)[needed] >= assurance
        low, high = (low, middle) if reached else (middle, high)
    return high
