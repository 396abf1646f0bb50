"""A score card: one subject's measures, points and verdicts, as HTML that needs no network."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from myotrial.report.typography import MINUS

__all__ = ["fragment", "scorecard"]

Record = Mapping[str, Any]

WIDTH = 340.0  # of a drawing, in its own units: as wide as a phone's column
WIDEST = 32.5  # points of the measure that can give most
ROW = 40.0  # height of a measure in the drawing
TONES = {
    "doi": {"Y": "good"},
    "printo": {"Y": "good"},
    "worsening": {"Y": "bad"},
    "worsening30": {"Y": "bad"},
    "deterioration": {"Y": "bad"},
    "fi2": {},
    "status": {"IMPROVED": "good", "WORSE": "bad"},
    "tis": {"MINIMAL": "good", "MODERATE": "good", "MAJOR": "good"},
    "fi20": {"Y": "good"},
}


class Bar(NamedTuple):
    """One measure in the drawing: its name, and lengths in the drawing's units."""

    label: str
    told: str
    top: float
    most: float
    earned: float
    open: float
    steps: tuple[float, ...]


class Mark(NamedTuple):
    """A threshold on the bar of the whole score."""

    at: float
    points: float
    label: str


def scorecard(record: Record) -> str:
    """The card as a page of its own.

    Args:
        record: What `scoring.explanation.explain` gives.
    """
    css = _asset("page.css") + _asset("card.css")
    return _environment().get_template("card.html.jinja").render(card=record, css=css)


def fragment(record: Record) -> str:
    """The card as a part of another page, with its style."""
    template = _environment().get_template("card.part.html.jinja")
    return template.render(card=record, css=_asset("card.css"), level=3)


def bars(visit: Record) -> list[Bar]:
    """The drawing of the measures that give points, one below the other."""
    scored = [item for item in visit["measures"] if item["most"] is not None]
    return [_bar(item, ROW * at) for at, item in enumerate(scored)]


def marks(rule: Record) -> list[Mark]:
    """The thresholds of the score along its bar."""
    return [Mark(WIDTH * at / 100.0, at, name) for name, at in rule["thresholds"].items()]


def _bar(item: Record, top: float) -> Bar:
    most, points = item["most"], item["points"]
    scale = WIDTH / WIDEST
    earned = f"{plain(points)} of {plain(most)}" if points is not None else ""
    return Bar(
        item["role"],
        earned or f"missing: 0 to {plain(most)}",
        top,
        scale * most,
        scale * (points or 0.0),
        scale * most if points is None else 0.0,
        tuple(scale * step for step in item["steps"]),
    )


def signed(number: float) -> str:
    """A change with its sign, and a true minus.

    >>> signed(2.5), signed(-30.0), signed(0.0)
    ('+2.5', '−30', '0')
    """
    text = plain(number)
    return f"+{text}" if number > 0 else text


def plain(number: float) -> str:
    """A recorded value as it was recorded.

    >>> plain(0.875), plain(1500.0), plain(-0.5)
    ('0.875', '1500', '−0.5')
    """
    return f"{number:.10g}".replace("-", MINUS)


def band(item: Record) -> str:
    """The band of a change in words.

    >>> band({"over": 5.0, "to": 15.0}), band({"over": None, "to": 5.0})
    ('over 5 to 15 %', 'up to 5 %')
    """
    over, to = item["over"], item["to"]
    if over is None:
        return f"up to {to:g} %"
    return f"over {over:g} %" if to is None else f"over {over:g} to {to:g} %"


def _tone(rule: Record) -> str:
    if rule["verdict"] in {"INDETERMINATE", "NOT ASSESSED"}:
        return "open"
    return TONES[rule["id"]].get(rule["verdict"], "plain")


def _scores(visit: Record) -> Iterator[Record]:
    """The rule of the Total Improvement Score, if it was asked for and anything was assessed."""
    return (rule for rule in visit["rules"] if rule["id"] == "tis")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("myotrial.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "signed": signed,
        "plain": plain,
        "band": band,
        "tone": _tone,
        "bars": bars,
        "marks": marks,
        "scores": _scores,
    }
    environment.globals |= {"width": WIDTH, "row": ROW}
    return environment


@cache
def _asset(name: str) -> Markup:
    text = (files("myotrial.report") / "templates" / name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - shipped with this program
