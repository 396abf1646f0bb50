"""Values of a form are entered or changed: the one way by which a value gets into a record."""

from collections.abc import Iterator, Mapping
from math import isnan, nan

from myotrial.capture.forms.definitions import ABSENT, LOG, SCREENING, Form
from myotrial.capture.forms.items import sheet
from myotrial.capture.forms.values import LONGEST, ODD, EntryError, parse
from myotrial.capture.record import checks, querying
from myotrial.capture.record.actions import Remove, Save
from myotrial.capture.record.asking import Asked, Decision, form_of
from myotrial.capture.record.refusals import ConflictError, FieldProblem, ReasonError, RefusedError
from myotrial.capture.record.state import NOTHING, SUBJECT, Change, FormKey, Record, Value
from myotrial.capture.record.statuses import baseline_of
from myotrial.capture.signing.binding import breaks

__all__ = ["remove", "save", "total"]


def save(record: Record, action: Save, asked: Asked) -> Decision:
    """Enter or change values of a form.

    Values that cannot be are not taken, none of them; what was tried is noted. A value that is
    merely unlikely is taken, and a query asks about it.
    """
    form = form_of(record, action.key, asked)
    entity = str(action.key)
    _open(record, action.key, form, asked)
    unknown = [name for name in action.values if name not in form.known]
    if unknown:
        raise RefusedError("unknown", f"{form.label} has no field {', '.join(map(repr, unknown))}.")
    values, problems = _read(form, action.values, asked)
    made = _total(form, record, entity, values)
    if not problems:
        problems = [*_contradicted(values, made), *checks.impossible(record, action.key, values)]
    values |= made
    if problems:
        return Decision(tuple(_tried(entity, action.values, problems)), tuple(problems))
    new = {name: value for name, value in values.items() if value != record.value(entity, name)}
    _nobody_else(record, entity, new, action.seen)
    return Decision(tuple(_changes(record, action, form, new, asked)))


def remove(record: Record, action: Remove, asked: Asked) -> Decision:
    """Take out a repeating form that was entered by mistake."""
    form = form_of(record, action.key, asked)
    entity = str(action.key)
    _open(record, action.key, form, asked)
    if not form.repeats or not record.values(entity):
        raise RefusedError("order", f"{form.label} has no such entry that could be taken out.")
    if not action.reason.strip():
        raise RefusedError("reason", "taking out an entry needs a reason.")
    removed = Change(entity, "@removed", Value("Y"), "remove", action.reason.strip())
    return Decision((removed, *breaks(record, entity)))


def total(form: Form, answers: Mapping[str, float]) -> float | None:
    """The value that the items of a form make; None where there are none, or too few."""
    items = sheet(form.instrument, form.variant) if form.instrument else None
    given = items and any(not isnan(answers.get(item.name, nan)) for item in items.fields)
    made = items.total(answers) if items and given else nan
    return None if isnan(made) else made


def _open(record: Record, key: FormKey, form: Form, asked: Asked) -> None:
    entity = str(key)
    status = record.text(SUBJECT, "@status")
    if not status:
        raise RefusedError("order", "this patient was not screened.")
    early = key.event in (SCREENING, LOG, baseline_of(asked.protocol))
    if status == "screening" and not early:
        raise RefusedError(
            "order", "the patient is not enrolled: only screening and baseline are open."
        )
    for mark, word in (("@locked", "locked"), ("@frozen", "frozen")):
        if record.text(entity, mark) == "Y":
            raise RefusedError("locked", f"{form.label} is {word}: nothing can be changed.")
    if record.text(entity, "@removed") == "Y":
        raise RefusedError("locked", f"this entry of {form.label} was taken out.")


def _read(
    form: Form, given: Mapping[str, Value], asked: Asked
) -> tuple[dict[str, Value], list[FieldProblem]]:
    """The values as they are kept, and what is wrong with those that cannot be."""
    values, problems = {}, []
    for name, value in given.items():
        text = (value.text or "").strip()
        if text and value.absent:
            problems.append(FieldProblem(name, "holds a value and a reason why there is none"))
        elif value.absent and value.absent not in ABSENT:
            problems.append(FieldProblem(name, f"must be one of {', '.join(ABSENT)}"))
        elif not text:
            values[name] = Value(None, value.absent)
        else:
            try:
                values[name] = Value(parse(form.known[name], text, today=asked.today))
            except EntryError as error:
                problems.append(FieldProblem(name, str(error)))
    return values, problems


