"""The study as planned: design, treatment, visits, eligibility, endpoints, and their sources."""

from collections.abc import Iterable

from myotrial.report.abbreviations import MEANINGS
from myotrial.report.content import Aside, Block, Cell, Facts, Prose, Section, Table, cell
from myotrial.report.source import Record, Source
from myotrial.report.typography import MISSING, decimal, units

__all__ = ["dosed", "section"]

STATUSES = {
    "verified": "verified",
    "secondary": "from a secondary source",
    "derived": "derived from stated facts",
    "recalled": "recalled, not checked",
    "assumed": "assumed",
}


def section(source: Source) -> Section:
    """The section with everything the protocol says."""
    plan = source.plan
    blocks: tuple[Block | None, ...] = (
        _facts(plan),
        _arms(plan),
        _visits(source),
        _eligibility(plan),
        _assessments(source),
        _markers(plan),
        _endpoints(source),
        _rules(plan),
        _sources(plan),
    )
    return Section("study", "Study and protocol", tuple(block for block in blocks if block))


def _facts(plan: Record) -> Facts:
    study = plan.get("study") or {}
    period = " to ".join(str(study[key]) for key in ("start", "end") if study.get(key))
    design = ", ".join(str(study[key]) for key in ("blinding", "design") if study.get(key))
    months = study.get("months")
    items = [
        ("Title", study.get("title")),
        ("Registration", study.get("registration")),
        ("Design", design),
        ("Treatment period", f"{decimal(months)} months" if months else None),
        ("Conducted", period),
    ]
    return Facts(tuple((term, (str(said),)) for term, said in items if said))


def _grounds(item: Record) -> str:
    """Where a fact stands, how far it was verified, and which of its parts no source states."""
    given = item.get("source") or ()
    sources = [given] if isinstance(given, str) else [str(key) for key in given]
    status = STATUSES.get(str(item.get("status")), str(item.get("status") or ""))
    assumed = ", ".join(str(key).replace("_", " ") for key in item.get("assumed") or ())
    parts = (*sources, status, f"{assumed} assumed" if assumed else "")
    return ", ".join(part for part in parts if part)


def _bracketed(item: Record) -> str:
    """The grounds after a sentence; nothing where none are stated."""
    grounds = _grounds(item)
    return f" ({grounds})" if grounds else ""


def _row(*texts: object, of: Record | None = None) -> tuple[Cell, ...]:
    """A row of the protocol; its last cell tells where the item stands, and what to know of it."""
    first, *rest = (str(text) if text not in (None, "") else "" for text in texts)
    cells = (cell(first, "row"), *(cell(text) for text in rest))
    if of is None:
        return cells
    note = [Aside(str(of["note"]))] if of.get("note") else []
    return (*cells, cell([_grounds(of), *note]))


def _table(
    name: str, caption: str, head: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]
) -> Table | None:
    body = tuple(rows)
    if not body:
        return None
    return Table(name, caption, tuple(cell(text, "col") for text in head), body, origin=False)


def _arms(plan: Record) -> Table | None:
    rows = (
        _row(arm.get("label") or arm["id"], arm.get("planned"),
             "; ".join(_treatment(given) for given in arm.get("treatments") or []), of=arm)
        for arm in plan.get("arms") or []
    )  # fmt: skip
    return _table("arms", "Arms and treatment", ("Arm", "Planned", "Treatment", "Source"), rows)


def dosed(given: Record) -> str:
    """A dose with its unit: "100 mg"."""
    dose = given.get("dose")
    return f"{decimal(dose)} {given.get('unit') or ''}".strip() if dose is not None else ""


def _treatment(given: Record) -> str:
    every = given.get("every_days")
    often = "daily" if every == 1 else f"every {decimal(every)} days" if every else ""
    dose = dosed(given)
    days = f"day {given.get('from_day')} to {given.get('to_day')}" if given.get("to_day") else ""
    parts = (f"{given.get('name')} {dose}", str(given.get("route") or ""), often, days)
    return ", ".join(part for part in parts if part)


def _visits(source: Source) -> Table | None:
    measured = source.plan.get("assessments") or []
    rows = (
        _row(
            visit["label"],
            "unscheduled" if visit.get("unscheduled") else visit.get("day"),
            _window(visit.get("window")),
            ", ".join(item["id"] for item in measured if visit["id"] in (item.get("visits") or [])),
            of=visit,
        )
        for visit in source.visits
    )
    head = ("Visit", "Target day", "Window, days", "Assessments", "Source")
    return _table("visits", "Visits with their windows", head, rows)


def _window(ends: list[int] | None) -> str:
    if not ends:
        return ""
    low, high = ends
    if low == -high:
        return f"±{decimal(high)}"
    return f"{decimal(low)} to {'+' if high > 0 else ''}{decimal(high)}"


def _eligibility(plan: Record) -> Table | None:
    rules = plan.get("eligibility") or {}
    rows = (
        _row(rule["id"], kind.capitalize(), rule.get("text"), rule.get("rule"), of=rule)
        for kind in ("inclusion", "exclusion")
        for rule in rules.get(kind) or []
    )
    head = ("Rule", "Kind", "In words", "As checked", "Source")
    return _table("eligibility", "Who could take part", head, rows)


