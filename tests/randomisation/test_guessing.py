"""How often allocations are guessed: simulated lists against closed forms and enumeration."""

from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest

from myotrial.randomisation.blocks import permuted_blocks
from myotrial.randomisation.guessing import (
    biased_coin_rate,
    convergence,
    convergence_rate,
    last_in_block,
    last_in_block_rate,
    minimisation,
)
from myotrial.randomisation.minimisation import minimise
from myotrial.randomisation.sealed import Sealed


class Coin:
    """A coin whose half is counted exactly: guesses by it are tallied apart."""

    def __init__(self, side):
        self.side = side

    def random(self):
        return self.side


def exact(strategy, lists):
    """The expected share of right guesses: every list, with both sides of every coin.

    A coin's guess is right for one of its sides, whichever the arm is, so that all coins may show
    one side together.
    """
    right = sum(
        strategy(list(given), Coin(side)) for given in lists for side in (0.0, 0.9)
    )  # fmt: skip
    return Fraction(right, 2 * sum(len(given) for given in lists))


def blocks(size):
    return sorted(set(permutations([0, 1] * (size // 2))))


@pytest.mark.parametrize("size", [2, 4, 6, 8])
def test_convergence_rate__is_that_of_every_block(size):
    assert convergence_rate([size]) == exact(convergence, blocks(size))


def test_convergence_rate__of_varied_sizes_weighs_each_block_by_its_length():
    """Expected hits and lengths of two blocks in a row, all sizes and orders, by hand."""
    hits = length = Fraction(0)
    for one, two in product([2, 4, 6], repeat=2):
        lists = [a + b for a in blocks(one) for b in blocks(two)]
        hits += exact(convergence, lists) * (one + two)
        length += one + two
    assert convergence_rate([2, 4, 6]) == hits / length


@pytest.mark.parametrize("size", [2, 4, 6, 8])
def test_last_in_block_rate__is_that_of_every_block(size):
    found = exact(lambda given, coin: last_in_block(given, size, coin), blocks(size))
    assert last_in_block_rate(size) == found


def test_convergence__reaches_on_simulated_lists_what_theory_says():
    generator = Sealed(20, "guess")
    given = [permuted_blocks(400, (1, 1), generator, multiples=(1, 2, 3)) for _ in range(20)]
    n = sum(map(len, given))
    rate = sum(convergence(one, generator) for one in given) / n
    assert abs(rate - float(convergence_rate([2, 4, 6]))) < 4 * 0.5 / n**0.5


def test_minimisation__with_one_value_is_guessed_as_often_as_the_biased_coin():
    generator, before = np.random.default_rng(3), []
    for _ in range(700):
        before.append(({"X": "x"}, minimise({"X": "x"}, before, (1, 1), generator)))
    rate = minimisation(before, generator) / len(before)
    assert abs(rate - biased_coin_rate(0.8)) < 4 * 0.5 / len(before) ** 0.5


def test_minimisation__is_never_guessed_oftener_than_its_chance():
    """Of allocations that are not even, the share p; of even ones, one half."""
    generator, before = np.random.default_rng(4), []
    for _ in range(300):
        patient = {"DIAG": "PDI"[generator.integers(3)], "SEX": "FM"[generator.integers(2)]}
        before.append((patient, minimise(patient, before, (1, 1), generator)))
    assert minimisation(before, generator) / 300 < 0.8 + 4 * 0.4 / 300**0.5
