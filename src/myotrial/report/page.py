"""The report as one HTML file that needs no network and no script."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from myotrial.report.abbreviations import MEANINGS, explained
from myotrial.report.build import build
from myotrial.report.cards import cards
from myotrial.report.listings import captured, shown
from myotrial.report.source import Source, result_anchor, row_anchor
from myotrial.report.typography import decimal, slug

__all__ = ["page"]

ROWS = 2000  # rows shown of one listing; the rest are counted


def page(source: Source, figures: Mapping[str, str], *, rows: int = ROWS) -> str:
    """Render the page.

    Args:
        source: The results.
        figures: SVG text by name.
        rows: Most rows to show of one listing.
    """
    report = build(source, frozenset(figures))
    listings = [shown(listing, rows) for listing in source.listings.values()]
    listed = frozenset(key for listing in listings for key, _ in listing.rows)
    return _template().render(
        report=report,
        source=source,
        figures={name: _inline(text, name) for name, text in figures.items()},
        cards=cards(source, listed),
        listings=listings,
        note=source.note,
        css=_asset("page.css"),
        script=_asset("page.js"),
        script_hash=_digest(_asset("page.js")),
        meanings=dict(sorted(MEANINGS.items(), key=lambda item: item[0].lower())),
    )


def _inline(text: str, name: str) -> Markup:
    """A drawing as part of the page: named by its caption, described by its text."""
    words = (
        f'role="img" aria-labelledby="figure-{name}-caption" aria-describedby="figure-{name}-alt"'
    )
    return Markup(text.replace("<svg ", f"<svg {words} ", 1))  # noqa: S704 - drawn by this program


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("myotrial.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"explained": explained, "slug": slug, "decimal": decimal,
                            "captured": captured, "kind": _kind}  # fmt: skip
    environment.globals |= {"result_anchor": result_anchor, "row_anchor": row_anchor, "fresh": set}
    return environment.get_template("page.html.jinja")


def _kind(part: object) -> str:
    return type(part).__name__.lower()


@cache
def _asset(name: str) -> Markup:
    text = (files("myotrial.report") / "templates" / name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - shipped with this program


def _digest(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()
