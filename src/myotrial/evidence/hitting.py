"""Which set of elements to try next, given the conflicts and repairs found so far.

A repair withdraws at least one element of every conflict; a set to try next is a set to withdraw
that hits every known conflict and contains no known repair. When there is none, all minimal
conflicts and all minimal repairs are known: they determine each other.
Source  Liffiton MH, Previti A, Malik A, Marques-Silva J. Constraints 2016;21:223-50 (MARCO).
"""

from myotrial.evidence.elements import bits

__all__ = ["Unexplored"]


class Unexplored:
    """Walks the sets to withdraw, depth first, and takes findings in on the way.

    A finding never revives a branch that was ruled out, so the walk goes on where it stood.

    >>> sets = Unexplored()
    >>> sets.next()
    0
    >>> sets.conflict(0b011)
    >>> sets.next()
    2
    >>> sets.repair(0b010)
    >>> sets.next()
    1
    >>> sets.repair(0b001)
    >>> sets.next() is None
    True
    """

    def __init__(self) -> None:
        self.conflicts: list[int] = []
        self.repairs: list[int] = []
        # Elements withdrawn, and elements kept for good because an earlier branch withdrew them.
        self.stack: list[tuple[int, int]] = [(0, 0)]

    def conflict(self, found: int) -> None:
        """Take in a conflict, a bit set."""
        self.conflicts.append(found)

    def repair(self, found: int) -> None:
        """Take in a repair, a bit set."""
        self.repairs.append(found)

    def next(self) -> int | None:
        """A set to withdraw that hits all conflicts and contains no repair; None if there is none.

        It is offered again until a finding rules it out.
        """
        while self.stack:
            withdrawn, kept = self.stack.pop()
            if any(not repair & ~withdrawn for repair in self.repairs):
                continue
            missed = [each & ~kept for each in self.conflicts if not each & withdrawn]
            if not missed:
                self.stack.append((withdrawn, kept))
                return withdrawn
            branches = []
            # The last elements are readings: they are withdrawn first.
            for place in reversed(list(bits(min(missed, key=int.bit_count)))):
                branches.append((withdrawn | 1 << place, kept))
                kept |= 1 << place
            self.stack.extend(reversed(branches))
        return None
