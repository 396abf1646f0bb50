"""Passes over the pixels of nuclei, compiled: most of a section is no nucleus, and costs little."""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

__all__ = ["basins", "cleared", "grown", "means", "raised", "reconstructed", "standing", "unmixed"]

Plane = npt.NDArray[Any]  # float32, (height, width)


@numba.njit(nogil=True, cache=True)
def unmixed(blocks: Any, table: Any) -> Any:  # pragma: no cover  (compiled)
    """Haematoxylin and chromogen of each block, from what each intensity adds to them.

    Args:
        blocks: Intensities, (height, width, 3).
        table: float32, (2, 3, 256).

    Returns:
        float32, (2, height, width).
    """
    high, wide = blocks.shape[0], blocks.shape[1]
    found = np.empty((2, high, wide), np.float32)
    for y in range(high):
        row, blue, brown = blocks[y], found[0, y], found[1, y]
        for x in range(np.uint32(wide)):
            red, green, last = row[x, 0], row[x, 1], row[x, 2]
            blue[x] = table[0, 0, red] + table[0, 1, green] + table[0, 2, last]
            brown[x] = table[1, 0, red] + table[1, 1, green] + table[1, 2, last]
    return found


@numba.njit(nogil=True, cache=True)
def standing(signal: Any, around: Any, least: Any) -> Any:  # pragma: no cover  (compiled)
    """1 where a signal stands out from what is around it by more than so much."""
    found = np.empty(signal.shape, np.uint8)
    for y in range(signal.shape[0]):
        one, two, row = signal[y], around[y], found[y]
        for x in range(len(row)):
            row[x] = one[x] > two[x] + least
    return found


@numba.njit(nogil=True, cache=True)
def raised(height: Any, dense: Any, weight: Any, above: Any) -> None:  # pragma: no cover
    """Add a weight of what is dense to a height; 0 where nothing stands out; in place."""
    for y in range(height.shape[0]):
        row, thick, inside = height[y], dense[y], above[y]
        for x in range(len(row)):
            row[x] = (row[x] + weight * max(thick[x], np.float32(0))) * inside[x]


@numba.njit(nogil=True, cache=True)
def basins(height: Any, markers: Any, outside: int) -> Any:  # pragma: no cover  (compiled)
    """What a flood needs: the relief as a grey picture of three channels, and where it begins.

    Args:
        height: 0 where nothing stands out, (height, width).
        markers: Labels of summits.
        outside: Label of what does not stand out.
    """
    top = np.float32(255) / max(height.max(), np.float32(1e-6))
    picture = np.empty((*height.shape, 3), np.uint8)
    begun = np.empty(height.shape, np.int32)
    for y in range(height.shape[0]):
        for x in range(height.shape[1]):
            here = height[y, x]
            picture[y, x, :] = np.uint8(np.float32(255) - here * top)
            begun[y, x] = markers[y, x] if here > 0 else outside
    return picture, begun


@numba.njit(nogil=True, cache=True)
def cleared(labels: Any, outside: int) -> None:  # pragma: no cover  (compiled)
    """Set what is outside, and the lines between basins, to 0; in place."""
    for y in range(labels.shape[0]):
        row = labels[y]
        for x in range(len(row)):
            if row[x] == outside or row[x] < 0:
                row[x] = 0


@numba.njit(nogil=True, cache=True)
def _highest(surface: Any, y: int, x: int, sign: int) -> Any:  # pragma: no cover  (compiled)
    """The highest of a place and of the four neighbours before it, or after it (`sign` 1)."""
    best = surface[y, x]
    wide = surface.shape[1]
    v = y + sign
    if 0 <= v < surface.shape[0]:
        for u in range(max(x - 1, 0), min(x + 2, wide)):
            best = max(best, surface[v, u])
    if 0 <= x + sign < wide:
        best = max(best, surface[y, x + sign])
    return best


@numba.njit(nogil=True, cache=True)
def _risen(lowered: Any, height: Any, waiting: Any) -> None:  # pragma: no cover  (compiled)
    """Raise the neighbours of places that wait, and theirs; the first of them is none."""
    high, wide = height.shape
    while len(waiting) > 1:
        place = waiting.pop()
        y, x = place // wide, place % wide
        for v in range(max(y - 1, 0), min(y + 2, high)):
            for u in range(max(x - 1, 0), min(x + 2, wide)):
                risen = min(lowered[y, x], height[v, u])
                if lowered[v, u] < risen:
                    lowered[v, u] = risen
                    waiting.append(v * wide + u)


