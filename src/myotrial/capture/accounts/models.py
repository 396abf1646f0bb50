"""What belongs to an account and has no place in a trail: second factors, and failed attempts."""

from django.conf import settings
from django.db import models

__all__ = ["Attempt", "Factor", "Recovery", "Temporary"]


class Temporary(models.Model):
    """An account whose password somebody else chose: good until a time, and to be changed."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="temporary"
    )
    until = models.DateTimeField()


class Factor(models.Model):
    """A second factor of an account.

    Attributes:
        kind: "code" (an authenticator app, RFC 6238) or "passkey".
        secret: The app's secret, sealed; or the passkey's public credential.
        used: The last time step of a code that was taken; the passkey's counter.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="factors")
    kind = models.CharField(max_length=10)
    label = models.CharField(max_length=60)
    secret = models.TextField()
    used = models.BigIntegerField(default=0)
    made = models.DateTimeField(auto_now_add=True)


class Recovery(models.Model):
    """A recovery code that was not used yet, as its keyed digest."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="recoveries")
    digest = models.CharField(max_length=64)


class Attempt(models.Model):
    """A failed attempt to come in."""

    user = models.CharField(max_length=60)
    address = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("address", "at"), name="attempt_address"),)
