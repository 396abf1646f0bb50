"""Passkeys as a second factor: WebAuthn, for this host alone."""

import json
from typing import Any

from django.db import transaction
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    UserVerificationRequirement,
)
from fido2.webauthn import RegistrationResponse as Registered

from myotrial.capture.accounts.models import Factor
from myotrial.capture.store.models import Account

__all__ = ["ask", "offer", "possible", "register", "take"]


def possible(request: Any) -> bool:
    """Whether a browser makes passkeys for this address: for a name, not for a number."""
    host = _host(request)
    return not (host.replace(".", "").isdigit() or host.startswith("["))


def offer(request: Any, account: Account) -> str:
    """What the browser is asked to make; the challenge stays in the session."""
    options, state = _server(request).register_begin(
        PublicKeyCredentialUserEntity(
            id=str(account.pk).encode(), name=account.username, display_name=account.name
        ),
        credentials=_known(account),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    request.session["passkey"] = state
    return json.dumps(dict(options))


def register(request: Any, account: Account, label: str, answer: str) -> Factor | None:
    """Keep what the browser made; None if it does not answer the challenge."""
    state = request.session.pop("passkey", None)
    try:
        found = _server(request).register_complete(state, Registered.from_dict(json.loads(answer)))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    data = found.credential_data
    if data is None:
        return None
    return Factor.objects.create(
        account=account, kind="passkey", label=label[:60], secret=bytes(data).hex()
    )


def ask(request: Any, account: Account) -> str:
    """What the browser is asked to sign; "" if the account has no passkey."""
    known = _known(account)
    if not known or not possible(request):
        return ""
    options, state = _server(request).authenticate_begin(
        [
            PublicKeyCredentialDescriptor(
                type=PublicKeyCredentialType.PUBLIC_KEY, id=one.credential_id
            )
            for one in known
        ],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    request.session["passkey"] = state
    return json.dumps(dict(options))


def take(request: Any, account: Account, answer: str) -> bool:
    """Whether a passkey of the account signed the challenge; a copied one is refused."""
    state = request.session.pop("passkey", None)
    try:
        response = AuthenticationResponse.from_dict(json.loads(answer))
        used = _server(request).authenticate_complete(state, _known(account), response)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    counter = response.response.authenticator_data.counter
    with transaction.atomic():
        factor = next(
            one
            for one in Factor.objects.select_for_update().filter(account=account, kind="passkey")
            if _credential(one).credential_id == used.credential_id
        )
        if counter and counter <= factor.used:
            return False
        factor.used = counter
        factor.save(update_fields=["used"])
    return True


def _known(account: Account) -> list[AttestedCredentialData]:
    return [_credential(one) for one in Factor.objects.filter(account=account, kind="passkey")]


def _credential(factor: Factor) -> AttestedCredentialData:
    return AttestedCredentialData(bytes.fromhex(factor.secret))


def _server(request: Any) -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(id=_host(request), name="myotrial"))


def _host(request: Any) -> str:
    host = request.get_host()
    return host if host.endswith("]") else host.rsplit(":", 1)[0]
