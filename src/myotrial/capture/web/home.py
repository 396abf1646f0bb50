"""The first page: for a visitor the way in, for a person the pages that are open to them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from myotrial.capture.web.server import current

__all__ = ["home"]


def home(request: Any) -> HttpResponse:
    """What there is to do."""
    if request.user.is_authenticated and request.person is None:
        return redirect("role")
    shown = {"protocol": current().protocol} if request.person else {}
    return render(request, "myotrial/web/home.html", shown)
