"""How templates say what is data: labels, values, statuses, scores, times."""

from collections.abc import Mapping
from datetime import date, datetime
from math import isinf
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import gettext as _

from myotrial.capture.forms.definitions import Event, Field
from myotrial.capture.pages import words
from myotrial.capture.pages.opened import language
from myotrial.capture.pages.written import comma, written_day
from myotrial.capture.pages.written import shown as written
from myotrial.capture.record.people import ROLES
from myotrial.capture.record.schedule import Course, target
from myotrial.capture.record.scores import Score
from myotrial.capture.record.state import Value

register = template.Library()

OUTCOMES = {"met": "✓", "passed": "✓", "failed": "✗", "unknown": "?"}


@register.filter
def said(label: Any) -> str:
    """A label in the language of the page, where it is known."""
    return words.translated(str(label))


@register.filter
def at(known: Mapping[str, Any], key: str) -> Any:
    """What stands under a key; the key itself where nothing does."""
    return known.get(key, key)


@register.filter
def value_of(value: Value, field: Field) -> str:
    """A kept value as it is read."""
    if value.absent:
        return str(words.ABSENCE.get(value.absent, value.absent))
    if value.text is None:
        return "–"
    if field.choices:
        return words.translated(dict(field.choices).get(value.text, value.text))
    return written(field, value.text, language())


@register.filter
def reason_of(absent: str) -> str:
    """Why a value is not there, in words."""
    return str(words.ABSENCE.get(absent, absent))


@register.filter
def outcome(word: str) -> str:
    """The outcome of a criterion, with its mark."""
    told = {"met": _("met"), "passed": _("met"), "failed": _("not met"), "unknown": _("open")}
    return f"{OUTCOMES.get(word, '?')} {told.get(word, word)}"


@register.filter
def planned(event: Event, course: Course) -> str:
    """When a visit is planned."""
    day = target(event, course)
    return written_day(day) if day else ""


@register.filter
def local(moment: datetime, zone: str) -> str:
    """A moment at a site."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S %Z")


@register.filter
def day(moment: date) -> str:
    """A date."""
    return written_day(moment)


@register.filter
def role(name: str) -> str:
    """A role in words."""
    return _(ROLES.get(name, name))


@register.filter
def number(value: float) -> str:
    """A number as the language writes it, without zeros that say nothing."""
    text = f"{value:.10g}"
    return text.replace(".", ",") if comma(language()) else text


@register.filter
def result(score: Score) -> str:
    """A score as it stands: its value with its unit, or its verdict."""
    if score.word and not score.unit:
        return str(words.verdict(score.word))
    shown = number(score.value) if score.known else _("not yet")
    top = f" / {number(score.top)}" if score.known and score.id == "TIS" else ""
    unit = f" {_(score.unit)}" if score.known and score.unit else ""
    return f"{shown}{top}{unit}"


@register.filter
def bounds(score: Score) -> str:
    """What an open score can become; "" where that says nothing."""
    if score.known or not score.bounded or not score.unit:
        return ""
    return f"{number(score.low)}–{number(score.high)}"


@register.filter
def category(score: Score) -> str:
    """The category of a score that has one."""
    known = score.word and score.unit and score.word != "INDETERMINATE"
    return str(words.verdict(score.word)) if known else ""


@register.filter
def span(low: int, high: int | None) -> str:
    """A group of ages in days."""
    return f"{low}–{high}" if high is not None and not isinf(high) else f"≥ {low}"


@register.filter
def wrong_of(problems: Mapping[str, str] | None, name: str) -> str:
    """What is wrong with a field; "" where nothing is."""
    return (problems or {}).get(name, "")
