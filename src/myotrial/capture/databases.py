"""From DATABASE_URL to Django's settings of a database."""

from typing import Any
from urllib.parse import unquote, urlsplit

from myotrial.capture.places import Places
from myotrial.errors import MyotrialError

__all__ = ["database"]


def database(url: str, places: Places | None) -> dict[str, Any]:
    """The settings of a database: SQLite in the study's folder, or PostgreSQL.

    Args:
        url: "postgresql://user:password@host:port/name"; "" for SQLite.
        places: The study's places; None where only PostgreSQL will do.

    Raises:
        MyotrialError: The address is not one of PostgreSQL; its password is not shown.
    """
    if not url and places is not None:
        return {
            "ENGINE": "myotrial.capture.store.sqlite",
            "NAME": str(places.database),
            "CONN_MAX_AGE": None,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30},
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise MyotrialError(
            f"DATABASE_URL names no PostgreSQL database (it starts with {parts.scheme!r}).\n"
            "Hint: postgresql://user:password@host:5432/name"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
