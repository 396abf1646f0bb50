"""Gates: who may open a page. Nobody, unless the gate says so.

A gate knows roles, not patients: whose patients a person may see is decided where they are looked
up, so that a patient of another site is as unknown as one who does not exist.
"""

from dataclasses import dataclass
from enum import Enum

from myotrial.capture.record.people import ROLES

__all__ = ["EVERYBODY", "PUBLIC", "SIGNED_IN", "Gate", "Verdict"]


class Verdict(Enum):
    """What a gate answers."""

    OPEN = "open"
    SIGN_IN = "sign in first"
    CHOOSE = "choose a role first"
    CLOSED = "not for this role"


@dataclass(frozen=True)
class Gate:
    """Who may open a page.

    Attributes:
        roles: Keys of `ROLES` that may.
        public: Whoever comes, signed in or not; such a page shows nothing of the study.
        signed_in: Whoever has signed in, in any role or before one is chosen.
    """

    roles: tuple[str, ...] = ()
    public: bool = False
    signed_in: bool = False

    def __post_init__(self) -> None:
        strange = set(self.roles) - ROLES.keys()
        if strange:
            raise ValueError(f"a gate knows no role {sorted(strange)}: {', '.join(ROLES)}")

    def verdict(self, *, signed_in: bool, role: str | None) -> Verdict:
        """What somebody is told.

        >>> Gate(roles=("nurse",)).verdict(signed_in=True, role="sponsor")
        <Verdict.CLOSED: 'not for this role'>
        >>> Gate().verdict(signed_in=True, role="administrator")
        <Verdict.CLOSED: 'not for this role'>
        """
        if self.public or (self.signed_in and signed_in) or (role and role in self.roles):
            return Verdict.OPEN
        if not signed_in:
            return Verdict.SIGN_IN
        return Verdict.CHOOSE if role is None else Verdict.CLOSED


PUBLIC = Gate(public=True)
SIGNED_IN = Gate(signed_in=True)
EVERYBODY = Gate(roles=tuple(ROLES))
