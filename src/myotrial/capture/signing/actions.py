"""What can be done about signatures."""

from dataclasses import dataclass, field
from types import MappingProxyType

from myotrial.capture.record.actions import Action
from myotrial.capture.record.state import FormKey
from myotrial.capture.signing.proofs import Proof

__all__ = ["MAY", "MEANINGS", "Sign"]

MEANINGS = MappingProxyType(  # what a signature says
    {
        "responsibility": (
            "I have reviewed the data of these forms. They are accurate and complete to the best "
            "of my knowledge, and I take responsibility for them."
        ),
        "authorship": "I have entered or read out these data myself.",
        "review": "I have reviewed the data of these forms.",
    }
)


@dataclass(frozen=True)
class Sign(Action):
    """Sign one form or many.

    Attributes:
        forms: Which.
        meaning: A key of `MEANINGS`.
        seen: Number of the last entry of the record when the forms were shown.
        proof: How the person proved to be there, just now.
    """

    forms: tuple[FormKey, ...]
    meaning: str
    seen: int
    proof: Proof = field(repr=False)


MAY: MappingProxyType[str, tuple[type[Action], ...]] = MappingProxyType(
    {"investigator": (Sign,), "pathologist": (Sign,)}
)
