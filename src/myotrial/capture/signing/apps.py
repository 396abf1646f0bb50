"""Signatures as Django knows them: their templates."""

from django.apps import AppConfig

__all__ = ["SigningConfig"]


class SigningConfig(AppConfig):
    """Electronic signatures; they are kept in the records they belong to."""

    name = "myotrial.capture.signing"
    label = "signing"
