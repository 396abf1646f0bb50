"""Visits that stand in the names of columns, side by side: PHGA_M0, PHGA_M3, MMT8_M0, MMT8_M3.

A name is read as measure, separator (`_`, `.`, `-` or a space), visit, and a unit may end it (in
brackets, or `_mm`). What counts as a visit is told by the measures: an ending that two of them
share, or that is spelled like one they share (M12 beside M3); of a single measure, each ending.
Columns beside a measure (CKULN_M0) and any other that ends in a visit go with that visit.
"""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from myotrial.errors import MyotrialError
from myotrial.names.columns import LIMITED, MEASURED, UNITED, meaning

__all__ = ["Named", "named", "of_measure"]

SEPARATOR = re.compile(r"[_.\-\s]+")
UNIT = re.compile(r"\s*[(\[][^)\]]+[)\]]\s*$|[_ ](?:mm|cm)$", re.IGNORECASE)
BESIDE = tuple(pattern.removeprefix("{}") for pattern in (*UNITED, *LIMITED))
SEVERAL = 2


class Named(NamedTuple):
    """Columns without the visit in their names.

    Attributes:
        names: Name of each column.
        visits: Visit of each column; "" where it belongs to the subject.
    """

    names: list[str]
    visits: list[str]


def named(names: Sequence[str], known: Collection[str] = ()) -> Named | None:
    """Take the visits out of the names of columns; None where they do not stand there.

    Args:
        names: The columns.
        known: Columns that the caller states, without their visits.

    Raises:
        MyotrialError: Some measures have visits in their names, and others have not.

    >>> named([  # doctest: +NORMALIZE_WHITESPACE
    ...     "Subject", "PHGA_M0", "CK_M0 (U/L)", "PHGA_M3", "CK_M3 (U/L)"]
    ... )
    Named(names=['Subject', 'PHGA', 'CK (U/L)', 'PHGA', 'CK (U/L)'],
          visits=['', 'M0', 'M0', 'M3', 'M3'])
    """
    if any(meaning(name) in {"VISIT", "AVAL"} for name in names):
        return None
    if not any(meaning(name) == "USUBJID" or name in known for name in names):
        return None
    found = _visits(names, known)
    if len(found) < SEVERAL:
        return None
    cut = [_cut(name, found) for name in names]
    seen = {(stem, visit) for stem, visit in cut if visit}
    if len(seen) < sum(bool(visit) for _, visit in cut):
        return None  # a name stands twice at a visit: the header above them tells more
    _refuse_without(names, cut, known)
    return Named([stem for stem, _ in cut], [visit for _, visit in cut])


def of_measure(name: str, known: Collection[str] = ()) -> tuple[str, str]:
    """The measure, or what stands beside one, and the ending of a name; "" twice if there is none.

    >>> of_measure("HAQ_DI_M0"), of_measure("ck_uln_m3"), of_measure("date_M0"), of_measure("CK")
    (('HAQ_DI', 'M0'), ('ck_uln', 'm3'), ('', ''), ('', ''))
    """
    plain = UNIT.sub("", name)
    if meaning(plain) or plain in known:
        return "", ""
    for mark in reversed([*SEPARATOR.finditer(plain)]):
        stem, ending = plain[: mark.start()], plain[mark.end() :]
        if ending and (meaning(stem) in MEASURED or stem in known or _is_beside(stem)):
            return stem, ending
    return "", ""


def _is_beside(stem: str) -> bool:
    """Whether it is the unit or the upper limit of a measure."""
    low = SEPARATOR.sub("_", stem).lower()
    return any(low.endswith(end) and meaning(low.removesuffix(end)) in MEASURED for end in BESIDE)


def _visits(names: Sequence[str], known: Collection[str]) -> dict[str, str]:
    """The visits as they are first written, by their spelling in small letters."""
    written: dict[str, str] = {}
    holders: dict[str, set[str]] = {}
    for name in names:
        stem, ending = of_measure(name, known)
        if stem:
            written.setdefault(ending.lower(), ending)
            holders.setdefault(ending.lower(), set()).add(meaning(stem) or stem.lower())
    alone = len(set().union(*holders.values())) < SEVERAL
    shared = {ending for ending, who in holders.items() if alone or len(who) >= SEVERAL}
    shapes = {_shape(ending) for ending in shared}
    likely = [ending for ending in written if _shape(ending) in shapes]
    # of M0 and date_M0 the former is the visit
    return {one: written[one] for one in likely if not any(_ends(one, two) for two in likely)}


def _shape(ending: str) -> str:
    return re.sub(r"\d+", "#", ending)


def _ends(name: str, visit: str) -> bool:
    head = name.lower().removesuffix(visit)
    return len(head) < len(name) and SEPARATOR.search(head[-1:]) is not None


def _cut(name: str, visits: dict[str, str]) -> tuple[str, str]:
    """A name without its visit, and the visit."""
    unit = UNIT.search(name)
    plain = name[: unit.start()] if unit else name
    for small, written in visits.items():
        if _ends(plain, small):
            stem = plain[: -len(small)].rstrip("_.- ")
            return stem + (unit.group() if unit else ""), written
    return name, ""


def _refuse_without(
    names: Sequence[str], cut: Sequence[tuple[str, str]], known: Collection[str]
) -> None:
    """Every measure has one of the visits, else which value belongs to which is not clear."""
    for name, (_, visit) in zip(names, cut, strict=True):
        alone = meaning(name) in MEASURED or of_measure(name, known)[0]
        if alone and not visit:
            others = ", ".join(dict.fromkeys(repr(one) for _, one in cut if one))
            raise MyotrialError(
                f"Visits stand in the names of columns ({others}), but {name!r} has none of them.\n"
                "Hint: end the name of each measure in its visit, as in PHGA_M0; or put visits one "
                "under another, with a column VISIT."
            )
