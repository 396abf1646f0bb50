"""Samples of whole-number scores with given sums."""

import itertools
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.errors import TooLargeError
from myotrial.evidence import scores
from myotrial.evidence.scores import Goal, draw, even_squares, find, uneven_squares


def meets(sample, goal):
    squares = sum(score * score for score in sample)
    return (
        len(sample) == goal.n
        and min(sample) >= goal.low
        and max(sample) <= goal.high
        and sum(sample) == goal.total
        and goal.squares_low <= squares <= goal.squares_high
    )


def enumerate_squares(n, low, high):
    """Every sum of squares of each total, by trying all samples."""
    reached = defaultdict(set)
    for sample in itertools.combinations_with_replacement(range(low, high + 1), n):
        reached[sum(sample)].add(sum(score * score for score in sample))
    return reached


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(("low", "high"), [(0, 3), (1, 5), (-2, 2), (4, 4)])
def test_find__agrees_with_trying_all_samples(n, low, high):
    reached = enumerate_squares(n, low, high)
    top = n * max(low**2, high**2)
    for total, start in itertools.product(range(n * low - 1, n * high + 2), range(top + 2)):
        for end in (start, start + 3):
            goal = Goal(n, low, high, total, start, end)
            expected = any(start <= squares <= end for squares in reached[total])
            found = find(goal)
            assert (found is not None) == expected, goal
            assert found is None or meets(found, goal)


@pytest.mark.parametrize("n", [1, 2, 4])
def test_even_and_uneven_squares__are_the_ends_reached(n):
    for total, squares in enumerate_squares(n, -1, 3).items():
        assert even_squares(n, total) == min(squares)
        assert uneven_squares(n, -1, 3, total) == max(squares)


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_find__meets_the_sums_of_any_real_sample(data):
    high = data.draw(st.integers(1, 80))
    sample = data.draw(st.lists(st.integers(0, high), min_size=1, max_size=60))
    squares = sum(score * score for score in sample)
    goal = Goal(len(sample), 0, high, sum(sample), squares, squares)
    found = find(goal)
    assert found is not None
    assert meets(found, goal)


def test_find__gives_up_with_a_message(monkeypatch):
    monkeypatch.setattr(scores, "STEPS", 3)
    with pytest.raises(TooLargeError, match="given up; narrow the range"):
        find(Goal(20, 0, 10, 100, 700, 700))


@pytest.mark.parametrize("seed", range(5))
def test_draw__meets_the_goal_and_depends_on_the_seed_alone(seed):
    sample = [place * place % 11 for place in range(30)]
    squares = sum(score * score for score in sample)
    goal = Goal(30, 0, 10, sum(sample), squares - 4, squares + 4)
    drawn = draw(goal, seed=seed)
    assert drawn is not None
    assert meets(drawn, goal)
    assert drawn == draw(goal, seed=seed)
    assert drawn != draw(goal, seed=seed + 1)


def test_draw__of_an_impossible_goal_is_none():
    assert draw(Goal(3, 1, 5, 7, 22, 26), seed=1) is None
