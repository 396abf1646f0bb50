"""A blinded study on a server whose secrets are words that can be searched for."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import yaml
from capture_people import ELIGIBLE, values

ARMS = ("CANARYONE", "CANARYTWO")


def study(seed: Path, folder: Path) -> None:
    """The seed's protocol with two arms whose names are canaries, blinded and randomised."""
    told = yaml.safe_load((seed / "study.yaml").read_text())
    (arm,) = told["arms"]
    told["arms"] = [arm | {"id": name, "label": f"{name} label"} for name in ARMS]
    told["study"] |= {"design": "parallel", "blinding": "double-blind"}
    told["randomisation"] = {
        "method": "permuted_blocks", "ratio": dict.fromkeys(ARMS, 1), "by": ["DIAG"],
    }  # fmt: skip
    (folder / "study.yaml").write_text(yaml.safe_dump(told, sort_keys=False, allow_unicode=True))


def conduct(server: Any) -> dict[str, Any]:
    """A list, patients at both sites with kits, a biopsy, a broken code; gives what is secret."""
    from django.db import connection, transaction

    from myotrial.capture.allocation.actions import AskUnblinding, Randomise, Unblind
    from myotrial.capture.allocation.lists import drawn
    from myotrial.capture.allocation.loading import load
    from myotrial.capture.allocation.vault import Vault
    from myotrial.capture.record.actions import Enrol, Save
    from myotrial.capture.record.state import FormKey
    from myotrial.capture.web.server import current

    listed = drawn(current().protocol)
    load(current(), listed, server.person("unblinded", ""))
    chains, kits = {}, []
    for site in "AB":
        chain = server.patient(f"{site}-001", site)
        server.act(chain, Save(FormKey("SUBJECT", "SCREENING"), values(**ELIGIBLE)), "nurse", site)
        server.act(chain, Enrol(), "investigator", site)
        server.act(chain, Randomise(), "nurse", site)
        server.act(chain, Save(FormKey("FI", "M0"), values(FI="40")), "nurse", site)
        chains[site] = chain
        with transaction.atomic(), connection.cursor() as cursor:
            found = Vault(cursor, current().sealing).of(chain)
        assert found is not None
        kits.append(found[1].kit)
    server.act(chains["A"], AskUnblinding("needs to know"), "investigator")
    server.act(chains["A"], Unblind(1), "pharmacist")
    unused = [slot.kit for slot in listed.slots if slot.kit not in kits]
    words = [*ARMS, str(listed.seed), *unused, current().sealing.hex()]
    return {"chains": chains, "words": [word.encode() for word in words], "kits": kits}


def hits(answer: Any, words: list[bytes]) -> list[bytes]:
    """The words that an answer says; digits within a longer number or a digest are no kit."""
    text = said(answer)
    return [one for one in words if re.search(rb"(?<![0-9a-f.])%b(?![0-9a-f])" % one, text)]


def said(answer: Any) -> bytes:
    """All that an answer says: headers, body, and what is packed in it."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    parts = [repr(sorted(answer.headers.items())).encode()]
    if body[:4] != b"%PDF":
        parts.append(body)
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for name in packed.namelist():
                parts += [name.encode(), packed.read(name)]
    if body[:4] == b"%PDF":
        from pypdf import PdfReader

        parts += [page.extract_text().encode() for page in PdfReader(io.BytesIO(body)).pages]
    return b"\n".join(parts)
