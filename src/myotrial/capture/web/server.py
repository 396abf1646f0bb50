"""What every act is decided under, as the server holds it now."""

from functools import cache

from django.conf import settings

from myotrial import protocol as protocols
from myotrial.capture.forms.catalogue import catalogue
from myotrial.capture.forms.definitions import Catalogue
from myotrial.capture.store.applying import Server
from myotrial.capture.store.models import Site
from myotrial.protocol.models import Protocol

__all__ = ["current", "forget"]

FILE = "study.yaml"


def current() -> Server:
    """Protocol and forms in force, the trail's key, and the time zones of the sites.

    Raises:
        DocumentError: The protocol breaks its form.
        MyotrialError: The key is missing.
    """
    protocol, forms = _released()
    zones = dict(Site.objects.values_list("code", "zone"))
    return Server(_key(), protocol, forms, zones, _sealing())


def forget() -> None:
    """Read protocol and key again when they are next needed: after an amendment."""
    _released.cache_clear()
    _key.cache_clear()
    _sealing.cache_clear()


@cache
def _released() -> tuple[Protocol, Catalogue]:
    protocol = protocols.read(settings.PLACES.study / FILE)
    return protocol, catalogue(protocol)


@cache
def _key() -> bytes:
    return settings.PLACES.key


@cache
def _sealing() -> bytes:
    return settings.PLACES.sealing
