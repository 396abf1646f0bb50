"""Addresses of the room."""

from myotrial.capture.accounts.entrance import choose_role, sign_in, sign_out
from myotrial.capture.web.gates import PUBLIC, SIGNED_IN
from myotrial.capture.web.routes import Route

__all__ = ["ROUTES"]

ROUTES = (
    Route("sign-in/", sign_in, "sign-in", PUBLIC, methods=("GET", "POST")),
    Route("sign-out/", sign_out, "sign-out", SIGNED_IN, methods=("POST",)),
    Route("role/", choose_role, "role", SIGNED_IN, methods=("GET", "POST")),
)
