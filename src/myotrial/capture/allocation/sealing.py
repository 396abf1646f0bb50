"""What is kept concealed is kept sealed: encrypted under a key that the database does not hold.

Cipher   AES-256-GCM, a fresh nonce for each text. What a text is for (list, stratum, number) is
         bound to it: moved to another row it does not open.
"""

import base64
import hmac
import json
import os
from typing import Any

from myotrial.errors import MyotrialError

__all__ = ["digest", "reading", "sealed"]

NONCE = 12  # bytes


def sealed(key: bytes, content: Any, place: str) -> str:
    """Content as JSON, encrypted for one place."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE)
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    made = AESGCM(key).encrypt(nonce, text.encode(), place.encode())
    return base64.b64encode(nonce + made).decode()


def reading(key: bytes, text: str, place: str) -> Any:
    """The content of a sealed text.

    Raises:
        MyotrialError: It was sealed under another key, for another place, or was changed.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        raw = base64.b64decode(text, validate=True)
        plain = AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], place.encode())
    except (InvalidTag, ValueError):
        raise MyotrialError(
            f"what is concealed at {place} does not open with this study's key: it was changed, or "
            "moved there from elsewhere.\n"
            "Hint: bring server/allocation.key back from where it was kept, or the data base from "
            "a copy."
        ) from None
    return json.loads(plain)


def digest(key: bytes, content: Any) -> str:
    """Keyed digest of content, as 64 hexadecimal digits; tells nothing to who lacks the key."""
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hmac.digest(key, b"digest\0" + text.encode(), "sha256").hex()
