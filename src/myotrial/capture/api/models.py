"""Tokens: only a digest of each is kept; who holds the token itself is the person it was given."""

from django.db import models

from myotrial.capture.store.models import Account

__all__ = ["Token"]


class Token(models.Model):
    """A token by which a program acts for a person, in one role, for some kinds of work."""

    id = models.CharField(max_length=12, primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT)
    role = models.CharField(max_length=20)
    scopes = models.CharField(max_length=100)
    label = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    made = models.DateTimeField()
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
