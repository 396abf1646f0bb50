"""Django's settings, from the environment: no secret has a default, no asset comes from outside.

MYOTRIAL_STUDY    folder of the study; its server/ folder holds database, lock, key and anchors.
DATABASE_URL      a PostgreSQL database instead of SQLite.
MYOTRIAL_SECRET   secret of sessions and tokens; without it the one in the server/ folder.
"""

import os
from pathlib import Path
from typing import Any

from myotrial.capture.databases import database
from myotrial.capture.places import Places

PLACES = Places(Path(os.environ["MYOTRIAL_STUDY"]))

SECRET_KEY = os.environ.get("MYOTRIAL_SECRET") or PLACES.secret("session")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("MYOTRIAL_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
DATABASES: dict[str, Any] = {"default": database(os.environ.get("DATABASE_URL", ""), PLACES)}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "myotrial.capture.store.apps.StoreConfig",
    "myotrial.capture.allocation.apps.AllocationConfig",
]
AUTH_USER_MODEL = "capture.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
