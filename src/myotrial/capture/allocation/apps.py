"""The concealed tables as Django knows them."""

from django.apps import AppConfig

__all__ = ["AllocationConfig"]


class AllocationConfig(AppConfig):
    """Lists, slots and kits."""

    name = "myotrial.capture.allocation"
    label = "allocation"
    default_auto_field = "django.db.models.BigAutoField"
