"""The first screen: what was done, did it work, how sure are we."""

from collections.abc import Iterable

from myotrial.report.content import Answer, Link, Opening, Run
from myotrial.report.sections import comparison
from myotrial.report.sections.published import tallied
from myotrial.report.sections.ranges import verdicts
from myotrial.report.sections.study import dosed
from myotrial.report.source import Record, Source
from myotrial.report.tables import Tables
from myotrial.report.typography import decimal, value
from myotrial.terms import RECONSTRUCTED

__all__ = ["opening"]

Point = tuple[Run, ...]


def opening(source: Source) -> Opening:
    """The first screen's content."""
    study = source.plan.get("study") or {}
    title = str(study.get("title") or study.get("id") or "Trial report")
    line = " · ".join(str(study[key]) for key in ("id", "registration") if study.get(key))
    answers = (
        Answer("What was done?", tuple(_done(source))),
        Answer("Did it work?", tuple(_worked(source))),
        Answer("How sure are we?", tuple(_sure(source))),
    )
    return Opening(title, line, answers)


def _done(source: Source) -> Iterable[Point]:
    plan = source.plan
    treated = source.by_id.get("disposition.treated")
    given = [item for arm in plan.get("arms") or [] for item in arm.get("treatments") or []]
    treatments = " or ".join(_treatment(item) for item in given)
    if treated:
        yield (
            Tables(source).number(treated, value(treated)),
            f" patients received {treatments or 'treatment'}.",
        )
    elif treatments:
        yield (f"Patients received {treatments}.",)
    study = plan.get("study") or {}
    words = [str(study[key]).replace("-", " ") for key in ("blinding", "design") if study.get(key)]
    design = ", ".join(["randomised"] * bool(plan.get("randomisation")) + words)
    visits = [decimal(visit["month"]) for visit in source.visits if visit.get("month") is not None]
    if design:
        months = f", {decimal(study['months'])} months" if study.get("months") else ""
        yield (f"{design.capitalize()}{months}.",)
    if visits:
        yield (f"Visits at months {', '.join(visits)}.",)


def _treatment(given: Record) -> str:
    often = {1: " daily", 7: " weekly"}.get(given.get("every_days") or 0, "")
    return f"{given.get('name')} {dosed(given)}{often}".strip()


def _worked(source: Source) -> Iterable[Point]:
    tables = Tables(source)
    yield from comparison.told(source)
    shares = source.responder_shares
    if not shares:
        yield ("No response was analysed.",)
    whole = " in all arms together" if len(source.plan.get("arms") or []) > 1 else ""
    for record in shares[:1]:
        yield (f"{_endpoint(source, record['id'])}{whole}: ", *tables.words(record), ".")
    by_group = [record for record in shares if record.get("groups")]
    if by_group:
        runs: list[Run] = [f"By diagnosis{whole}: "]
        for index, record in enumerate(by_group):
            counted = f"{record.get('numerator')}/{record.get('n')}"
            runs += [", " if index else "", f"{record['groups'].get('DIAG')} ",
                     tables.number(record, counted)]  # fmt: skip
        yield (*runs, ".")
    yield from _primary(source, tables)
    left = source.by_id.get("withdrawals.total")
    if left:
        yield (tables.number(left), " left the study early.")


def _primary(source: Source, tables: Tables) -> Iterable[Point]:
    """The primary endpoint, unless it led already; a drawn value is not told as a finding."""
    for endpoint in source.plan.get("endpoints") or []:
        key = f"response.{endpoint['id']}"
        record = source.by_id.get(f"{key}.nri.share") or source.by_id.get(f"{key}.oc.mean")
        if endpoint.get("role") != "primary" or not record or record in source.responder_shares:
            continue
        label = f"Primary outcome, {_lowered(str(endpoint.get('label') or endpoint['id']))}: "
        if source.origin != RECONSTRUCTED or record["id"] in source.backed:
            mean = "mean " if record["statistic"] == "mean" else ""
            yield (label, mean, *tables.words(record), ".")
        else:
            yield (label, "not reported by the publication.")


def _lowered(text: str) -> str:
    """A text inside a sentence: its first letter small, unless it starts an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _endpoint(source: Source, key: str) -> str:
    for endpoint in source.plan.get("endpoints") or []:
        if f".{endpoint['id']}." in key:
            return str(endpoint.get("label") or endpoint["id"])
    return "The definition of improvement"


def _sure(source: Source) -> Iterable[Point]:
    study = source.plan.get("study") or {}
    if study.get("design") == "single-arm":
        yield ("Without a comparison group, improvement cannot be told from the natural course.",)
    yield from comparison.sure(source)
    if source.published:
        statements = Link(f"{len(source.published)} published statements", "published")
        yield (statements, f": {tallied(source)}.")
    ways = len(source.clashes)
    if ways:
        some = "them" if not source.evidence.get("consistent") else "them and what readers assume"
        times = {1: "one way", 2: "two ways", 3: "three ways"}.get(ways, f"{ways} ways")
        yield (Link(f"Some of {some} cannot all hold", "conflicts"), f": they clash in {times}.")
    yield from _hanging(source)


def _hanging(source: Source) -> Iterable[Point]:
    """For each association, how far its first test depends on the readings."""
    statistics = source.evidence.get("statistics") or []
    for key in dict.fromkeys(item["id"] for item in statistics if "tables" in item):
        found = [(item, "") for item in statistics if item["id"] == key]
        label = str(found[0][0].get("label") or key)
        told = list(verdicts(found))
        if told:
            yield (Link(label, "ranges"), f": {told[0]}")
