"""Instruments that are entered item by item: their items, and the total that follows.

An instrument that is not here is entered as one value. Which items an instrument has, and how its
total is made, stands with the instrument; here they become fields.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan

from myotrial.capture.forms.definitions import Field
from myotrial.instruments import cmas, fi3, haq_di, kendall, mmt8, mmt26

__all__ = ["Sheet", "sheet"]

Answers = Mapping[str, float]


@dataclass(frozen=True)
class Sheet:
    """The items of one variant of an instrument, and their total.

    Attributes:
        fields: The items.
        total: From values by item name (NaN where there is none) to the instrument's value.
    """

    fields: tuple[Field, ...]
    total: Callable[[Answers], float]


def sheet(instrument: str, variant: str = "") -> Sheet | None:
    """The items of an instrument; None where only its value is entered.

    >>> [item.label for item in sheet("mmt8", "one side").fields][:2]
    ['neck flexors', 'deltoid']
    >>> sheet("ck") is None
    True
    """
    make = SHEETS.get((instrument, variant)) or SHEETS.get((instrument, ""))
    return make() if make else None


def _name(label: str, side: str = "") -> str:
    word = label.upper().replace(" ", "_").replace("-", "_")
    return f"{side.upper()}_{word}" if side else word


def _items(labels: Sequence[str], top: float, *, step: float, side: str = "") -> tuple[Field, ...]:
    return tuple(
        Field(
            _name(label, side),
            f"{label}, {side}" if side else label,
            "integer" if step == 1 else "number",
            range=(0.0, top),
            step=step,
            required=False,
        )
        for label in labels
    )


def _values(answers: Answers, fields: Sequence[Field]) -> list[float]:
    return [answers.get(item.name, nan) for item in fields]


def _grades(labels: Sequence[str], side: str = "") -> tuple[Field, ...]:
    return _items(labels, kendall.HIGHEST, step=1, side=side)


def _mmt8_one_side() -> Sheet:
    fields = _grades(mmt8.MUSCLES)
    return Sheet(fields, lambda answers: float(mmt8.one_side(_values(answers, fields))))


def _mmt8_both_sides() -> Sheet:
    neck = _grades(mmt8.MUSCLES[:1])
    right, left = (_grades(mmt8.LIMB_MUSCLES, side) for side in ("right", "left"))

    def total(answers: Answers) -> float:
        (axial,) = _values(answers, neck)
        return float(mmt8.both_sides(axial, _values(answers, right), _values(answers, left)))

    return Sheet((*neck, *right, *left), total)


def _mmt26() -> Sheet:
    axial = _grades(mmt26.AXIAL)
    parts = {
        part: tuple(_grades(labels, side) for side in ("right", "left"))
        for part, labels in (("proximal", mmt26.PROXIMAL), ("distal", mmt26.DISTAL))
    }

    def total(answers: Answers) -> float:
        found = {part: [_values(answers, side) for side in sides] for part, sides in parts.items()}
        return float(
            mmt26.total(
                mmt26.axial(_values(answers, axial)),
                mmt26.proximal(*found["proximal"]),
                mmt26.distal(*found["distal"]),
            )
        )

    sides = (side for pair in parts.values() for side in pair)
    return Sheet((*axial, *(item for side in sides for item in side)), total)


def _haq_di() -> Sheet:
    """The eight categories, each with whether an aid or help was used for it."""
    scores = _items(haq_di.CATEGORIES, haq_di.HIGHEST, step=1)
    aids = tuple(
        Field(
            f"{item.name}_AID",
            f"{item.label}: aid or help used",
            "choice",
            choices=(("1", "yes"), ("0", "no")),
            required=False,
        )
        for item in scores
    )

    def total(answers: Answers) -> float:
        raised = [
            haq_di.category([score], aid=answers.get(aid.name, nan) == 1)
            for score, aid in zip(_values(answers, scores), aids, strict=True)
        ]
        return float(haq_di.index(raised))

    pairs = zip(scores, aids, strict=True)
    return Sheet(tuple(item for pair in pairs for item in pair), total)


def _cmas() -> Sheet:
    fields = tuple(
        Field(_name(label), label, "integer", range=(0.0, top), step=1, required=False)
        for label, top in cmas.ITEMS.items()
    )
    return Sheet(fields, lambda answers: float(cmas.score(_values(answers, fields))))


def _fi3() -> Sheet:
    fields = tuple(
        Field(_name(task), task, "integer", "repetitions", (0.0, top), 1, required=False)
        for task, top in fi3.MAXIMA.items()
    )
    return Sheet(fields, lambda answers: float(fi3.total(*_values(answers, fields))))


SHEETS: Mapping[tuple[str, str], Callable[[], Sheet]] = {
    ("mmt8", "one side"): _mmt8_one_side,
    ("mmt8", "both sides"): _mmt8_both_sides,
    ("mmt26", "total"): _mmt26,
    ("haq_di", ""): _haq_di,
    ("cmas", ""): _cmas,
    ("fi3", "total"): _fi3,
}
