"""The pages as Django knows them."""

from django.apps import AppConfig

__all__ = ["PagesConfig"]


class PagesConfig(AppConfig):
    """Pages of the study, and drafts of what is being entered."""

    name = "myotrial.capture.pages"
    label = "pages"
