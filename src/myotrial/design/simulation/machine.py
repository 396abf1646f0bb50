"""What differs between processors and GPUs; everything else of the kernel is the same on both.

Here a trial is worked on by one thread. `gpu` puts its own in the place of all of these, where
many threads divide a trial's subjects among themselves. `mine` with one argument counts from 0,
and says so to the compiler, which then works on several subjects at once.
"""

from typing import Any

import numpy as np

__all__ = ["mine", "put", "root", "round_down", "together"]

mine = range  # of subjects: those this thread works on, always the same ones
round_down = np.floor
root = np.sqrt


def together(room: Any, number: Any) -> Any:  # noqa: ARG001  (where threads meet on a GPU)
    """The sum of a whole number over all threads of the trial, told to each of them.

    >>> together(None, 7)
    7
    """
    return number


def put(array: Any, index: Any, number: Any) -> None:
    """Add a whole number, once for a trial, to what other trials may be adding to as well."""
    array[index] += number
