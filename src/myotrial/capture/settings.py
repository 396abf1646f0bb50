"""Django's settings, from the environment: no secret has a default, no asset comes from outside.

MYOTRIAL_STUDY    folder of the study; its server/ folder holds database, lock, key and anchors.
DATABASE_URL      a PostgreSQL database instead of SQLite.
MYOTRIAL_SECRET   secret of sessions and tokens; without it the one in the server/ folder.
MYOTRIAL_HOSTS    names under which a proxy with TLS offers the server, with commas between.
"""

import os
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from myotrial.capture.databases import database
from myotrial.capture.places import Places
from myotrial.capture.web.logs import LOGGING

__all__ = ["LOGGING"]

PLACES = Places(Path(os.environ["MYOTRIAL_STUDY"]))
CAPTURE = Path(__file__).parent
HOSTS = [name for name in os.environ.get("MYOTRIAL_HOSTS", "").split(",") if name]
TLS = bool(HOSTS)  # reached under a name: through a proxy, and encrypted

SECRET_KEY = os.environ.get("MYOTRIAL_SECRET") or PLACES.secret("session")
DEBUG = False
ALLOWED_HOSTS = HOSTS or ["localhost", "127.0.0.1", "[::1]"]
DATABASES: dict[str, Any] = {"default": database(os.environ.get("DATABASE_URL", ""), PLACES)}
ROOT_URLCONF = "myotrial.capture.web.urls"
WSGI_APPLICATION = "myotrial.capture.web.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "myotrial.capture.store.apps.StoreConfig",
    "myotrial.capture.web.apps.WebConfig",
    "myotrial.capture.accounts.apps.AccountsConfig",
    "myotrial.capture.pages.apps.PagesConfig",
    "myotrial.capture.allocation.apps.AllocationConfig",
    "myotrial.capture.signing.apps.SigningConfig",
    "myotrial.capture.api.apps.ApiConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "myotrial.capture.web.headers.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "myotrial.capture.accounts.presence.Presence",
    "myotrial.capture.api.tokens.Bearer",
    "myotrial.capture.web.problems.Refusals",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "myotrial.capture.web.context.shell",
            ]
        },
    }
]

AUTH_USER_MODEL = "capture.Account"
PASSWORD_HASHERS = ["myotrial.capture.accounts.hashing.Hasher"]
SESSION_COOKIE_NAME = "__Host-session" if TLS else "session"
SESSION_COOKIE_SECURE = TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds; a sitting has no longer end (`accounts.presence`)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf" if TLS else "csrf"
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "myotrial.capture.web.problems.no_token"
LANGUAGE_COOKIE_NAME = "__Host-language" if TLS else "language"
LANGUAGE_COOKIE_SECURE = TLS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("sv", _("Swedish"))]
LOCALE_PATHS = sorted(str(found) for found in CAPTURE.glob("*/locale"))
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