@numba.njit(nogil=True, cache=True)
def reconstructed(lowered: Any, height: Any) -> Any:  # pragma: no cover  (compiled)
    """Grow a surface under another one until it no longer changes (reconstruction by dilation).

    Args:
        lowered: Surface that grows, nowhere above `height`; overwritten.
        height: Under which it stays, (height, width); nothing grows where it is 0.

    Returns:
        The surface.
    """
    high, wide = height.shape
    for y in range(high):
        for x in range(wide):
            if height[y, x] > 0:
                lowered[y, x] = min(_highest(lowered, y, x, -1), height[y, x])
    waiting = [np.int64(-1)]
    for y in range(high - 1, -1, -1):
        for x in range(wide - 1, -1, -1):
            if height[y, x] > 0:
                risen = min(_highest(lowered, y, x, 1), height[y, x])
                if risen > lowered[y, x]:
                    lowered[y, x] = risen
                    waiting.append(y * wide + x)
    _risen(lowered, height, waiting)
    return lowered


@numba.njit(nogil=True, cache=True)
def _at_edge(labels: Any, y: int, x: int) -> bool:  # pragma: no cover  (compiled)
    """Whether a place lies beside one of no label."""
    high, wide = labels.shape
    return (
        (y > 0 and labels[y - 1, x] == 0)
        or (y + 1 < high and labels[y + 1, x] == 0)
        or (x > 0 and labels[y, x - 1] == 0)
        or (x + 1 < wide and labels[y, x + 1] == 0)
    )


@numba.njit(nogil=True, cache=True)
def _spread(labels: Any, steps: Any) -> Any:  # pragma: no cover  (compiled)
    """Give places without a label that of the nearest one within some steps; the lower of two."""
    high, wide = labels.shape
    found, far = labels.copy(), np.zeros(labels.shape, np.uint16)
    for y in range(high):
        for x in range(wide):
            label = labels[y, x]
            if label == 0 or not _at_edge(labels, y, x):
                continue
            for k in range(len(steps)):
                v, u, step = y + steps[k, 0], x + steps[k, 1], steps[k, 2]
                if v < 0 or u < 0 or v >= high or u >= wide or labels[v, u] != 0:
                    continue
                before = far[v, u]
                if before == 0 or step < before or (step == before and label < found[v, u]):
                    found[v, u], far[v, u] = label, step
    return found


def grown(labels: npt.NDArray[Any], reach: float) -> npt.NDArray[Any]:
    """Each label and what lies nearest to it within reach; of two as near, the lower label.

    Args:
        labels: 0 where there is none, (height, width).
        reach: Pixels.

    >>> grown(np.array([[1, 0, 0, 0, 0, 2]], np.int32), 2.0).tolist()
    [[1, 1, 1, 2, 2, 2]]
    """
    side = int(reach)
    down, across = (plane.ravel() for plane in np.mgrid[-side : side + 1, -side : side + 1])
    far = down**2 + across**2
    near = (far > 0) & (far <= reach**2)
    return _spread(labels, np.column_stack([down, across, far])[near].astype(np.int64))


@numba.njit(nogil=True, cache=True)
def means(labels: Any, count: int, one: Any, two: Any) -> Any:  # pragma: no cover  (compiled)
    """Size, mean place and means of two planes of each label.

    Args:
        labels: From 1 below `count`; 0 where there is none, (height, width).
        count: Labels, the one that is none among them.
        one: A plane of the same shape.
        two: Another one.

    Returns:
        (count, 5): pixels, mean column, mean row, means of the planes; 0 for a label without
        pixels.
    """
    found = np.zeros((count, 5))
    for y in range(labels.shape[0]):
        for x in range(labels.shape[1]):
            label = labels[y, x]
            if label > 0:
                row = found[label]
                row[0] += 1
                row[1] += x
                row[2] += y
                row[3] += one[y, x]
                row[4] += two[y, x]
    for label in range(1, count):
        if found[label, 0] > 0:
            found[label, 1:] /= found[label, 0]
    return found
