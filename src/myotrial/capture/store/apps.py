"""The store as Django knows it."""

from django.apps import AppConfig

__all__ = ["StoreConfig"]


class StoreConfig(AppConfig):
    """Tables of the study server."""

    name = "myotrial.capture.store"
    label = "capture"
