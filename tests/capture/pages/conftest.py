"""Patients of a served study: screened, enrolled, and forms sent as a browser sends them."""

from dataclasses import dataclass
from typing import Any

import pytest
from capture_people import ELIGIBLE, values

from myotrial.capture.record.actions import Enrol, Save
from myotrial.capture.record.state import FormKey


@dataclass
class Sent:
    """Sends a form as its page would."""

    server: Any
    chain: str

    def address(self, code: str, event: str = "M3", number: int = 1, more: str = "") -> str:
        return f"/patients/{self.chain}/forms/{code}/{event}/{number}/{more}"

    def fields(self, was: dict[str, str] | None = None, **typed: str) -> dict[str, str]:
        """What a page posts: what stands there, and what stood there when it was opened."""
        sent = {}
        for name, text in typed.items():
            sent |= {f"v.{name}": text, f"a.{name}": "", f"w.{name}": (was or {}).get(name, ""),
                     f"x.{name}": ""}  # fmt: skip
        return sent

    def head(self) -> int:
        from myotrial.capture.store.models import Chain

        return Chain.objects.get(id=self.chain).seq

    def value(self, field: str, code: str, event: str = "M3") -> str | None:
        from myotrial.capture.store.models import Item

        entity = str(FormKey(code, event))
        found = Item.objects.filter(chain=self.chain, entity=entity, field=field).first()
        return found.value if found else None

    def save(self, code: str, event: str = "M3", role: str = "investigator", **fields: str) -> None:
        self.server.act(self.chain, Save(FormKey(code, event), values(**fields)), role)


@pytest.fixture
def waiting(server):
    """The record of a patient in screening, who fits."""
    chain = server.patient("A-001")
    server.act(chain, Save(FormKey("SUBJECT", "SCREENING"), values(**ELIGIBLE)), "investigator")
    return chain


@pytest.fixture
def enrolled(server, waiting):
    """An enrolled patient, and what sends forms of them."""
    server.act(waiting, Enrol("ANAKINRA", "2026-01-10"), "investigator")
    return Sent(server, waiting)
