"""The numbers that a claim's machine form prints, and what of a result each compares with."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

__all__ = ["Number", "numbers", "told"]

COUNT, SHARE, VALUE, LOW, HIGH = "count", "share", "value", "low", "high"
ALL = "all"  # of the patients spoken of: what an `always` says


@dataclass(frozen=True)
class Number:
    """One number as printed.

    Attributes:
        text: The number as printed; a bound as ">=3"; "all" of the patients spoken of.
        part: What of a result it compares with: "count" (patients), "share" (of patients),
            "value", or the "low" or "high" end of the result's interval.
        of: What it is of, where a claim prints several: "PM".
    """

    text: str
    part: str
    of: str = ""

    def __contains__(self, value: Fraction) -> bool:
        """Say whether a value would print so."""
        if self.text == ALL:
            return value == 1
        from myotrial.evidence import rounding

        return value in rounding.interval(self.text)

    def of_result(self, result: Mapping[str, Any]) -> Fraction | None:
        """The value of a result that compares with this number; None where it has none."""
        if self.part == COUNT and result["numerator"] is not None:
            return Fraction(result["numerator"])
        if self.part == SHARE:
            return _share(result)
        if self.part in (LOW, HIGH) and result["interval"]:
            return _exact(result["interval"][self.part])
        return _exact(result["value"])

    def show(self, value: Fraction) -> str:
        """The value for a reader, with more digits than were printed."""
        if self.text == ALL and value == 1:
            return ALL
        if self.part == COUNT and value.denominator == 1:
            return str(value)
        return f"{float(100 * value):.2f}%" if self.part == SHARE else f"{float(value):.4g}"


def numbers(form: Any) -> list[Number]:
    """The numbers a machine form prints, in order; none where it states a relation."""
    return PRINTS.get(form.key, lambda _: [])(form)


def told(form: Any) -> str:
    """A machine form as it is written: "count: outcome == 'responder'; equals: 7"."""
    return "; ".join(f"{key}: {_written(value)}" for key, value in _keys(form))


def _keys(form: Any) -> list[tuple[str, Any]]:
    fields = type(form).model_fields.items()
    pairs = [(field.alias or name, getattr(form, name)) for name, field in fields]
    return [(key, value) for key, value in pairs if value is not None]


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {item}" for key, item in value.items()) + "}"
    if hasattr(type(value), "model_fields"):
        return "{" + ", ".join(f"{key}: {_written(item)}" for key, item in _keys(value)) + "}"
    return str(value)


def _count(form: Any) -> list[Number]:
    bounds = (("", form.equals), (">=", form.at_least), ("<=", form.at_most))
    return [Number(sign + text, COUNT) for sign, text in bounds if text is not None]


def _mean(form: Any) -> list[Number]:
    mean = Number(form.equals, VALUE, "mean" if form.sd else "")
    return [mean, Number(form.sd, VALUE, "SD")] if form.sd else [mean]


PRINTS: dict[str, Callable[[Any], list[Number]]] = {
    "total": lambda form: [Number(form.total, COUNT)],
    "count": _count,
    "by": lambda form: [Number(text, COUNT, key) for key, text in form.equals.items()],
    "share": lambda form: [Number(form.equals, SHARE)],
    "range": lambda form: [Number(form.low, LOW, "from"), Number(form.high, HIGH, "to")],
    "mean": _mean,
    "p_value": lambda form: [Number(form.equals, VALUE)],
    "always": lambda _: [Number(ALL, SHARE)],
}


def _share(result: Mapping[str, Any]) -> Fraction | None:
    if result["numerator"] is not None and result["n"]:
        return Fraction(result["numerator"], result["n"])
    value = _exact(result["value"])
    return value / 100 if value is not None and result["unit"] == "%" else value


def _exact(value: Any) -> Fraction | None:
    """The number as its digits say: 0.1 is a tenth."""
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return Fraction(repr(value)) if numeric and math.isfinite(value) else None
