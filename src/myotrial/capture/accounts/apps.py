"""The room as Django knows it: its templates and tables."""

from django.apps import AppConfig

__all__ = ["AccountsConfig"]


class AccountsConfig(AppConfig):
    """Accounts of the study server."""

    name = "myotrial.capture.accounts"
    label = "accounts"
