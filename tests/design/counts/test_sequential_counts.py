import pytest

from myotrial.design.counts.blocks import BLOCK
from myotrial.design.counts.sequential import Tally, simulate
from myotrial.design.exact.sequential import by_z
from myotrial.errors import MyotrialError

THREE_LOOKS = by_z([50, 100, 150], [50, 100, 150], [3.710303, 2.511427, 1.993047], [0.0, 0.5])
TRIALS = 1_000_000


def test_simulate__a_million_trials_agree_with_enumeration():
    exact = THREE_LOOKS.characteristics(0.507, 0.3345)
    drawn = simulate(THREE_LOOKS, 0.507, 0.3345, trials=TRIALS, seed=20090)
    assert drawn.trials == TRIALS
    assert drawn.power == pytest.approx(exact.power, abs=4 * drawn.standard_error)
    for endings, chances in ((drawn.efficacy, exact.efficacy), (drawn.futility, exact.futility)):
        for count, chance in zip(endings, chances, strict=True):
            error = (chance * (1 - chance) / TRIALS) ** 0.5
            assert count / TRIALS == pytest.approx(chance, abs=4 * error)
    assert drawn.expected_n == pytest.approx(exact.expected_n, rel=1e-3)


def test_simulate__shards_merge_to_the_whole():
    trials = 3 * BLOCK + 100
    whole = simulate(THREE_LOOKS, 0.5, 0.3, trials=trials, seed=3)
    parts = [
        simulate(THREE_LOOKS, 0.5, 0.3, trials=trials, seed=3, shard=(i, 3)) for i in (1, 2, 3)
    ]
    assert parts[2] + parts[0] + parts[1] == whole


def test_simulate__another_seed_gives_other_trials():
    a, b = (simulate(THREE_LOOKS, 0.5, 0.3, trials=1000, seed=seed) for seed in (1, 2))
    assert a != b


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"trials": 0}, "number of trials", id="no trials"),
        pytest.param({"seed": -1}, "A seed must not be negative", id="seed"),
        pytest.param({"shard": (0, 2)}, "A shard is a number from 1", id="shard 0"),
        pytest.param({"shard": (3, 2)}, "A shard is a number from 1", id="shard 3 of 2"),
        pytest.param({"rate1": 1.2}, "must be a rate from 0 to 1", id="rate"),
    ],
)
def test_simulate__refuses_what_cannot_be(arguments, message):
    with pytest.raises(MyotrialError, match=message):
        simulate(THREE_LOOKS, **{"rate1": 0.5, "rate2": 0.3, "trials": 10, "seed": 1, **arguments})


def test_tally__refuses_to_add_another_design():
    with pytest.raises(MyotrialError, match="different designs"):
        Tally((10,), (1,), (1,)) + Tally((20,), (1,), (1,))
