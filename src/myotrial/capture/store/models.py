"""The tables. Values, sheets and entries are written by `applying` alone, in its own SQL.

Account, Grant, Site   who may sign in, in which roles, where.
Chain                  one record: a patient, or the study itself; the end of its trail.
Item                   what stands in each field now.
Sheet                  one row a form or query: its status, for lists.
Entry                  the trail: append-only, guarded by triggers (`guards`).
Act                    acts that were saved, so that a repeated request is not saved twice.
Release                definitions that forms were released under; which is in force where is said
                       in the trail of the study, which also holds the digest of each.
"""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

__all__ = ["Account", "Act", "Chain", "Entry", "Grant", "Item", "Release", "Sheet", "Site"]


class Site(models.Model):
    """A site of the study."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=200)
    zone = models.CharField(max_length=64)


class Accounts(BaseUserManager["Account"]):
    """Accounts, looked up by their name whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """The account that signs in under a name."""
        return self.get(username__iexact=username)


class Account(AbstractBaseUser):
    """A person who may sign in; never removed, only closed."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    trained = models.DateField(null=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    objects = Accounts()


class Grant(models.Model):
    """A role that a person holds, at one site or at all (no site)."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20)
    site = models.ForeignKey(Site, models.PROTECT, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("account", "role", "site"), name="one_grant", nulls_distinct=False
            ),
        )


class Chain(models.Model):
    """One record and the end of its trail."""

    id = models.CharField(max_length=32, primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True)
    status = models.CharField(max_length=20, default="")
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    at = models.CharField(max_length=32, default="")


class Item(models.Model):
    """What stands in one field now."""

    chain = models.ForeignKey(Chain, models.PROTECT, db_index=False)
    entity = models.CharField(max_length=80)
    field = models.CharField(max_length=60)
    value = models.TextField(null=True)
    absent = models.CharField(max_length=3, default="")
    seq = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("chain", "entity", "field"), name="one_item"),
        )


class Sheet(models.Model):
    """One form or query of a record, for lists."""

    chain = models.ForeignKey(Chain, models.PROTECT, db_index=False)
    entity = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)
    number = models.IntegerField()
    on = models.CharField(max_length=80, default="")
    status = models.CharField(max_length=20)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("chain", "entity"), name="one_sheet"),)
        indexes = (
            models.Index(fields=("chain", "on"), name="sheet_on"),
            models.Index(fields=("kind", "status"), name="sheet_status"),
        )


class Entry(models.Model):
    """One entry of the trail; see `trail.entries.Entry` for what each column says."""

    chain = models.ForeignKey(Chain, models.PROTECT, db_index=False)
    seq = models.BigIntegerField()
    at = models.CharField(max_length=32)
    zone = models.CharField(max_length=64)
    user = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20)
    organisation = models.CharField(max_length=200)
    site = models.CharField(max_length=20)
    action = models.CharField(max_length=40)
    entity = models.CharField(max_length=80)
    field = models.CharField(max_length=60)
    old = models.TextField(null=True)
    old_absent = models.CharField(max_length=3)
    new = models.TextField(null=True)
    new_absent = models.CharField(max_length=3)
    reason = models.TextField()
    noted = models.BooleanField()
    version = models.CharField(max_length=12)
    act = models.CharField(max_length=32)
    entered = models.CharField(max_length=40)
    withheld = models.CharField(max_length=100)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("chain", "seq"), name="one_entry"),)
        indexes = (models.Index(fields=("chain", "entity", "field"), name="entry_field"),)


class Act(models.Model):
    """An act that was saved: asked again, it is answered as before."""

    id = models.CharField(max_length=32, primary_key=True)
    digest = models.CharField(max_length=64)
    chain = models.ForeignKey(Chain, models.PROTECT, db_index=False)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    problems = models.TextField(default="[]")


class Release(models.Model):
    """One version of the protocol and its forms, whole, as it was released."""

    number = models.IntegerField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True)
    version = models.CharField(max_length=12)
    protocol = models.TextField()
    catalogue = models.TextField()
