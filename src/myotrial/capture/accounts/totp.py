"""Codes of an authenticator app: RFC 6238 with SHA-1, 30 seconds and 6 digits, as the apps have it.

A code is taken once: whoever saw it typed cannot use it again.
"""

import base64
import hmac
import secrets
from urllib.parse import quote

__all__ = ["address", "code", "match", "new_secret"]

STEP = 30  # seconds
DIGITS = 6
NEAR = 1  # steps that a clock may be off


def new_secret() -> bytes:
    """A secret of 160 bits (RFC 4226, section 4)."""
    return secrets.token_bytes(20)


def code(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a time step.

    Args:
        secret: Shared with the app.
        step: Number of the 30 seconds since 1970.
        digits: How many.

    >>> code(b"12345678901234567890", 59 // 30, 8)  # RFC 6238, appendix B
    '94287082'
    """
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def match(secret: bytes, typed: str, now: float, used: int) -> int | None:
    """The time step that a typed code is of; None if it is of none, or was taken before.

    Args:
        secret: Shared with the app.
        typed: What was typed; spaces do not count.
        now: Seconds since 1970.
        used: The last step that was taken.
    """
    plain, at = "".join(typed.split()), int(now) // STEP
    if not (plain.isascii() and plain.isdigit()):
        return None
    near = range(at - NEAR, at + NEAR + 1)
    found = [step for step in near if hmac.compare_digest(code(secret, step), plain)]
    return next((step for step in found if step > used), None)


def address(secret: bytes, user: str, study: str) -> str:
    """What an app reads from the square: an otpauth address."""
    plain = base64.b32encode(secret).decode()
    named = f"{quote(study, safe='')}:{quote(user, safe='')}"
    return f"otpauth://totp/{named}?secret={plain}&issuer={quote(study, safe='')}"
