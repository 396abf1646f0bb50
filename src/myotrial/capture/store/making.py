"""Make the tables, or bring them to the newest form; then see that the guards are there."""

from typing import Any

from django.core.management import call_command
from django.db import connection

from myotrial.capture.store import guards
from myotrial.errors import MyotrialError

__all__ = ["guarded", "make"]


def make() -> None:
    """Make or migrate the tables, as their owner."""
    owner: Any = connection
    if connection.vendor == "sqlite":
        owner.migrating = True
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        if connection.vendor == "sqlite":
            owner.migrating = False
        connection.close()  # what was prepared as owner is forgotten


def guarded() -> None:
    """See that every guard of the trail is there and on.

    Raises:
        MyotrialError: One is missing: the server does not start.
    """
    gone = guards.missing(connection)
    if gone:
        raise MyotrialError(
            f"the database lacks guards of the audit trail: {', '.join(gone)}.\n"
            "Hint: somebody took them away, or the tables were made otherwise. Compare the trail "
            "with an anchor (`myotrial audit verify`) before going on."
        )
