"""Second factors of an account: kept, checked, used up."""

import base64
import hmac
import secrets
import time
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction

from myotrial.capture.accounts import totp
from myotrial.capture.accounts.models import Factor, Recovery
from myotrial.capture.store.models import Account

__all__ = ["add_app", "forget", "has_factor", "new_codes", "seal", "take_code", "unseal"]

CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
LENGTH = 12  # characters of a recovery code: 59 bits


def has_factor(account: Account) -> bool:
    """Whether the account has a second factor."""
    return Factor.objects.filter(account=account).exists()


def add_app(account: Account, label: str, secret: bytes, step: int) -> Factor:
    """Keep an app's secret, its first code used up."""
    return Factor.objects.create(
        account=account, kind="code", label=label[:60], secret=seal(secret), used=step
    )


def take_code(account: Account, typed: str) -> str:
    """Use a code up: "code" of an app, "recovery", or "" if it is neither."""
    with transaction.atomic():  # two requests with one code: the second finds it used
        for factor in Factor.objects.select_for_update().filter(account=account, kind="code"):
            step = totp.match(unseal(factor.secret), typed, time.time(), factor.used)
            if step is not None:
                factor.used = step
                factor.save(update_fields=["used"])
                return "code"
        gone, _ = Recovery.objects.filter(account=account, digest=_digest(typed)).delete()
    return "recovery" if gone else ""


def new_codes(account: Account) -> list[str]:
    """New recovery codes; earlier ones are no good any more."""
    made = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(CODES)]
    Recovery.objects.filter(account=account).delete()
    Recovery.objects.bulk_create(Recovery(account=account, digest=_digest(one)) for one in made)
    return [f"{one[:4]}-{one[4:8]}-{one[8:]}" for one in made]


def forget(account: Account) -> None:
    """Take all second factors and recovery codes away."""
    Factor.objects.filter(account=account).delete()
    Recovery.objects.filter(account=account).delete()


def seal(secret: bytes) -> str:
    """A secret as the database may hold it."""
    return _seal().encrypt(secret).decode()


def unseal(text: str) -> bytes:
    """The secret again."""
    return _seal().decrypt(text.encode())


def _key() -> bytes:
    places: Any = settings.PLACES
    return bytes.fromhex(places.secret("factor"))


def _seal() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key()))


def _digest(typed: str) -> str:
    plain = "".join(sign for sign in typed.lower() if sign.isalnum())
    return hmac.digest(_key(), plain.encode(), "sha256").hex()
