"""The scores of a visit while it is entered: what they are, what is missing, what they can become.

Each is computed by the function that scores the whole study. A measure of which some items are
there lies between two values; the score then lies between what it is at the worse and at the
better of them. A measure of which nothing is there counts as `response` says: all it could do.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isinf, isnan, nan
from typing import Any

from myotrial import instruments, names
from myotrial.capture.forms.bounds import Between, between
from myotrial.capture.forms.definitions import Catalogue
from myotrial.capture.record.state import FormKey, Record
from myotrial.capture.record.statuses import baseline_of
from myotrial.instruments import enzymes
from myotrial.protocol.models import Assessment, Protocol
from myotrial.response import core_set, functional_index, imacs_2004, tis_2016
from myotrial.response.core_set import CoreSet
from myotrial.scoring.core_sets import CRITERIA, VAS_ONLY

__all__ = ["Score", "answers", "scores"]

VAS = {"mm", "cm"}


@dataclass(frozen=True)
class Score:
    """One score of one visit.

    Attributes:
        id: "MMT8" (an assessment), "TIS", "DOI" or "FI20".
        label: What it is, in words.
        unit: Its unit; "" for a verdict.
        value: Points; of a verdict 1 (met) or 0; NaN where it is still open.
        low: Lowest that it can become; -inf or NaN where nothing says.
        high: Highest.
        word: Category or verdict: "MODERATE", "Y", "N", "INDETERMINATE"; "" of an assessment.
        missing: What is still missing: items of an assessment, ids of assessments of a criterion.
        top: Highest that the scale has; NaN without one.
    """

    id: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    word: str = ""
    missing: tuple[str, ...] = ()
    top: float = nan

    @property
    def known(self) -> bool:
        """Whether it is settled."""
        return not isnan(self.value)

    @property
    def bounded(self) -> bool:
        """Whether both of its bounds are numbers."""
        return not any(isnan(end) or isinf(end) for end in (self.low, self.high))


@dataclass(frozen=True)
class _Compared:
    """A visit beside the baseline: for each role the assessment, and its values."""

    items: Mapping[str, tuple[Assessment, ...]]
    before: Mapping[str, float]
    after: Mapping[str, Between]
    sex: str

    def core(self, made: Callable[[Assessment], float]) -> CoreSet:
        """What is made of the assessment in each place; NaN in a place that none can take."""
        return CoreSet(**{role: self._taken(found, made) for role, found in self.items.items()})

    def missing(self) -> tuple[str, ...]:
        """Ids of the assessments that lack a value now or at baseline."""
        used = [item.id for items in self.items.values() for item in items]
        return tuple(
            name for name in used if not self.after[name].known or isnan(self.before[name])
        )

    def _taken(self, found: tuple[Assessment, ...], made: Callable[[Assessment], float]) -> float:
        if len(found) < 2:
            return made(found[0]) if found else nan
        multiples = [self.before[item.id] / upper_limit(item, self.sex) for item in found]
        position = enzymes.most_abnormal(multiples)
        return float(enzymes.chosen([made(item) for item in found], position))


def answers(record: Record, key: FormKey, typed: Mapping[str, str | None]) -> dict[str, float]:
    """The numbers of a form as they stand, with those that are being typed in their place.

    Args:
        record: The record.
        key: The form.
        typed: Texts by field, of the form that is open; None or "" where nothing stands now.
    """
    known = {name: value.text for name, value in record.values(str(key)).items()}
    found = {name: _number(text) for name, text in {**known, **typed}.items()}
    return {name: number for name, number in found.items() if not isnan(number)}


def scores(
    protocol: Protocol, catalogue: Catalogue, record: Record, event: str, typed: Mapping[str, Any]
) -> Iterator[Score]:
    """The scores of a visit.

    Args:
        protocol: The protocol.
        catalogue: Its forms.
        record: The patient's record.
        event: The visit.
        typed: Code of the form that is open, and the texts in its fields: {"MMT8": {...}}.
    """
    after = {
        item.id: between(
            catalogue.form(item.id),
            answers(record, FormKey(item.id, event), typed.get(item.id, {})),
        )
        for item in protocol.assessments
    }
    for item in protocol.assessments:
        if event in item.visits and (item.id in typed or after[item.id].known):
            yield _measure(catalogue, item, after[item.id])
    start = baseline_of(protocol)
    if event not in {visit.id for visit in protocol.visits} or event == start:
        return
    before = {
        item.id: answers(record, FormKey(item.id, start), {}).get(item.id, nan)
        for item in protocol.assessments
    }
    sex = record.text(str(FormKey("SUBJECT", "SCREENING")), "SEX")
    yield _total(protocol, _Compared(_places(protocol, "tis_2016"), before, after, sex))
    yield _improved(_Compared(_places(protocol, "imacs_2004"), before, after, sex))
    yield from _index(protocol, event, before, after)


def upper_limit(item: Assessment, sex: str) -> float:
    """Upper limit of normal of an enzyme for a sex; NaN where it is not known."""
    return dict(item.upper_limit or {}).get(sex, nan)  # type: ignore[call-overload]


def _measure(catalogue: Catalogue, item: Assessment, found: Between) -> Score:
    field = catalogue.form(item.id).known[item.id]
    top = (field.range or (nan, nan))[1]
    return Score(
        item.id, field.label, item.unit, found.value, found.low, found.high,
        missing=() if found.known else found.missing, top=top,
    )  # fmt: skip


def _places(protocol: Protocol, definition: str) -> dict[str, tuple[Assessment, ...]]:
    """The assessments in each place of the core set; none where a criterion cannot take it."""
    known = {item.id: item for item in protocol.assessments}
    taken = protocol.measures(definition)
    found = {}
    for role, name in taken.items():
        items = tuple(known[one] for one in (name if isinstance(name, tuple) else (name,)))
        if definition == "tis_2016":
            items = tuple(item for item in items if _suits(item, role, juvenile(protocol)))
        found[role] = items
    return found


def juvenile(protocol: Protocol) -> bool:
    """Whether the protocol asks for the total improvement score of children."""
    return any(item.population == "juvenile" for item in protocol.endpoints)


def _suits(item: Assessment, role: str, children: bool) -> bool:
    """Whether the total improvement score can take an assessment in a place, as `score` would."""
    kinds = ("tis_juvenile", "tis_juvenile_printo") if children else ("tis_adult",)
    for kind in kinds:
        for name in getattr(CRITERIA[kind].places, role):
            if item.instrument in names.INSTRUMENTS[name]:
                scale = {*instruments.get(item.instrument).units} >= VAS
                return scale or name not in VAS_ONLY
    return False


def _end(found: Between, better: float, *, best: bool) -> float:
    """A measure at its better or worse end; NaN where nothing of it was answered."""
    if found.known or not found.begun:
        return found.value
    return found.high if (better > 0) is best else found.low


def _at(compared: _Compared, item: Assessment, best: bool) -> float:
    better = instruments.get(item.instrument).better
    return _end(compared.after[item.id], better, best=best)


def _total(protocol: Protocol, compared: _Compared) -> Score:
    extent = compared.core(lambda item: _extent(item, compared.sex))
    before = compared.core(lambda item: compared.before[item.id])
    better = compared.core(lambda item: instruments.get(item.instrument).better)
    low, high = (
        tis_2016.changes(
            before, compared.core(lambda item, best=best: _at(compared, item, best)), extent, better
        )
        for best in (False, True)
    )
    least, most = float(tis_2016.bounds(low)[0]), float(tis_2016.bounds(high)[1])
    limits = tis_2016.JUVENILE if juvenile(protocol) else tis_2016.ADULT
    word = tis_2016.CATEGORIES[int(tis_2016.category(least, most, limits))]
    lacking = [role for role, items in compared.items.items() if not items]
    value = least if least == most else nan
    taken = protocol.measures("tis_2016")
    unfit = tuple(str(taken[role]) for role in lacking)
    return Score(
        "TIS", "Total improvement score", "points", value, least, most, word,
        (*compared.missing(), *unfit), 100.0,
    )  # fmt: skip


def _extent(item: Assessment, sex: str) -> float:
    if item.instrument in tis_2016.ENZYME_MULTIPLES:
        return tis_2016.ENZYME_MULTIPLES[item.instrument] * upper_limit(item, sex)
    low, high = instruments.get(item.instrument).range(unit=item.unit, variant=item.variant)
    return high - low


def _improved(compared: _Compared) -> Score:
    low, high = (
        compared.core(lambda item, best=best: _change(compared, item, best=best))
        for best in (False, True)
    )
    met = bool(imacs_2004.bounds(low)[0]), bool(imacs_2004.bounds(high)[1])
    return _verdict("DOI", "Definition of improvement (IMACS 2004)", met, compared.missing())


def _change(compared: _Compared, item: Assessment, *, best: bool) -> float:
    instrument = instruments.get(item.instrument)
    least = instrument.rise_from_zero(unit=item.unit, variant=item.variant)
    before, value = compared.before[item.id], _at(compared, item, best)
    return float(core_set.improvement(before, value, instrument.better, least))


def _index(
    protocol: Protocol, event: str, before: Mapping[str, float], after: Mapping[str, Between]
) -> Iterator[Score]:
    found = (item for item in protocol.assessments if item.instrument == "functional_index")
    item = next((item for item in found if event in item.visits), None)
    if item is None:
        return
    start, now = before[item.id], after[item.id].value
    change = _change(_Compared({}, before, after, ""), item, best=True)
    low, high = functional_index.bounds(change, start, now)
    missing = () if after[item.id].known and not isnan(start) else (item.id,)
    yield _verdict("FI20", "Functional index improved by 20 %", (bool(low), bool(high)), missing)


def _verdict(name: str, label: str, met: tuple[bool, bool], missing: tuple[str, ...]) -> Score:
    low, high = met
    word = "Y" if low else "INDETERMINATE" if high else "N"
    value = float(low) if low == high else nan
    return Score(name, label, "", value, float(low), float(high), word, missing)


def _number(text: str | None) -> float:
    try:
        return float(text) if text else nan
    except ValueError:
        return nan
