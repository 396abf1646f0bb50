"""Which set of elements to try next, given the conflicts and repairs found so far.

A repair withdraws at least one element of every conflict; a set to try next is a set to withdraw
that hits every known conflict and contains no known repair. When there is none, all minimal
conflicts and all minimal repairs are known: they determine each other.
Source  Liffiton MH, Previti A, Malik A, Marques-Silva J. Constraints 2016;21:223-50 (MARCO).
"""

from collections.abc import Sequence

from myotrial.evidence.elements import bits

__all__ = ["unexplored"]


def unexplored(conflicts: Sequence[int], repairs: Sequence[int]) -> int | None:
    """A set of elements to withdraw that hits all conflicts and contains no repair.

    Args:
        conflicts: Bit sets, none empty.
        repairs: Bit sets.

    Returns:
        A bit set; None where there is none.

    >>> unexplored([0b011], [0b001])
    2
    >>> unexplored([0b011], [0b001, 0b010]) is None
    True
    """
    # Depth first; `barred` elements have been tried in an earlier branch and stay kept.
    stack = [(0, 0)]
    while stack:
        withdrawn, barred = stack.pop()
        if any(not repair & ~withdrawn for repair in repairs):
            continue
        missed = [conflict & ~barred for conflict in conflicts if not conflict & withdrawn]
        if not missed:
            return withdrawn
        choices = min(missed, key=int.bit_count)
        branches = []
        for place in reversed(list(bits(choices))):  # the last elements are readings: they go first
            branches.append((withdrawn | 1 << place, barred))
            barred |= 1 << place
        stack.extend(reversed(branches))
    return None
