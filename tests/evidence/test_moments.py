"""Printed means and SDs of whole-number scores, against published verdicts and enumeration."""

import itertools
import math
from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.errors import MyotrialError
from myotrial.evidence.moments import Alternative, alternatives, grim, grimmer

PIGS1 = [  # example data of the R package scrutiny 0.6.1, with its verdicts (rdocumentation.org)
    ("7.22", 32, True),
    ("4.74", 25, False),
    ("5.23", 29, False),
    ("2.57", 24, False),
    ("6.77", 27, False),
    ("2.68", 28, True),
    ("7.01", 29, False),
    ("7.38", 26, True),
    ("3.14", 27, False),
    ("6.89", 31, False),
    ("5.00", 25, True),
    ("0.24", 28, False),
]
PIGS5 = [  # the same package's GRIMMER example, with its verdicts (reference page of grimmer_map)
    ("7.22", "5.30", 38, False),
    ("4.74", "6.55", 31, True),
    ("5.23", "2.55", 35, False),
    ("2.57", "2.57", 30, True),
    ("6.77", "2.18", 33, False),
    ("2.68", "2.59", 34, True),
    ("7.01", "6.68", 35, False),
    ("7.38", "3.65", 32, True),
    ("3.14", "5.32", 33, False),
    ("6.89", "4.18", 37, True),
    ("5.00", "2.18", 31, True),
    ("0.24", "6.43", 34, True),
]


@pytest.mark.parametrize(("mean", "n", "consistent"), PIGS1)
def test_grim__agrees_with_published_verdicts(mean, n, consistent):
    assert grim(mean, n).consistent == consistent


@pytest.mark.parametrize(
    ("mean", "n"),
    [
        # The Economist, 18 June 2016, on Brown and Heathers: 49 people, scale 1 to 7.
        pytest.param("5.93", 49, id="The Economist"),
        # Wikipedia, "GRIM test": a die rolled 20 times.
        pytest.param("3.48", 20, id="die"),
        # scrutiny's vignette on GRIM.
        pytest.param("5.27", 43, id="scrutiny"),
        # Allard 2018, on GRIM: 10 people, scale 1 to 7.
        pytest.param("3.45", 10, id="Allard"),
    ],
)
def test_grim__refuses_published_impossible_means(mean, n):
    verdict = grim(mean, n)
    assert not verdict.consistent
    assert f"no whole total of {n}" in verdict.reason


def test_grim__counts_items():
    assert not grim("3.45", 10).consistent
    assert grim("3.45", 10, items=2).consistent  # 69/20


@pytest.mark.parametrize(("mean", "sd", "n", "consistent"), PIGS5)
def test_grimmer__agrees_with_published_verdicts(mean, sd, n, consistent):
    assert grimmer(mean, sd, n).consistent == consistent


@pytest.mark.parametrize(
    ("mean", "sd", "n", "consistent"),
    [
        # Allard 2018 on a withdrawn study of eating behaviour; also in rsprite2's tests.
        pytest.param("3.44", "2.47", 18, False, id="Allard"),
        pytest.param("5.21", "1.6", 28, True, id="rsprite2"),
        pytest.param("7.3", "2.51", 12, False, id="scrutiny's vignette"),
        pytest.param("5.23", "2.55", 31, True, id="scrutiny's reference page"),
    ],
)
def test_grimmer__agrees_with_single_published_examples(mean, sd, n, consistent):
    assert grimmer(mean, sd, n).consistent == consistent


@pytest.mark.parametrize(
    ("mean", "sd"),
    [
        # Brown's introduction to SPRITE, 2018: 20 answers from 1 to 5.
        pytest.param("2.35", "1.39", id="Brown"),
        # rsprite2's introduction: 20 answers from 1 to 5.
        pytest.param("2.2", "1.3", id="rsprite2, one decimal"),
        pytest.param("2.20", "1.32", id="rsprite2, two decimals"),
    ],
)
def test_grimmer__finds_a_sample_for_published_reconstructions(mean, sd):
    verdict = grimmer(mean, sd, 20, low=1, high=5)
    assert verdict.consistent
    assert moments_print(verdict.sample, mean, sd)


def test_grimmer__respects_the_bounds_of_the_scale():
    """Half at 1 and half at 5 is the widest spread: SD 4 * sqrt(5/19) = 2.05."""
    assert grimmer("3.0", "2.05", 20, low=1, high=5).consistent
    assert not grimmer("3.0", "2.15", 20, low=1, high=5).consistent
    assert grimmer("3.0", "2.15", 20).consistent
    assert not grimmer("5.6", "0.5", 20, low=1, high=5).consistent


@pytest.mark.parametrize("call", [lambda: grim("3", 0), lambda: grimmer("3", "1", 1)])
def test_grim_and_grimmer__refuse_too_few_people(call):
    with pytest.raises(MyotrialError, match=r"at least 2|1 or more"):
        call()