def _assessments(source: Source) -> Table | None:
    """Each measure with its name, its unit, and its part in the core set."""
    plan = source.plan
    names = {row["PARAMCD"]: str(row["PARAM"]) for row in source.records("ADCS")}
    core = (plan.get("core_set") or {}).items()
    parts = {
        key: part for part, keys in core for key in ([keys] if isinstance(keys, str) else keys)
    }
    rows = (
        _row(item["id"], _named(item, names.get(item["id"], "")),
             item.get("variant"), units(str(item.get("unit") or "")), parts.get(item["id"]),
             of=item)
        for item in plan.get("assessments") or []
    )  # fmt: skip
    head = ("Assessment", "Name", "Variant", "Unit", "In the core set as", "Source")
    return _table("assessments", "Assessments", head, rows)


def _named(item: Record, name: str) -> str:
    """What an assessment is called; its unit, which stands beside it, left out."""
    given = name.removesuffix(f" ({item.get('unit')})")
    return str(item.get("label") or given or _words(item.get("instrument")))


def _words(name: object) -> str:
    """An identifier in words.

    >>> _words("imacs_2004"), _words("at_visit")
    ('IMACS 2004', 'at visit')
    """
    parts = str(name or "").split("_")
    return " ".join(part.upper() if part.upper() in MEANINGS else part for part in parts)


def _markers(plan: Record) -> Table | None:
    """What is read from each biopsy."""
    biopsy = plan.get("biopsy") or {}
    rows = (
        _row(item.get("label") or item["id"],
             "present or absent" if item.get("presence") else units(str(item.get("unit") or "")),
             of=item)
        for item in biopsy.get("markers") or []
    )  # fmt: skip
    labels = {visit["id"]: visit["label"] for visit in plan.get("visits") or []}
    due = ", ".join(labels.get(key, key) for key in biopsy.get("visits") or [])
    caption = f"Markers read from biopsies, due at {due}" if due else "Markers read from biopsies"
    return _table("markers", caption, ("Marker", "Measured as", "Source"), rows)


def _endpoints(source: Source) -> Table | None:
    labels = {visit["id"]: visit["label"] for visit in source.visits}
    rows = (
        _row(end.get("label") or end["id"], end.get("role"), _definition(end),
             _estimand(end, labels), of=end)
        for end in source.plan.get("endpoints") or []
    )  # fmt: skip
    head = ("Endpoint", "Role", "Definition", "Estimand", "Source")
    return _table("endpoints", "Endpoints and estimands", head, rows)


def _definition(end: Record) -> str:
    """A definition of response in words, with its population and threshold where it has them."""
    name = _words(end.get("definition"))
    if not end.get("population"):
        return name
    asked = f"{end['threshold']} response" if end.get("threshold") else "score"
    return f"{name}, {end['population']}, {asked}"


def _estimand(end: Record, labels: Record) -> str:
    kind = _words(end.get("estimand"))
    if end.get("visit"):
        return f"{kind} ({labels.get(end['visit'], end['visit'])})"
    return f"{kind} ({end['consecutive']} visits)" if end.get("consecutive") else kind


def _rules(plan: Record) -> Prose | None:
    sentences = [_stable(plan), _worsening(plan)]
    text = " ".join(sentence for sentence in sentences if sentence)
    return Prose((text,)) if text else None


def _stable(plan: Record) -> str:
    stable = (plan.get("concomitant") or {}).get("stable") or {}
    classes = ", ".join(stable.get("classes") or [])
    if not classes:
        return ""
    tolerance = stable.get("tolerance_percent") or 0
    change = (
        "without any change of dose"
        if not tolerance
        else f"within {decimal(tolerance)} % of the dose"
    )
    return (
        f"Concomitant {classes} had to stay stable {change} from day "
        f"{decimal(stable['from_day']) if stable.get('from_day') is not None else MISSING} to day "
        f"{stable.get('to_day', MISSING)}{_bracketed(stable)}."
    )


def _worsening(plan: Record) -> str:
    rule = plan.get("worsening") or {}
    if not rule.get("percent"):
        return ""
    return (
        f"A patient counts as worse when at least {rule.get('measures')} core set measures are "
        f"worse by {decimal(rule['percent'])}\u202f% of baseline or more{_other_legs(rule)}"
        f"{_bracketed(rule)}."
    )


def _other_legs(rule: Record) -> str:
    """What else counts as worse in the rule of IMACS 2005."""
    if rule.get("definition") != "imacs_2005":
        return ""
    rise = f"{decimal(rule['rise'])}\u202fcm"
    return (
        f", or extramuscular activity is worse by {rise}, or the physician's global is and "
        f"strength is worse by {decimal(rule['strength'])}\u202f%"
    )


def _sources(plan: Record) -> Table | None:
    rows = (_row(key, _cited(said)) for key, said in (plan.get("sources") or {}).items())
    return _table("sources", "Sources of the protocol's facts", ("Id", "Source"), rows)


def _cited(said: object) -> str:
    return str(said.get("citation") or said) if isinstance(said, dict) else str(said)
