"""A placebo-controlled trial of two sites on a server, made from the seed's protocol."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from capture_people import ELIGIBLE, values

from myotrial.capture.forms.catalogue import catalogue
from myotrial.capture.record.actions import Action, Enrol, Save, Screen
from myotrial.capture.record.people import Person
from myotrial.capture.record.state import FormKey
from myotrial.protocol.models import Protocol, Randomisation

KEY, SEALING = b"k" * 32, b"s" * 32
ARMS = ("ANAKINRA", "PLACEBO")


def blinded(
    protocol: Protocol,
    *,
    method: str = "permuted_blocks",
    by: tuple[str, ...] = ("DIAG",),
    blinding: str = "double-blind",
) -> Protocol:
    """The protocol with a second arm, allocated by a list."""
    (arm,) = protocol.arms
    placebo = arm.model_copy(update={"id": "PLACEBO", "label": "Placebo"})
    study = protocol.study.model_copy(update={"design": "parallel", "blinding": blinding})
    given = Randomisation.model_validate(
        {"method": method, "ratio": dict.fromkeys(ARMS, 1), "by": list(by)}
    )
    return protocol.model_copy(
        update={"study": study, "arms": (arm, placebo), "randomisation": given}
    )


def staff(role: str, site: str | None = "A", *, user: str = "") -> Person:
    """Somebody in a role: at one site, or at all."""
    name = user or f"{role}-{site or 'all'}"
    sites = None if site is None else frozenset({site})
    return Person(name, f"Name of {name}", role, sites, "Hospital")


@dataclass
class Trial:
    """A trial on a server, and whoever acts in it."""

    server: Any
    connection: Any

    @classmethod
    def begin(cls, connection: Any, protocol: Protocol) -> "Trial":
        """Two sites, the study's own record, and no patient."""
        from myotrial.capture.store.applying import Server
        from myotrial.capture.store.models import Chain, Site

        zones = {}
        for code in "AB":
            Site.objects.create(code=code, name=f"Hospital {code}", zone="Europe/Stockholm")
            zones[code] = "Europe/Stockholm"
        Chain.objects.create(id="study", number="study", hash="")
        return cls(Server(KEY, protocol, catalogue(protocol), zones, SEALING), connection)

    def apply(self, chain: str, action: Action, by: Person | None = None, **more: Any) -> Any:
        from myotrial.capture.store.applying import apply

        return apply(self.server, chain, action, by or staff("investigator"), **more)

    def screen(self, number: str, site: str = "A", answers: Mapping[str, str] = ELIGIBLE) -> str:
        """A patient who is screened; gives the record's id."""
        from myotrial.capture.store.models import Chain

        chain, nurse = uuid.uuid4().hex, staff("nurse", site)
        Chain.objects.create(id=chain, number=chain[:20], site_id=site, hash="")
        self.apply(chain, Screen(number), nurse)
        self.apply(chain, Save(FormKey("SUBJECT", "SCREENING"), values(**answers)), nurse)
        return chain

    def enrol(self, number: str, site: str = "A", **answers: str) -> str:
        """A patient who is enrolled and not yet allocated."""
        chain = self.screen(number, site, {**ELIGIBLE, **answers})
        self.apply(chain, Enrol(), staff("investigator", site))
        return chain

    def load(self, **more: Any) -> int:
        """A list drawn for the protocol, in force."""
        from myotrial.capture.allocation.lists import drawn
        from myotrial.capture.allocation.loading import load

        return load(self.server, drawn(self.server.protocol, **more), staff("unblinded", None))

    def text(self, chain: str, field: str, entity: str = "subject") -> str:
        from myotrial.capture.store.models import Item

        found = Item.objects.filter(chain=chain, entity=entity, field=field).first()
        return found.value if found else ""

    def copies(self, chain: str, n: int, site: str) -> list[str]:
        """Records that say what another does, without its trail: for many who come at once."""
        from myotrial.capture.store.models import Chain, Item

        ids = [uuid.uuid4().hex for _ in range(n)]
        Chain.objects.bulk_create(
            Chain(id=made, number=made[:20], site_id=site, hash="") for made in ids
        )
        said = [*Item.objects.filter(chain=chain)]
        Item.objects.bulk_create(
            Item(chain_id=made, entity=item.entity, field=item.field, absent=item.absent, seq=0,
                 value=made[:20] if item.field == "@number" else item.value)
            for made in ids
            for item in said
        )  # fmt: skip
        return ids

    def kits(self) -> dict[str, str]:
        """The kit of each record that has one."""
        from myotrial.capture.store.models import Item

        found = Item.objects.filter(entity="subject", field="KIT")
        return dict(found.values_list("chain_id", "value"))

    def list_faults(self) -> list[str]:
        """What is wrong with the list."""
        from myotrial.capture.allocation.loading import faults

        return [*faults(self.server)]

    def faults(self) -> list[str]:
        """What is wrong with trail, data and list."""
        from myotrial.capture.store import trails

        return [*map(str, trails.faults(KEY)), *self.list_faults()]
