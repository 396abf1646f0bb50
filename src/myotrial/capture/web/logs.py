"""Logs without values: of an exception its kind and its places, never its message."""

import logging
import traceback
from types import TracebackType
from typing import Any

__all__ = ["LOGGING", "Quiet"]

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Quiet(logging.Formatter):
    """Leaves out what an exception says: databases put values into their messages."""

    def formatException(self, ei: Raised) -> str:  # noqa: N802  (the name is logging's)
        """Kind of the exception, and where it went through."""
        kind, _, where = ei
        places = (f"  {at.filename}:{at.lineno} in {at.name}" for at in traceback.extract_tb(where))
        return "\n".join([kind.__name__ if kind else "", *places])


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "quiet": {"()": Quiet, "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "quiet"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
