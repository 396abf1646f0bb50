"""What vague words say of a count, unless the paper's file says otherwise.

A bound is a number of patients ("2") or a share ("50%") of those spoken of. The words are set so
that a reader who doubts them finds them here and overrides them under `vague:` in the file.
Status   our own convention; no standard fixes these words.
"""

import re
from fractions import Fraction

from myotrial.evidence.claims import Vague

__all__ = ["WORDS", "bound"]

BOUND = re.compile(r"(\d+(?:\.\d+)?)(%?)")

WORDS = {
    "none": Vague(at_most=("0",)),
    "a few": Vague(at_least=("2",), less_than=("50%",)),
    "few": Vague(at_least=("1",), at_most=("25%",)),
    "some": Vague(at_least=("1",), less_than=("100%",)),
    "several": Vague(at_least=("3",)),
    "a minority": Vague(at_least=("1",), less_than=("50%",)),
    "about half": Vague(at_least=("40%",), at_most=("60%",)),
    "most": Vague(more_than=("50%",)),
    "the majority": Vague(more_than=("50%",)),
    "many": Vague(at_least=("3", "25%")),
    "nearly all": Vague(at_least=("80%",), less_than=("100%",)),
    "all": Vague(at_least=("100%",)),
}


def bound(text: str) -> tuple[Fraction, bool]:
    """A bound's number and whether it is a share.

    Raises:
        ValueError: The text is neither a number nor a percentage.

    >>> bound("50%"), bound("2")
    ((Fraction(1, 2), True), (Fraction(2, 1), False))
    """
    match = BOUND.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"a number of patients or a percentage (got {text!r})")
    value = Fraction(match[1])
    return (value / 100, True) if match[2] else (value, False)
