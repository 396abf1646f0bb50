"""Make the tables, or bring them to the newest form; then see that the guards are there.

On PostgreSQL the tables belong to another role than the server's, if MYOTRIAL_OWNER_URL names one:
the server's role may add to the trail, and can neither change it nor take its guards away.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection, connections

from myotrial.capture.databases import database
from myotrial.capture.store import grants, guards
from myotrial.capture.store.connections import use
from myotrial.errors import MyotrialError

__all__ = ["guarded", "make", "owner"]


def make() -> None:
    """Make or migrate the tables, as their owner."""
    with owner():
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def owner() -> Iterator[Any]:
    """Be the owner of the tables for a while; the server's role gets its rights at the end."""
    served = dict(connections["default"].settings_dict)
    url = os.environ.get("MYOTRIAL_OWNER_URL", "")
    if connection.vendor == "postgresql" and url:
        owning = use({**database(url, None), "CONN_MAX_AGE": 0})
        try:
            yield owning
            grants.grant(owning, served["USER"])
        finally:
            use(served)
        return
    own: Any = connection
    own.migrating = True
    try:
        yield connections["default"]
    finally:
        own.migrating = False
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
