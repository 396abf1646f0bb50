"""The first screen: what was done, did it work, how sure are we."""

from collections.abc import Iterable

from myotrial.report.content import Answer, Link, Opening, Run
from myotrial.report.sections.conflicts import grouped
from myotrial.report.sections.published import VERDICTS, tally
from myotrial.report.source import Record, Source
from myotrial.report.tables import number, words
from myotrial.report.typography import decimal

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
        yield (number(treated), f" patients received {treatments or 'treatment'}.")
    elif treatments:
        yield (f"Patients received {treatments}.",)
    study = plan.get("study") or {}
    design = ", ".join(str(study[key]).replace("-", " ") for key in ("blinding", "design")
                       if study.get(key))  # fmt: skip
    visits = [str(visit["month"]) for visit in source.visits if visit.get("month") is not None]
    if design:
        months = f", {study['months']} months" if study.get("months") else ""
        yield (f"{design.capitalize()}{months}.",)
    if visits:
        yield (f"Visits at months {', '.join(visits)}.",)


def _treatment(given: Record) -> str:
    dose = " ".join(str(given[key]) for key in ("dose", "unit") if given.get(key) is not None)
    often = {1: " daily", 7: " weekly"}.get(given.get("every_days") or 0, "")
    return f"{given.get('name')} {dose}{often}".strip()


def _worked(source: Source) -> Iterable[Point]:
    shares = source.responder_shares
    if not shares:
        yield ("No response was analysed.",)
    for record in shares[:1]:
        endpoint = _endpoint(source, record["id"])
        yield (*words(record), f" met: {endpoint}.")
    by_group = [record for record in shares if record.get("groups")]
    if by_group:
        runs: list[Run] = ["By diagnosis: "]
        for index, record in enumerate(by_group):
            counted = f"{record.get('numerator')}/{record.get('n')}"
            runs += [", " if index else "", f"{record['groups'].get('DIAG')} ",
                     number(record, counted)]  # fmt: skip
        yield (*runs, ".")


def _endpoint(source: Source, key: str) -> str:
    for endpoint in source.plan.get("endpoints") or []:
        if f".{endpoint['id']}." in key:
            return str(endpoint.get("label") or endpoint["id"])
    return "the definition of improvement"


def _sure(source: Source) -> Iterable[Point]:
    study = source.plan.get("study") or {}
    if study.get("design") == "single-arm":
        yield ("Without a comparison group, improvement cannot be told from the natural course.",)
    counts = tally(source)
    if counts:
        runs = [f"{decimal(count)} {VERDICTS.get(verdict, ('', verdict))[1].lower()}"
                for verdict, count in counts.items()]  # fmt: skip
        yield (Link(f"{len(source.published)} published statements", "published"),
               f": {', '.join(runs)}.")  # fmt: skip
    groups = len(grouped(source))
    if groups:
        yield (Link(f"{groups} groups of statements and readings cannot all hold" if groups > 1
                    else "One group of statements and readings cannot all hold", "conflicts"),
               ".")  # fmt: skip
