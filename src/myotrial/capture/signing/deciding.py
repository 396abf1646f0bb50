"""Forms are signed: complete, as they were shown, by somebody who just proved to be there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from myotrial.capture.record.asking import Asked, Decision, form_of
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import Change, FormKey, Record, Value
from myotrial.capture.record.statuses import form_status
from myotrial.capture.signing.actions import MEANINGS, Sign
from myotrial.capture.signing.binding import FIELDS, Signature, digest, of_form, validity

__all__ = ["DECIDERS", "Signing"]

UNFIT = MappingProxyType(
    {
        "none": "nothing was entered on it",
        "started": "it is not complete",
        "query": "it has an open query",
        "answered": "it has an answered query that nobody closed",
    }
)


@dataclass(frozen=True)
class Signing:
    """What makes a signature: the key of the trail."""

    key: bytes


def sign(record: Record, action: Sign, asked: Asked) -> Decision:
    """Sign one form or many, in one act."""
    if action.meaning not in MEANINGS:
        raise RefusedError(
            "invalid",
            f"a signature says one of {', '.join(MEANINGS)} (got {action.meaning[:40]!r}).",
        )
    if not action.proof.holds(asked.by.user, asked.at):
        raise RefusedError(
            "forbidden",
            "nothing was signed: a signature needs your password and your second factor, given "
            "just now.",
        )
    if not action.forms or len(set(action.forms)) != len(action.forms):
        raise RefusedError("invalid", "name each form to sign, once.")
    if not isinstance(asked.beside, Signing):
        raise RefusedError("order", "this server cannot sign.")
    for key in action.forms:
        _require_fit(record, key, action.seen, asked)
    return Decision(tuple(_signed(record, action, asked, asked.beside.key)))


def _require_fit(record: Record, key: FormKey, seen: int, asked: Asked) -> None:
    form = form_of(record, key, asked)
    status = form_status(record, key, asked.catalogue)
    if status in UNFIT:
        raise RefusedError("order", f"{form.label} cannot be signed: {UNFIT[status]}.")
    if any(not name.startswith("@") for name in record.changed_since(str(key), seen)):
        raise RefusedError(
            "conflict",
            f"{form.label} was changed since it was shown: nothing was signed.\n"
            "Hint: look at it again, and sign what stands there now.",
        )


def _signed(record: Record, action: Sign, asked: Asked, key: bytes) -> Iterator[Change]:
    number, by = record.last("signature"), asked.by
    for form in action.forms:
        if _signed_so(record, form, action, asked, key):
            continue
        number += 1
        made = Signature(
            number, str(form), action.meaning, MEANINGS[action.meaning], by.name, by.user,
            by.role, by.organisation, asked.at.isoformat(timespec="milliseconds"), "",
        )  # fmt: skip
        definition = asked.catalogue.form(form.code)
        made = replace(made, digest=digest(record, definition, made, key))
        entity = f"signature/{number}"
        for name in FIELDS:
            yield Change(entity, f"@{name}", Value(getattr(made, name)), "sign")
        yield Change(entity, "@state", Value("signed"), "sign")
        yield Change(str(form), "@signature", Value(str(number)), "sign")


def _signed_so(record: Record, form: FormKey, action: Sign, asked: Asked, key: bytes) -> bool:
    """Whether the same person has signed the form as it is, with this meaning."""
    held = of_form(record, form)
    if held is None or (held.user, held.meaning) != (asked.by.user, action.meaning):
        return False
    return not validity(record, held, asked.catalogue, key)


DECIDERS: MappingProxyType[type[Any], Any] = MappingProxyType({Sign: sign})
