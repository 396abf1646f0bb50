"""Which band of the Total Improvement Score a change falls into.

Bands    five for each measure; a change on an edge belongs to the band below it.
Missing  NaN falls into no band: `position` is 0 there, as for what did not improve.
Source   the edges of `tis_2016`, with their facts.
"""

from myotrial.response.core_set import Numbers

__all__ = ["ends", "position"]


def position(change: Numbers, edges: tuple[float, ...]) -> Numbers:
    """The band of a change, counted from 0.

    Args:
        change: Improvement in percent of the measure's range: a number or an array.
        edges: Of that measure, rising: one of `tis_2016.EDGES`.

    >>> position(15.0, (5.0, 15.0, 25.0, 40.0)), position(15.1, (5.0, 15.0, 25.0, 40.0))
    (1, 2)
    """
    found = 0
    for edge in edges:
        found = found + (change > edge)
    return found


def ends(at: int, edges: tuple[float, ...]) -> tuple[float | None, float | None]:
    """The ends of a band: more than the first, at most the second; None where it is open.

    >>> ends(0, (5.0, 15.0, 25.0, 40.0)), ends(4, (5.0, 15.0, 25.0, 40.0))
    ((None, 5.0), (40.0, None))
    """
    return (edges[at - 1] if at else None), (edges[at] if at < len(edges) else None)
