"""What every act is decided under, as the server holds it now."""

from django.conf import settings
from django.db import connections

from myotrial.capture.keeping import acting
from myotrial.capture.store.applying import Server

__all__ = ["current", "forget"]


def current() -> Server:
    """Protocol and forms in force at each site, the trail's key, and the sites' time zones.

    Raises:
        DocumentError: The protocol breaks its form.
        MyotrialError: The key is missing.
    """
    return acting.server(settings.PLACES, connections["default"])


def forget() -> None:
    """Read what is in force again when it is next needed."""
    acting.forget()
