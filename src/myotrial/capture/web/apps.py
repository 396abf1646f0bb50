"""The shell as Django knows it: templates and static files."""

from django.apps import AppConfig

__all__ = ["WebConfig"]


class WebConfig(AppConfig):
    """Base pages of the study server."""

    name = "myotrial.capture.web"
    label = "web"
