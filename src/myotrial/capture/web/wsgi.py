"""The server as a WSGI application, for granian or any other."""

import os

from django.core.wsgi import get_wsgi_application

__all__ = ["application"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myotrial.capture.settings")
application = get_wsgi_application()