def _total(
    form: Form, record: Record, entity: str, values: Mapping[str, Value]
) -> dict[str, Value]:
    """The computed field, where items were entered and make a value."""
    computed = next((item.name for item in form.fields if item.computed), "")
    if not computed or not any(name in values for name in form.known if name != computed):
        return {}
    known = {**record.values(entity), **values}
    answers = {
        name: float(value.text)
        for name, value in known.items()
        if value.text is not None and name in form.known and name != computed
    }
    made = total(form, answers)
    if made is not None:
        return {computed: Value(f"{made:.10g}")}
    typed = values.get(computed, NOTHING)
    return {computed: typed} if typed or not answers else {computed: NOTHING}


def _contradicted(values: Mapping[str, Value], made: Mapping[str, Value]) -> Iterator[FieldProblem]:
    """A total that was typed beside items that make another."""
    for name, value in made.items():
        typed = values.get(name, NOTHING)
        if typed.text is not None and value and float(typed.text) != float(value.text or nan):
            yield FieldProblem(name, f"is {typed.text}, but the items make {value.text}")


def _nobody_else(record: Record, entity: str, new: Mapping[str, Value], seen: int) -> None:
    changed = record.changed_since(entity, seen)
    both = {name: record.value(entity, name) for name in new if name in changed}
    if both:
        raise ConflictError(both, {name: new[name] for name in both})


def _changes(
    record: Record, action: Save, form: Form, new: Mapping[str, Value], asked: Asked
) -> Iterator[Change]:
    entity, reason = str(action.key), action.reason.strip()
    again = [name for name in new if record.value(entity, name)]
    if again and not reason:
        raise ReasonError([form.known[name].label for name in again])
    if not new:
        return
    if record.text(entity, "@version") != asked.catalogue.version:
        yield Change(entity, "@version", Value(asked.catalogue.version), "enter")
    for name, value in new.items():
        if form.known[name].computed and name not in action.values:
            what = "compute"
        else:
            what = "change" if name in again else "enter"
        yield Change(entity, name, value, what, reason if name in again else "")
    if record.text(entity, "@verified") == "Y":
        yield Change(entity, "@verified", Value("N"), "verification undone by change")
    yield from breaks(record, entity)
    yield from _ended(record, form, new)
    yield from _asked(record, action, new, asked)


def _ended(record: Record, form: Form, new: Mapping[str, Value]) -> Iterator[Change]:
    """The end of the study changes the patient's status with it."""
    if form.table == "disposition" and "DSDECOD" in new:
        ended = {"COMPLETED": "completed", "WITHDRAWN": "withdrawn"}
        status = ended.get(new["DSDECOD"].text or "", "enrolled")
        if status != record.text(SUBJECT, "@status"):
            yield Change(SUBJECT, "@status", Value(status), "end of study")


def _asked(
    record: Record, action: Save, new: Mapping[str, Value], asked: Asked
) -> Iterator[Change]:
    """Queries that checks open, with what the site says at once, and those they close again."""
    key = action.key
    found = {item.check: item for item in checks.unlikely(record, key, new, asked)}
    opened = 0
    for name in checks.NAMES:
        query = querying.of_check(record, str(key), name)
        if name in found and not query:
            item = found[name]
            yield from querying.ask(
                record, str(key), item.field, item.message, check=name, offset=opened,
                answered=action.explained.get(name, ""),
            )  # fmt: skip
            opened += 1
        elif query and name not in found:
            yield from querying.settle(record, query)


def _tried(
    entity: str, given: Mapping[str, Value], problems: list[FieldProblem]
) -> Iterator[Change]:
    """What was entered and could not be taken: the first answer, and that a check asked."""
    for item in problems:
        tried = given.get(item.field, NOTHING)
        text = None if tried.text is None else ODD.sub("\N{REPLACEMENT CHARACTER}", tried.text)
        shown = Value(text if text is None else text[:LONGEST], tried.absent[:3])
        yield Change(entity, item.field, shown, "refuse", item.message, noted=True)
