"""The tokens of the API as Django knows them."""

from django.apps import AppConfig

__all__ = ["ApiConfig"]


class ApiConfig(AppConfig):
    """Tokens."""

    name = "myotrial.capture.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
