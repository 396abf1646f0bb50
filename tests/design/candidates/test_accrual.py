import numpy as np
import pytest

from myotrial.design.candidates.accrual import enrolled, months_for
from myotrial.design.planning.models import Accrual


@pytest.mark.parametrize("ramp", [0.0, 6.0])
@pytest.mark.parametrize("month", [0.5, 5.0, 20.0])
def test_enrolled__is_the_area_under_the_rate(ramp, month):
    plan = Accrual.model_validate({"per_month": 4.0, "ramp_months": ramp})
    times = np.linspace(0, month, 200_001)
    rate = 4.0 * np.minimum(1.0, times / ramp) if ramp else np.full(len(times), 4.0)
    assert enrolled(month, plan) == pytest.approx(np.trapezoid(rate, times), abs=1e-3)


@pytest.mark.parametrize("patients", [1, 7.5, 12, 130])
def test_months_for__undoes_enrolled(patients):
    plan = Accrual.model_validate({"per_month": 4.0, "ramp_months": 6.0})
    assert enrolled(months_for(patients, plan), plan) == pytest.approx(patients)
