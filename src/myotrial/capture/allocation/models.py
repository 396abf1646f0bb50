"""The concealed tables: read and written by `vault` alone, in its own SQL.

Every text that tells something is sealed (`sealing`); the server's ordinary role has no right to
these tables (`roles`), and SQLite's guard refuses them outside of the vault.
"""

from django.db import models

__all__ = ["ConcealedKit", "ConcealedList", "ConcealedSlot"]


class ConcealedList(models.Model):
    """A list, and what belongs to no single slot: the lock of the list is on this row."""

    id = models.IntegerField(primary_key=True)
    head = models.TextField()

    class Meta:
        db_table = "concealed_list"


class ConcealedSlot(models.Model):
    """One place of a stratum, and the record that took it."""

    list = models.IntegerField()
    stratum = models.CharField(max_length=200)
    number = models.IntegerField()
    sealed = models.TextField()
    chain = models.CharField(max_length=32, null=True, unique=True)

    class Meta:
        db_table = "concealed_slot"
        constraints = (
            models.UniqueConstraint(fields=("list", "stratum", "number"), name="one_slot"),
        )


class ConcealedKit(models.Model):
    """What a kit holds."""

    kit = models.CharField(max_length=20, primary_key=True)
    list = models.IntegerField()
    sealed = models.TextField()

    class Meta:
        db_table = "concealed_kit"
