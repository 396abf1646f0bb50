"""Numbers from a secret seed: repeatable with it, evenly spread, and of one label only."""

import hmac
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from myotrial.errors import MyotrialError
from myotrial.randomisation.blocks import permuted_blocks
from myotrial.randomisation.concealment import conceal
from myotrial.randomisation.sealed import Sealed, fresh


def test_below__is_the_keyed_hash_of_label_and_counter():
    block = hmac.digest((7).to_bytes(32, "big"), b"x\0" + bytes(8), "sha256")
    assert Sealed(7, "x").below(2**32) == int.from_bytes(block[:8], "big") % 2**32


def test_below__gives_each_number_as_often():
    source = Sealed(1, "dice")
    found = Counter(source.below(6) for _ in range(6000))
    assert set(found) == set(range(6))
    assert max(abs(count - 1000) for count in found.values()) < 4.5 * (1000 * 5 / 6) ** 0.5


def test_permutation__gives_every_order_as_often():
    source = Sealed(2, "orders")
    found = Counter(tuple(source.permutation(np.arange(3))) for _ in range(3000))
    assert len(found) == 6
    assert max(abs(count - 500) for count in found.values()) < 4.5 * (500 * 5 / 6) ** 0.5


def test_choice__follows_the_chances():
    source = Sealed(3, "arms")
    found = Counter(source.choice(2, p=np.array([0.25, 0.75])) for _ in range(4000))
    assert abs(found[1] - 3000) < 4.5 * (4000 * 0.1875) ** 0.5


def test_sample__gives_different_numbers_and_no_more_than_there_are():
    assert sorted(Sealed(4, "kits").sample(9, 9)) == list(range(9))
    with pytest.raises(MyotrialError, match="only 9"):
        Sealed(4, "kits").sample(9, 10)


def test_sealed__refuses_a_seed_out_of_range_without_showing_it():
    with pytest.raises(MyotrialError, match="256 bits") as refused:
        Sealed(2**256 + 12345, "x")
    assert "12345" not in str(refused.value)


def test_fresh__is_of_256_bits_and_never_the_same():
    seeds = {fresh() for _ in range(50)}
    assert len(seeds) == 50
    assert max(seed.bit_length() for seed in seeds) > 240


def test_conceal__draws_the_same_list_from_its_seed_and_another_from_another():
    asked = ([({"DIAG": "PM"}, 0.5), ({"DIAG": "DM"}, 0.5)], ["A", "B"], [1, 1], 40)
    listed = conceal(*asked)
    assert conceal(*asked, seed=listed.seed) == listed
    assert conceal(*asked).kits != listed.kits


def test_conceal__orders_kits_by_number_which_says_nothing_of_the_arm():
    listed = conceal([({}, 1.0)], ["A", "B"], [1, 1], 2000)
    arms = [row["ARM"] for row in listed.kits]
    changes = sum(one != other for one, other in pairwise(arms))
    n = len(arms)
    assert abs(changes - n / 2) < 4.5 * (n / 4) ** 0.5
    assert [row["KIT"] for row in listed.kits] == sorted(row["KIT"] for row in listed.kits)


def test_permuted_blocks__of_a_sealed_seed_keep_the_ratio():
    drawn = permuted_blocks(40, (2, 1), Sealed(9, "x"), multiples=(2,))
    assert [sum(drawn[at : at + 6]) for at in range(0, 36, 6)] == [2] * 6
