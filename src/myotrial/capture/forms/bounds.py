"""What the value of a half-filled form can become: its total at either end of what is missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, isnan, nan

from myotrial.capture.forms.definitions import Field, Form
from myotrial.capture.forms.items import Sheet, sheet

__all__ = ["Between", "between"]


@dataclass(frozen=True)
class Between:
    """A value as it stands, and what it could become.

    Attributes:
        value: The value; NaN where it is missing.
        low: Lowest that it can become while what was answered stays; -inf where nothing says.
        high: Highest.
        missing: Labels of the items that were not answered.
        begun: Whether any item was answered.
    """

    value: float
    low: float
    high: float
    missing: tuple[str, ...] = ()
    begun: bool = False

    @property
    def known(self) -> bool:
        """Whether the value is there."""
        return not isnan(self.value)


def between(form: Form, answers: Mapping[str, float]) -> Between:
    """The value of a form as it stands, and what it could become.

    Args:
        form: A form with one value, that of its code, and perhaps the items that make it.
        answers: Numbers by field; a field without one is missing or NaN.

    >>> from myotrial.capture.forms.definitions import Field, Form
    >>> pain = Form("PAIN", "Pain", (Field("PAIN", "Pain", "number", "mm", (0.0, 100.0)),), ("M0",))
    >>> between(pain, {})
    Between(value=nan, low=0.0, high=100.0, missing=('Pain',), begun=False)
    """
    items = sheet(form.instrument, form.variant) if form.instrument else None
    typed = answers.get(form.code, nan)
    if items is not None and any(_there(answers, item) for item in items.fields):
        return _of_items(items, answers)
    if not isnan(typed):
        return Between(typed, typed, typed)
    field = form.known[form.code]
    low, high = field.range or (-inf, inf)
    missing = items.fields if items else (field,)
    return Between(nan, low, high, tuple(item.label for item in missing))


def _of_items(items: Sheet, answers: Mapping[str, float]) -> Between:
    missing = [item for item in items.fields if not _there(answers, item)]
    ends = [items.total({**answers, **_filled(missing, end)}) for end in (min, max)]
    counted = tuple(item.label for item in missing if item.kind != "choice")
    return Between(items.total(answers), min(ends), max(ends), counted, begun=True)


def _filled(missing: list[Field], end: Callable[..., float]) -> dict[str, float]:
    """The missing items, all at one end of what each can be."""
    return {item.name: end(_numbers(item)) for item in missing}


def _numbers(item: Field) -> tuple[float, ...]:
    if item.choices:
        return tuple(float(value) for value, _ in item.choices)
    return item.range or (nan,)


def _there(answers: Mapping[str, float], item: Field) -> bool:
    return not isnan(answers.get(item.name, nan))
