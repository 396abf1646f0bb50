from collections import Counter

import numpy as np
import pytest

from myotrial.errors import MyotrialError
from myotrial.randomisation.blocks import permuted_blocks, sizes, strata


@pytest.mark.parametrize("ratio", [(1, 1), (2, 1), (1, 1, 1), (3, 2)], ids=str)
def test_permuted_blocks__keep_the_ratio_within_half_a_block_at_any_time(ratio):
    drawn = permuted_blocks(200, ratio, np.random.default_rng(4), multiples=(2,))
    block = 2 * sum(ratio)
    for end in range(0, len(drawn) + 1, block):
        counts = Counter(drawn[:end])
        assert [counts[arm] * sum(ratio) for arm in range(len(ratio))] == [
            part * end for part in ratio
        ]


def test_permuted_blocks__vary_in_size():
    """Two blocks of 4 balance after 4 and 8; with sizes 4, 6 and 8 not every list does."""
    balanced_at_4 = sum(
        Counter(permuted_blocks(8, (1, 1), np.random.default_rng(seed), multiples=(2, 3, 4))[:4])[0]
        == 2
        for seed in range(400)
    )
    # sizes 4, 6 and 8 alike: 1/3 + 1/3 * 9/20 * 2 ... = 1/3 (1 + 0.6 + 0.514) = 0.705
    assert 0.705 - 4 * 0.0228 < balanced_at_4 / 400 < 0.705 + 4 * 0.0228


def test_permuted_blocks__give_every_arrangement_alike():
    found = Counter(
        tuple(permuted_blocks(4, (1, 1), np.random.default_rng(seed), multiples=(2,)))
        for seed in range(3000)
    )
    assert len(found) == 6
    assert max(abs(count - 500) for count in found.values()) < 4.5 * (500 * 5 / 6) ** 0.5


@pytest.mark.parametrize(("ratio", "multiples"), [((0, 1), (1,)), ((1, 1), ()), ((1, 1), (0,))])
def test_permuted_blocks__refuse_what_is_no_block(ratio, multiples):
    with pytest.raises(MyotrialError, match="Hint"):
        permuted_blocks(4, ratio, np.random.default_rng(1), multiples=multiples)


def test_sizes__never_lie_below_four():
    assert sizes((1, 1)) == (2, 3, 4)
    assert sizes((5, 5)) == (1, 2)


def test_strata__cross_the_values():
    assert len(strata([["PM", "DM", "IBM"], ["F", "M"]])) == 6
