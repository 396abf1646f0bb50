"""Addresses of the room."""

from django.utils.translation import gettext_lazy as _

from myotrial.capture.accounts import administration, confirming, entrance, own
from myotrial.capture.web.gates import PUBLIC, SIGNED_IN, Gate
from myotrial.capture.web.routes import Route

__all__ = ["ROUTES"]

BOTH = ("GET", "POST")
ADMINISTRATOR = Gate(roles=("administrator",))

ROUTES = (
    Route("sign-in/", entrance.sign_in, "sign-in", PUBLIC, BOTH),
    Route("sign-in/second/", entrance.second_factor, "second-factor", SIGNED_IN, BOTH),
    Route("sign-out/", entrance.sign_out, "sign-out", SIGNED_IN, ("POST",)),
    Route("role/", entrance.choose_role, "role", SIGNED_IN, BOTH),
    Route("account/", own.own_account, "own-account", SIGNED_IN),
    Route("account/password/", own.password, "password", SIGNED_IN, BOTH),
    Route("account/second-factors/", own.manage_factors, "factors", SIGNED_IN, BOTH),
    Route(
        "account/second-factors/<str:number>/",
        own.remove_factor,
        "remove-factor",
        SIGNED_IN,
        ("POST",),
        sample={"number": "1"},
    ),
    Route("account/recovery-codes/", own.recovery, "recovery", SIGNED_IN, ("POST",)),
    Route("again/", confirming.again, "again", SIGNED_IN, BOTH),
    Route("people/", administration.people, "people", ADMINISTRATOR, BOTH, menu=_("People")),
    Route(
        "people/<str:user>/",
        administration.person,
        "person",
        ADMINISTRATOR,
        BOTH,
        sample={"user": "nurse-a"},
    ),
    Route("sites/", administration.sites, "sites", ADMINISTRATOR, BOTH, menu=_("Sites")),
    Route("trail/", administration.trail, "trail", ADMINISTRATOR, menu=_("Trail of the study")),
)
