import numpy as np
import pytest
import slow_trials
from scipy import stats

from myotrial.design.simulation import philox
from myotrial.response.compiling import compile_plain

WORD = 2**32 - 1


def words(*values):
    return [np.uint64(value) for value in values]


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [  # kat_vectors of Random123, the authors' library
        ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((WORD,) * 4, (WORD,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox__gives_the_known_answers(counter, key, expected):
    compiled = compile_plain(philox.philox, np.float32)
    assert compiled(*words(*counter), *words(*key)) == expected
    assert tuple(slow_trials.philox(counter, key)) == expected


def test_philox__agrees_with_whole_numbers_of_python():
    compiled = compile_plain(philox.philox, np.float32)
    for row in np.random.default_rng(1).integers(0, 2**32, (200, 6)).tolist():
        assert compiled(*words(*row)) == tuple(slow_trials.philox(row[:4], row[4:]))


@pytest.fixture(scope="module")
def drawn():
    room = np.zeros((40, 50_000), np.float32)
    fill = compile_plain(philox.fill_normals, np.float32)
    words_, radii = np.zeros((4, 50_000), np.uint32), np.zeros((2, 50_000), np.float32)
    fill(room, words_, radii, room.shape[1], 7 + 2**33, *words(11, 12))
    return room


def test_fill_normals__are_those_of_exact_functions(drawn):
    for subject in (0, 1, 49_999):
        exact = slow_trials.normals(40, subject, 7 + 2**33, 11 + (12 << 32))
        np.testing.assert_allclose(drawn[:, subject], exact, rtol=2e-6, atol=2e-6)


def test_fill_normals__are_normal_and_uncorrelated(drawn):
    values = drawn.astype(float)
    number = values.size
    assert abs(values.mean()) < 4 / number**0.5
    assert abs(values.var() - 1) < 4 * (2 / number) ** 0.5
    assert abs(stats.skew(values, axis=None)) < 4 * (6 / number) ** 0.5
    assert abs(stats.kurtosis(values, axis=None)) < 4 * (24 / number) ** 0.5
    assert stats.kstest(values.ravel()[::10], "norm").pvalue > 1e-4
    between = np.corrcoef(values)[np.triu_indices(40, 1)] * values.shape[1] ** 0.5
    assert np.abs(between).max() < 5  # of 780
    assert abs(stats.kurtosis(between)) < 1
    assert 0.85 < between.std() < 1.15


def test_logarithm_and_exponential__stay_within_their_errors():
    chances = np.concatenate([np.arange(1, 2**24, 4099), [2**24 - 1, 2**24]]) / 2**24
    found = [compile_plain(philox.logarithm, np.float32)(np.float32(x)) for x in chances]
    np.testing.assert_allclose(found, np.log(chances), rtol=4e-7)
    powers = np.linspace(-20, 20, 4001, dtype="f4")
    found = [compile_plain(philox.exponential, np.float32)(x) for x in powers]
    np.testing.assert_allclose(found, np.exp(powers.astype(float)), rtol=2e-6)
