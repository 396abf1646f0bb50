"""The kernel on an NVIDIA GPU: one block of threads for a trial, each with its own subjects.

Same       the functions of `kernel` and the criteria, the same counters of random numbers; in the
           place of `machine` stand the functions below. Tallies are whole numbers added by atomic
           operations, so that no order of blocks or threads changes them.
Differs    the GPU's compiler fuses a product and a sum into one rounding, which can move the last
           bit of a measure: a value exactly at the edge of a step may then fall on its other side.
Loading    needs `numba.cuda`: import this module only where a GPU will do the work.
"""

import math
from functools import cache
from importlib import import_module
from types import FunctionType
from typing import Any

import numpy as np

from myotrial.design.simulation import kernel, machine
from myotrial.design.simulation.arrays import Model, Room, make_room
from myotrial.response.compiling import Kind, rewrite

__all__ = ["run_trials"]

cuda: Any = import_module("numba.cuda")
THREADS = 128  # of a block
BLOCKS = 2048  # at most
MEMORY = 2**30  # bytes of working room, at most


@cuda.jit(device=True)
def mine(start: Any, stop: Any = None) -> Any:
    """Every so many-th subject, the same ones whatever the start; arguments as of `range`."""
    threads = cuda.blockDim.x
    if stop is None:
        return range(cuda.threadIdx.x, start, threads)
    return range(start + (cuda.threadIdx.x - start) % threads, stop, threads)


@cuda.jit(device=True)
def together(room: Any, number: Any) -> Any:
    """The sum over the block."""
    cuda.syncthreads()
    if cuda.threadIdx.x == 0:
        room.total[0] = 0
    cuda.syncthreads()
    cuda.atomic.add(room.total, 0, number)
    cuda.syncthreads()
    return room.total[0]


@cuda.jit(device=True)
def put(array: Any, index: Any, number: Any) -> None:
    """Add once for a block."""
    if cuda.threadIdx.x == 0:
        cuda.atomic.add(array, index, number)


@cuda.jit(device=True)
def round_down(x: Any) -> Any:
    """The whole number at or below, in single precision."""
    return np.float32(math.floor(x))


@cuda.jit(device=True)
def root(x: Any) -> Any:
    """The square root in single precision."""
    return np.float32(math.sqrt(x))


HERE = (
    (machine.mine, mine),
    (machine.together, together),
    (machine.put, put),
    (machine.round_down, round_down),
    (machine.root, root),
)


def here(value: Any) -> Any:
    """What stands in the place of something of `machine`; anything else as it is."""
    return next((new for old, new in HERE if value is old), value)


@cache
def compile_here(function: FunctionType, kind: Kind, whole: frozenset[FunctionType]) -> Any:
    """A function of the kernel or a criterion, compiled for the GPU."""
    if here(function) is not function:
        return here(function)
    fresh = rewrite(function, kind, whole, compile_here)
    fresh.__globals__.update({name: here(value) for name, value in fresh.__globals__.items()})
    return cuda.jit(device=True)(fresh)


add_trials = compile_here(kernel.run_trials, np.float32, kernel.WHOLE)


@cuda.jit
def run_blocks(
    model: Any,
    rooms: Any,
    first: Any,
    trials: Any,
    key0: Any,
    key1: Any,
    kept: Any,
    shown: Any,
    counts: Any,
    rejected: Any,
    scores: Any,
    better: Any,
    seen: Any,
) -> None:
    """Work out every so many-th trial in this block's own room."""
    block = cuda.blockIdx.x
    room = Room(
        rooms.normals[block],
        rooms.words[block],
        rooms.radii[block],
        rooms.chances[block],
        rooms.latent[block],
        rooms.own[block],
        rooms.before[block],
        rooms.after[block],
        rooms.met[block],
        rooms.points[block],
        rooms.last[block],
        rooms.worse[block],
        rooms.here[block],
        rooms.sees[block],
        rooms.patterns[block],
        rooms.seen[block],
        rooms.stays[block],
        cuda.shared.array(1, np.int64),
    )
    for i in range(block, trials, cuda.gridDim.x):
        sums = (counts, rejected, scores, better, seen)
        one = kept[i : i + 1], shown[i : i + 1]
        add_trials(model, room, first + i, 1, key0, key1, *one, *sums)


def run_trials(
    model: Model,
    room: tuple[int, int, int],
    first: int,
    trials: int,
    key0: np.uint64,
    key1: np.uint64,
    kept: np.ndarray,
    shown: np.ndarray,
    *sums: np.ndarray,
) -> None:
    """Add the results of so many trials to tallies.

    Args:
        model: The scenario.
        room: Measures, visits and subjects of a trial.
        first: Number of the first trial.
        trials: How many.
        key0: Lower half of the seed.
        key1: Upper half of the seed.
        kept: As in `kernel.run_trials`.
        shown: As there.
        sums: The tallies, as there.
    """
    one = make_room(*room)
    blocks = min(BLOCKS, trials, max(1, MEMORY // sum(part.nbytes for part in one)))
    rooms = Room._make(cuda.to_device(np.zeros((blocks, *part.shape), part.dtype)) for part in one)
    there = Model._make(cuda.to_device(x) if isinstance(x, np.ndarray) else x for x in model)
    results = [cuda.to_device(array) for array in (kept, shown, *sums)]
    threads = min(THREADS, one.seen.size)
    run_blocks[blocks, threads](there, rooms, first, trials, key0, key1, *results)
    for result, array in zip(results, (kept, shown, *sums), strict=True):
        result.copy_to_host(array)
