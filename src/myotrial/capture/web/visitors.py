"""Where a request comes from."""

from typing import Any

from django.conf import settings

__all__ = ["address_of"]

LONGEST = 45  # characters of an IPv6 address


def address_of(request: Any) -> str:
    """The visitor's address; behind a proxy, the one that the proxy saw, which it writes last."""
    if settings.TLS:
        seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if seen:
            return seen[:LONGEST]
    return request.META.get("REMOTE_ADDR", "")[:LONGEST]
