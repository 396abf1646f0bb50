"""Failed attempts, and who must wait.

By user and address together, so that nobody can lock an owner out from elsewhere; and by address
alone, so that one machine cannot try every account.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from myotrial.capture.accounts.models import Attempt

__all__ = ["failed", "passed", "waits"]

WINDOW = timedelta(minutes=15)
OF_USER = 5  # failures of one user at one address
OF_ADDRESS = 50  # failures at one address, whoever it was


def waits(user: str, address: str) -> timedelta | None:
    """How long somebody must wait before the next attempt; None for not at all."""
    now = timezone.now()
    tried = Attempt.objects.filter(address=address, at__gt=now - WINDOW).order_by("-at")
    until = [
        _end(tried.filter(user=user[:60]).values_list("at", flat=True), OF_USER),
        _end(tried.values_list("at", flat=True), OF_ADDRESS),
    ]
    latest = max((end for end in until if end), default=None)
    return latest - now if latest else None


def failed(user: str, address: str) -> None:
    """An attempt failed."""
    now = timezone.now()
    Attempt.objects.filter(at__lt=now - 4 * WINDOW).delete()
    Attempt.objects.create(user=user[:60], address=address[:45], at=now)


def passed(user: str, address: str) -> None:
    """The owner is in: earlier slips at this address do not count any more."""
    Attempt.objects.filter(user=user[:60], address=address).delete()


def _end(times: Any, limit: int) -> datetime | None:
    latest = [*times[:limit]]
    return latest[-1] + WINDOW if len(latest) == limit else None