def moments_print(sample, mean, sd):
    """Whether a sample's own mean and SD print so, ties both ways."""
    n = len(sample)
    average = Fraction(sum(sample)) / n
    variance = sum((Fraction(score) - average) ** 2 for score in sample) / (n - 1)
    return prints(average, mean) and prints_root(variance, sd)


def prints(value, text):
    half = Fraction(1, 2 * 10 ** len(text.partition(".")[2]))
    return abs(value - Fraction(text)) <= half


def prints_root(variance, text):
    half = Fraction(1, 2 * 10 ** len(text.partition(".")[2]))
    low, high = max(Fraction(text) - half, Fraction(0)), Fraction(text) + half
    return low**2 <= variance <= high**2


@pytest.mark.parametrize("n", [2, 3, 4, 5])
@pytest.mark.parametrize("places", [0, 1, 2])
def test_grimmer__agrees_with_trying_all_samples(n, places):
    """Every printable SD up to 2.5, for every printable mean of n scores from 0 to 4."""
    reached = defaultdict(set)
    for sample in itertools.combinations_with_replacement(range(5), n):
        reached[sum(sample)].add(sum(score * score for score in sample))
    unit = 10**places
    means = sorted({round(Fraction(total, n) * unit) for total in range(4 * n + 1)})
    spreads = range(0, 5 * unit // 2, max(1, unit // 7))
    for mean, sd in itertools.product(means, spreads):
        texts = f"{mean / unit:.{places}f}", f"{sd / unit:.{places}f}"
        expected = any(
            prints(Fraction(total, n), texts[0])
            and prints_root(Fraction(n * squares - total**2, n * (n - 1)), texts[1])
            for total, found in reached.items()
            for squares in found
        )
        verdict = grimmer(*texts, n, low=0, high=4)
        assert verdict.consistent == expected, texts
        assert not expected or moments_print(verdict.sample, *texts)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_grimmer__accepts_every_real_sample(data):
    items = data.draw(st.integers(1, 3))
    sums = data.draw(st.lists(st.integers(0, 10 * items), min_size=2, max_size=40))
    sample = [Fraction(total, items) for total in sums]
    n = len(sample)
    mean = sum(sample) / n
    sd = math.sqrt(sum((score - mean) ** 2 for score in sample) / (n - 1))
    printed = f"{float(mean):.2f}", f"{sd:.2f}"
    assert grimmer(*printed, n, items, low=0, high=10).consistent
    assert grimmer(*printed, n, items).consistent


def test_alternatives__lists_totals_with_their_sums_of_squares():
    """18 scores from 0 to 20 with mean 3.44: only 62 of 61, 62, 63 over 18 prints so.

    By hand: 62^2/18 = 213.56; SD 2.465 to 2.475 needs 17 SD^2 = 103.30 to 104.13, so a sum of
    squares from 316.85 to 317.69: only 317, odd, while 62 is even. That is why the published
    pair is impossible; 2.48 (317.69 to 318.53) leaves 318.
    """
    assert alternatives(18, 0, 20, "3.44", "2.47") == []
    assert alternatives(18, 0, 20, "3.44", "2.48") == [Alternative(62, 318, 318)]


def test_alternatives__of_a_coarse_mean_are_several():
    found = alternatives(30, 0, 10, "4.3")
    assert [alternative.total for alternative in found] == [128, 129, 130]
    assert all((a.squares_low - a.total) % 2 == 0 for a in found)
    assert all((a.squares_high - a.total) % 2 == 0 for a in found)


def test_alternatives__without_sd_reach_from_even_to_uneven():
    assert alternatives(3, 1, 5, "2.33") == [Alternative(7, 17, 27)]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((0, 0, 5, "2"), id="nobody"),
        pytest.param((1, 0, 5, "2", "0"), id="an SD of one score"),
        pytest.param((5, 5, 0, "2"), id="bounds the wrong way round"),
        pytest.param((5, 0, 5, "7.0"), id="mean outside the scale"),
        pytest.param((5, 0, 5, "3.0", "-1"), id="negative SD"),
    ],
)
def test_alternatives__are_none_where_nothing_prints_so(arguments):
    assert alternatives(*arguments) == []


def test_alternatives__take_relations():
    assert [a.total for a in alternatives(4, 0, 3, "<0.75")] == [0, 1, 2]
    assert [a.total for a in alternatives(4, 0, 3, "<=0.75")] == [0, 1, 2, 3]
    assert alternatives(4, 0, 3, "0.75", "<0.5") == []  # least: 0.75, 3 ones: SD exactly 0.5
    assert alternatives(4, 0, 3, "0.75", "≤0.5") == [Alternative(3, 3, 3)]
