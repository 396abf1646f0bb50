"""Random numbers by counter: Philox4x32-10, and normal numbers from it by Box and Muller.

Counter  (block, subject, trial low, trial high), with the seed as key: every number of every trial
         has its own place, so that results do not depend on any order or division of the work.
Uniform  the upper 24 of 32 bits: (bits + 1) / 2**24, in (0, 1], under the logarithm; bits / 2**24,
         in [0, 1), elsewhere.
Normal   single precision, at most 5.77 from 0; logarithm, sine and cosine are polynomials of plain
         operations with an error below 4e-7, so that the bits are the same on every machine.
Written  for Numba: these functions are compiled into the kernel, see `compiling`.
Source   Salmon JK et al. Parallel random numbers: as easy as 1, 2, 3. SC11, 2011;
         Box GEP, Muller ME. Ann Math Stat 1958;29:610-1.
"""

from typing import Any

import numpy as np

from myotrial.design.simulation.machine import mine, root, round_down

__all__ = ["exponential", "fill_normals", "philox", "uniform"]

M0, M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
W0, W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)  # golden ratio; square root of 3, less 1
HALF_WORD, WORD = np.uint64(32), np.uint64(0xFFFFFFFF)

ONE = np.float32(1.0)
HALF = np.float32(0.5)
UNIT = np.float32(2.0**-24)
LN2 = np.float32(np.log(2.0))
LOG2E = np.float32(1 / np.log(2.0))
MINUS_TWO = np.float32(-2.0)
ROOT_HALF = np.int32(0x3F3504F3)  # the bits of the square root of 1/2
ANGLE = np.float32(np.pi / 2**23)  # radians of one of the 2**22 steps of a quarter turn
# log(1 + f) is f - f**2 / 2 + f**3 * polynomial, fitted at Chebyshev nodes from 0.5**0.5 to 2**0.5
L0, L1, L2, L3, L4, L5, L6 = map(
    np.float32,
    (0.3333341, -0.25000922, 0.19985128, -0.16592856, 0.14676397, -0.14118425, 0.09272214),
)
# Taylor, up to an eighth of a turn and up to half of log(2)
S1, S2, S3 = map(np.float32, (-1 / 6, 1 / 120, -1 / 5040))
C1, C2, C3, C4 = map(np.float32, (-1 / 2, 1 / 24, -1 / 720, 1 / 40320))
E2, E3, E4, E5, E6 = map(np.float32, (1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720))


def philox(a: Any, b: Any, c: Any, d: Any, key0: Any, key1: Any) -> tuple[Any, Any, Any, Any]:
    """Four random words of 32 bits for a counter of four and a key of two.

    All are `np.uint64` and only their lower 32 bits count, which spares the processor packing and
    unpacking between the rounds.
    """
    for _ in range(10):
        left, right = M0 * (a & WORD), M1 * (c & WORD)
        a, c = (right >> HALF_WORD) ^ b ^ key0, (left >> HALF_WORD) ^ d ^ key1
        b, d = right, left
        key0, key1 = (key0 + W0) & WORD, (key1 + W1) & WORD
    return np.uint32(a), np.uint32(b), np.uint32(c), np.uint32(d)


def uniform(word: Any) -> Any:
    """A number in [0, 1) from a random word."""
    return np.float32(np.int32(word >> np.uint32(8))) * UNIT


def logarithm(x: Any) -> Any:
    """Natural logarithm of a single more than 0 and at most 1."""
    bits = np.float32(x).view(np.int32)
    power = (bits - ROOT_HALF) >> np.int32(23)
    f = np.int32(bits - (power << np.int32(23))).view(np.float32) - ONE
    tail = L3 + f * (L4 + f * (L5 + f * L6))
    tail = L0 + f * (L1 + f * (L2 + f * tail))
    return np.float32(power) * LN2 + (f - f * f * (HALF - f * tail))


def exponential(x: Any) -> Any:
    """The power of e by a single between -80 and 80, relative error below 2e-6."""
    power = round_down(x * LOG2E + HALF)
    f = x - power * LN2
    value = ONE + f * (ONE + f * (E2 + f * (E3 + f * (E4 + f * (E5 + f * E6)))))
    return value * np.int32((np.int32(power) + np.int32(127)) << np.int32(23)).view(np.float32)


def radius(word: Any) -> Any:
    """How far a pair of normal numbers is from 0."""
    chance = np.float32(np.int32(np.int32(word >> np.uint32(8)) + np.int32(1))) * UNIT
    return root(MINUS_TWO * logarithm(chance))


def turned(distance: Any, word: Any) -> tuple[Any, Any]:
    """The two normal numbers at a distance from 0, in a random direction."""
    step = np.int32(word >> np.uint32(8))
    angle = np.float32(np.int32(np.int32(step & np.int32(0x3FFFFF)) - np.int32(0x200000))) * ANGLE
    square = angle * angle
    sine = angle * (ONE + square * (S1 + square * (S2 + square * S3)))
    cosine = ONE + square * (C1 + square * (C2 + square * (C3 + square * C4)))
    swapped = np.int32(word << np.uint32(1)) < np.int32(0)
    along = sine if swapped else cosine
    across = cosine if swapped else sine
    far = distance if np.int32(word) >= np.int32(0) else -distance
    return far * along, far * (-across if swapped else across)


def turn_row(one: Any, other: Any, distances: Any, words: Any) -> None:
    """Both normal numbers of every subject: `turned` by rows."""
    for subject in mine(one.shape[0]):
        one[subject], other[subject] = turned(distances[subject], words[subject])


def fill_normals(
    room: Any, words: Any, radii: Any, subjects: Any, trial: Any, key0: Any, key1: Any
) -> None:
    """Fill rows of `room` (a multiple of 4, by subjects) from blocks 0, 1, ... of a trial.

    Each step is a loop of its own over the subjects, through `words` (4, subjects) and `radii` (2,
    subjects): short loops keep their constants in registers.
    """
    low, high = np.uint64(trial) & WORD, np.uint64(trial) >> HALF_WORD
    for block in range(room.shape[0] // 4):
        row = 4 * block
        for subject in mine(subjects):
            a, b, c, d = philox(np.uint64(block), np.uint64(subject), low, high, key0, key1)
            words[0, subject], words[1, subject] = a, b
            words[2, subject], words[3, subject] = c, d
        for subject in mine(subjects):
            radii[0, subject] = radius(words[0, subject])
        for subject in mine(subjects):
            radii[1, subject] = radius(words[2, subject])
        turn_row(room[row], room[row + 1], radii[0], words[1])
        turn_row(room[row + 2], room[row + 3], radii[1], words[3])
