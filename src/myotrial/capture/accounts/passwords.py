"""Passwords: how they are stored."""

from myotrial.capture.store.models import Account

__all__ = ["store"]


def store(user: str, password: str, *, temporary: bool) -> None:
    """Keep a password, hashed with Argon2id."""
    del temporary
    account = Account.objects.get(username=user)
    account.set_password(password)
    account.save(update_fields=["password"])
