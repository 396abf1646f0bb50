"""Anchors: the ends of all chains, signed, to be kept where the database cannot be reached from.

A cut tail leaves no broken link; it is found by an anchor that knew the end. An anchor is one line
of JSON: when, one digest over the sorted list of ends, the ends, and the keyed signature.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass

from myotrial.capture.trail.verifying import Head
from myotrial.errors import MyotrialError

__all__ = ["Anchor", "anchor", "digest", "read"]


@dataclass(frozen=True)
class Anchor:
    """The ends of all chains at one time.

    Attributes:
        at: When, UTC.
        heads: The ends, in order of their chains.
        digest: One digest of them, for print.
        signature: Keyed signature over time and digest.
    """

    at: str
    heads: tuple[Head, ...]
    digest: str
    signature: str

    def line(self) -> str:
        """The anchor as one line."""
        heads = [[head.chain, head.seq, head.hash] for head in self.heads]
        return json.dumps(
            {"at": self.at, "digest": self.digest, "signature": self.signature, "heads": heads},
            separators=(",", ":"),
        )


def anchor(heads: Iterable[Head], at: str, key: bytes) -> Anchor:
    """Sign the ends of all chains."""
    ordered = tuple(sorted(heads, key=lambda head: head.chain))
    said = digest(ordered)
    return Anchor(at, ordered, said, _signature(at, said, key))


def digest(heads: Iterable[Head]) -> str:
    """One digest over the ends of chains, whatever their order."""
    ordered = sorted(heads, key=lambda head: head.chain)
    text = json.dumps(
        [[head.chain, head.seq, head.hash] for head in ordered], separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def read(line: str, key: bytes, *, where: str = "the anchor") -> Anchor:
    """An anchor from its line.

    Raises:
        MyotrialError: It is no anchor, or not one of this study's key.
    """
    try:
        record = json.loads(line)
        heads = tuple(Head(*item) for item in record["heads"])
        found = Anchor(record["at"], heads, record["digest"], record["signature"])
    except (ValueError, TypeError, KeyError):
        raise MyotrialError(
            f"{where} is not an anchor.\nHint: give a line as `myotrial audit anchor` wrote it."
        ) from None
    right = hmac.compare_digest(found.signature, _signature(found.at, found.digest, key))
    if not right or digest(found.heads) != found.digest:
        raise MyotrialError(
            f"{where} was not signed with this study's key, or was changed since.\n"
            "Hint: compare it with another copy."
        )
    return found


def _signature(at: str, digest: str, key: bytes) -> str:
    return hmac.digest(key, f"{at}\0{digest}".encode(), "sha256").hex()
