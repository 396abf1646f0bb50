"""Passwords: what makes one good, and how it is stored.

No forced change, no rules of composition (OWASP ASVS 5.0, 6.2.5 and 6.2.10): length, not a known
one, not what anybody would guess about this account. `MYOTRIAL_BREACHED` may name a file of SHA-1
digests of breached passwords, sorted, one a line ("DIGEST" or "DIGEST:COUNT").
"""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from myotrial.capture.accounts.hashing import turn
from myotrial.capture.accounts.models import Temporary
from myotrial.capture.store.models import Account

__all__ = ["SHORTEST", "breached", "problem", "store", "temporary", "verify"]

SHORTEST, LONGEST = 12, 256  # characters
GOOD_FOR = timedelta(days=3)  # of a temporary password
GUESSED = 4  # characters of a word of the account that may not stand in its password


def problem(password: str, account: Account) -> str:
    """What is wrong with a new password, for its owner; "" if nothing is."""
    if len(password) < SHORTEST:
        return _("It needs %(least)d characters at least; a few words are good.") % {
            "least": SHORTEST
        }
    if len(password) > LONGEST:
        return _("It has more than %(most)d characters.") % {"most": LONGEST}
    told = f"{account.username} {account.name} {account.organisation} {account.email} myotrial"
    for word in told.lower().replace("@", " ").replace(".", " ").split():
        if len(word) >= GUESSED and word in password.lower():
            return _("It holds “%(word)s”, which anybody would guess.") % {"word": word}
    if len(set(password)) < 5:
        return _("It repeats too few characters.")
    if _common(password) or breached(password):
        return _("It is in a list of known passwords.")
    return ""


def breached(password: str) -> bool:
    """Whether the password is in the file that MYOTRIAL_BREACHED names; False without one."""
    file = os.environ.get("MYOTRIAL_BREACHED", "")
    if not file:
        return False
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with Path(file).open("rb") as lines:
        low, high = 0, lines.seek(0, os.SEEK_END)
        while low < high:  # lines before `low` come before the digest, those from `high` on do not
            middle = (low + high) // 2
            lines.seek(max(middle - 1, 0))
            if middle:
                lines.readline()  # to the first line that starts at `middle` or after it
            start, line = lines.tell(), lines.readline()
            if start < high and line[:40].upper() < digest:
                low = start + len(line)
            else:
                high = middle
        lines.seek(low)
        return lines.readline()[:40].upper() == digest


def verify(account: Account, password: str) -> bool:
    """Whether this is the account's password; waits for its turn to hash."""
    with turn():
        return account.check_password(password)


def store(user: str, password: str, *, temporary: bool) -> None:
    """Keep a password, hashed; a temporary one must be changed, and soon."""
    account = Account.objects.get(username=user)
    account.set_password(password)
    account.save(update_fields=["password"])
    if temporary:
        until = timezone.now() + GOOD_FOR
        Temporary.objects.update_or_create(account=account, defaults={"until": until})
    else:
        Temporary.objects.filter(account=account).delete()


def temporary(account: Account) -> str:
    """Whether the owner must "change" it, comes too "late", or chose it: ""."""
    found = Temporary.objects.filter(account=account).first()
    if found is None:
        return ""
    return "change" if found.until > timezone.now() else "late"


def _common(password: str) -> bool:
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        return True
    return False
