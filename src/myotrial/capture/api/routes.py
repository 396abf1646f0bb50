"""Addresses of the room: those of the API, each behind its gate as any page is."""

from collections.abc import Iterator
from itertools import chain
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from myotrial.capture.api import pages, reading
from myotrial.capture.api.service import API, ROOT, openapi
from myotrial.capture.web.gates import EVERYBODY, Gate
from myotrial.capture.web.routes import Route

__all__ = ["ROUTES"]

SAMPLE = MappingProxyType(  # parts with which a test may open an address
    {"form": "FI", "event": "M0", "number": "1", "kind": "csv", "token": "none"}
)


def _routes() -> Iterator[Route]:
    yield Route("programs/", pages.tokens, "tokens", EVERYBODY, ("GET", "POST"),
                menu=_("Exports"))  # fmt: skip
    yield Route("programs/<str:token>/revocation/", pages.revocation, "token-revocation", EVERYBODY,
                ("POST",), sample={"token": "none"})  # fmt: skip
    yield Route("exports/<str:kind>/", pages.export, "export", Gate(reading.EXPORTS),
                sample={"kind": "csv"})  # fmt: skip
    yield Route(f"{ROOT}/openapi.json", openapi, "api-openapi", EVERYBODY)
    several = (bound.path_operations.items() for bound in API._get_bound_routers())
    for path, view in chain.from_iterable(several):
        address = path.replace("{", "<").replace("}", ">")
        name = "-".join(part for part in path.split("/") if part and part[0] != "{")
        methods = tuple(sorted({one for item in view.operations for one in item.methods}))
        sample = {part: text for part, text in SAMPLE.items() if f":{part}>" in address}
        one_of = "" if path.endswith(name.rpartition("-")[2]) else "-one"
        yield Route(
            ROOT + address, view.get_view(), f"api-{name}{one_of}", EVERYBODY, methods,
            sample=sample,
        )  # fmt: skip


ROUTES = tuple(_routes())
