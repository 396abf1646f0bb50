"""When patients are enrolled, and when their outcomes are known.

Rate     grows evenly from 0 to its plateau over the ramp, then stays.
"""

from math import sqrt

from myotrial.design.planning.models import Accrual

__all__ = ["enrolled", "months_for"]


def enrolled(month: float, accrual: Accrual) -> float:
    """Patients enrolled by a month.

    >>> plan = Accrual.model_validate({"per_month": 4, "ramp_months": 6})
    >>> enrolled(3, plan), enrolled(10, plan)
    (3.0, 28.0)
    """
    month, ramp = max(0.0, month), accrual.ramp_months
    growing = min(month, ramp)
    first = accrual.per_month * growing**2 / (2 * ramp) if ramp else 0.0
    return first + accrual.per_month * max(0.0, month - ramp)


def months_for(patients: float, accrual: Accrual) -> float:
    """Months until so many are enrolled.

    >>> months_for(28, Accrual.model_validate({"per_month": 4, "ramp_months": 6}))
    10.0
    """
    ramp = accrual.ramp_months
    growing = accrual.per_month * ramp / 2
    if patients <= growing:
        return sqrt(2 * ramp * patients / accrual.per_month)
    return ramp + (patients - growing) / accrual.per_month
