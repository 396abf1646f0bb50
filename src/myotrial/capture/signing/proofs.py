"""The proof that a person is there and means it: two things that only this person has.

It is made by the server alone, after it has checked both (`proving`), and is good for a minute.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["COMPONENTS", "GOOD_FOR", "Proof"]

GOOD_FOR = timedelta(minutes=1)
COMPONENTS = frozenset({"password", "code", "passkey"})


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
