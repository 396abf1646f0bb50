"""Which database the store talks to, and connections to others beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import connections

__all__ = ["beside", "use"]


def use(settings: dict[str, Any]) -> Any:
    """Make a database the one that the store talks to, and give the connection."""
    connections["default"].close()
    made = connections.configure_settings({"default": settings})
    connections.settings["default"] = made["default"]
    del connections["default"]
    return connections["default"]


@contextmanager
def beside(settings: dict[str, Any]) -> Iterator[Any]:
    """A connection to another database than the server's own: a copy, a backup, its owner's."""
    name = f"beside-{uuid4().hex}"
    made = connections.configure_settings({"default": {}, name: settings})
    connections.settings[name] = made[name]
    connection = connections[name]
    try:
        yield connection
    finally:
        connection.close()
        del connections[name]
        del connections.settings[name]
