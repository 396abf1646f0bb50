import pytest

from myotrial.design.bayes.predictive_probability import (
    predictive_design,
    predictive_probabilities,
)
from myotrial.errors import MyotrialError
from myotrial.statistics.beta_mixture import BetaMixture

# Lee and Liu's design by another program: prior, p0, p1, greatest n (a look after each patient from
# the 10th), limit of success, limit of futility; then the responders needed, type I error, power,
# and at p0 and at p1 the probability to stop early and the mean number of patients.
LEE_LIU = [
    ((0.2, 0.8), 0.2, 0.4, 36, 0.922, 0.001,
     (11, 0.087779, 0.906181, 0.857116, 27.667668, 0.061971, 35.654112)),
    ((0.3, 0.7), 0.3, 0.5, 40, 0.95, 0.05,
     (18, 0.026575, 0.727673, 0.960999, 17.729469, 0.240353, 35.775954)),
]  # fmt: skip


@pytest.mark.parametrize(("prior", "p0", "p1", "n", "success", "futility", "published"), LEE_LIU)
def test_predictive_design__agrees_with_another_program(
    prior, p0, p1, n, success, futility, published
):
    design = predictive_design(
        BetaMixture.single(*prior),
        p0,
        range(10, n + 1),
        success_above=success,
        futility_below=futility,
    )
    null, planned = design.characteristics(p0), design.characteristics(p1)
    found = (null.success, planned.success, null.stopped, null.expected_n, planned.stopped,
             planned.expected_n)  # fmt: skip
    assert design.needed == published[0]
    assert found == pytest.approx(published[1:], abs=1e-6)


def test_predictive_design__may_stop_for_success():
    options = {"success_above": 0.9, "futility_below": 0.05}
    prior, looks = BetaMixture.single(0.5, 0.5), [10, 20, 30]
    never = predictive_design(prior, 0.3, looks, **options).characteristics(0.7)
    early = predictive_design(prior, 0.3, looks, stop_for_success_above=0.95, **options)
    assert early.characteristics(0.7).expected_n < never.expected_n
    assert early.characteristics(0.7).success_by_look[0] > 0.5


def test_predictive_probabilities__are_certain_where_enough_have_responded():
    chances = predictive_probabilities(BetaMixture.single(1, 1), 10, 20, 6)
    assert chances[6:] == pytest.approx(1.0)
    assert (chances[:-1] <= chances[1:] + 1e-12).all()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        pytest.param({"looks": [10, 10]}, "must rise from look to look", id="looks"),
        pytest.param({"p0": 1.2}, "p0 must be a rate", id="p0"),
        pytest.param({"success_above": 1.0}, "limit of success", id="success"),
        pytest.param({"futility_below": 0.0}, "limit of futility", id="futility"),
        pytest.param({"stop_for_success_above": 0.01}, "upper limit", id="crossing"),
        pytest.param({"p0": 0.99, "success_above": 0.999}, "No outcome of 20", id="never"),
    ],
)
def test_predictive_design__refuses_what_cannot_be(changed, message):
    options = {"p0": 0.3, "looks": [10, 20], "success_above": 0.9, "futility_below": 0.05}
    with pytest.raises(MyotrialError, match=message):
        predictive_design(BetaMixture.single(1, 1), **{**options, **changed})
