"""What a signature is bound to, and whether it still holds.

Bound    to the record, the form, every value and reason without a value that stands in it, the
         definition under which it was shown, the meaning, the signer, and the time. The digest is
         keyed, so that nobody who can only change rows can make one, copy one or move one.
Broken   by any change of a value: the change itself says so in the record. A change of the form's
         definition, or of rows behind the server's back, shows when the digest is made again.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass

from myotrial.capture.forms.definitions import Catalogue, Form
from myotrial.capture.record.state import Change, FormKey, Record, Value

__all__ = ["Signature", "breaks", "definition", "digest", "of_form", "signature", "validity"]

FIELDS = ("form", "meaning", "statement", "name", "user", "role", "organisation", "at", "digest")


@dataclass(frozen=True)
class Signature:
    """A signature, as it is shown with what was signed.

    Attributes:
        number: Its number in the record.
        form: What was signed.
        meaning: A key of `MEANINGS`.
        statement: What it says, in words.
        name: Printed name of the signer.
        user: The signer's account.
        role: The role signed in.
        organisation: Whom the signer works for.
        at: Server time, UTC.
        digest: What binds it.
        broken: The record says that what was signed has changed.
    """

    number: int
    form: str
    meaning: str
    statement: str
    name: str
    user: str
    role: str
    organisation: str
    at: str
    digest: str
    broken: bool = False


def signature(record: Record, number: int) -> Signature | None:
    """A signature of the record; None where there is none of this number."""
    entity = f"signature/{number}"
    known = {name: record.text(entity, f"@{name}") for name in FIELDS}
    if not known["form"]:
        return None
    return Signature(number, **known, broken=record.text(entity, "@state") == "broken")


def of_form(record: Record, key: FormKey) -> Signature | None:
    """The last signature of a form; None where it was never signed."""
    number = record.text(str(key), "@signature")
    return signature(record, int(number)) if number else None


def definition(form: Form) -> str:
    """Digest of a form's definition: another label, range or choice is another form to sign."""
    said = Catalogue("", {form.code: form}, {}).as_record()
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def digest(record: Record, form: Form, signed: Signature, key: bytes) -> str:
    """What binds a signature to its content, as 64 hexadecimal digits."""
    content = [
        [name, value.text, value.absent]
        for name, value in sorted(record.values(signed.form).items())
        if not name.startswith("@") and value
    ]
    said = json.dumps(
        [
            record.chain, signed.number, signed.form, content, definition(form), signed.meaning,
            signed.statement, signed.name, signed.user, signed.role, signed.organisation, signed.at,
        ],
        ensure_ascii=True,
        separators=(",", ":"),
    )  # fmt: skip
    return hmac.digest(key, b"signature\0" + said.encode("ascii"), "sha256").hex()


def validity(record: Record, signed: Signature, catalogue: Catalogue, key: bytes) -> str:
    """Whether a signature holds: "" if it does, otherwise why it does not."""
    read = FormKey.read(signed.form)
    form = catalogue.forms.get(read.code) if read else None
    if form is None:
        return "what was signed is no form of this study"
    if record.text(signed.form, "@removed") == "Y":
        return "what was signed was taken out"
    if signed.broken:
        return "what was signed was changed afterwards"
    if not hmac.compare_digest(signed.digest, digest(record, form, signed, key)):
        return "the form, its definition or the signature is not what was signed"
    return ""


def breaks(record: Record, entity: str) -> Iterator[Change]:
    """The change of a form's content breaks its signature."""
    number = record.text(entity, "@signature")
    if number and record.text(f"signature/{number}", "@state") == "signed":
        yield Change(f"signature/{number}", "@state", Value("broken"), "signature broken by change")
