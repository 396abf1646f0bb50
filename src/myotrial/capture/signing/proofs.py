"""The proof that a person is there and means it: two things that only this person has.

It is made by the server alone, after it has checked what was given (`proving`), and is good for a
minute. Within one sitting the second factor is asked for once (21 CFR 11.200(a)(1)): "sitting"
stands for the one that was right then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["COMPONENTS", "GOOD_FOR", "Proof"]

GOOD_FOR = timedelta(minutes=1)
COMPONENTS = frozenset({"password", "code", "sitting"})


@dataclass(frozen=True)
class Proof:
    """What a person showed.

    Attributes:
        user: Whose account.
        components: What was checked: two of `COMPONENTS`.
        at: When, UTC.
    """

    user: str
    components: frozenset[str]
    at: datetime

    def holds(self, user: str, at: datetime) -> bool:
        """Whether it proves, at a time, that this person is there."""
        two = len(self.components & COMPONENTS) >= 2
        return self.user == user and two and timedelta() <= at - self.at <= GOOD_FOR
