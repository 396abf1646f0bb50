"""The first screen of a design: what the pilot says, which trial next, how sure are we."""

from collections.abc import Iterable

from myotrial.report.content import Answer, Link, Number, Opening, Run
from myotrial.report.source import Source
from myotrial.report.tables import Tables
from myotrial.report.typography import PERCENT, decimal, interval

__all__ = ["opening"]

Point = tuple[Run, ...]


def opening(source: Source) -> Opening:
    """The first screen's content."""
    study = source.plan.get("study") or {}
    answers = (
        Answer("What does the pilot say?", tuple(_piloted(source))),
        Answer("Which trial next?", tuple(_advised(source))),
        Answer("How sure are we?", tuple(_doubted(source))),
    )
    line = f"{study.get('id')} · the trial that follows"
    return Opening(str(source.design["title"]), line, answers)


def _piloted(source: Source) -> Iterable[Point]:
    tables, told = Tables(source), source.design
    ever = source.by_id.get("pilot.ever.rate")
    if ever:
        yield (tables.number(ever), f" improved at any visit ({interval(ever)}).")
    asked = source.by_id.get(f"pilot.{told['estimand']}.rate")
    if asked and asked is not ever:
        place = asked["label"].removeprefix("Responders ")
        yield (tables.number(asked), f" were improved {place}, which the next trial asks for.")
    first = told["against"][0]
    above = source.by_id.get(f"pilot.ever.above.{first['key']}")
    if above:
        counts = "/".join(map(str, first["control"]))
        yield (
            f"On placebo {counts} improved ({first['short']}): the pilot's rate at any visit is "
            "above that with a probability of ",
            tables.number(above, f"{decimal(above['value'], 0)}{PERCENT}"),
            ".",
        )


def _advised(source: Source) -> Iterable[Point]:
    told = source.design
    name = told["recommended"]
    label = {item["id"]: item["label"] for item in told["candidates"]}.get(name)
    if not label:
        yield ("None of the candidates. ", *told["reasons"][:1])
        return
    endpoint = str(told["endpoint"])
    yield (Link(label, "recommended"), f". Endpoint: {endpoint}.")
    stem, aim = f"design.{name}", told["expected"]
    yield (
        _rounded(source, f"{stem}.n"),
        " patients to enrol; on average ",
        _rounded(source, f"{stem}.{aim}.entered"),
        " in ",
        _rounded(source, f"{stem}.{aim}.months", " months"),
        ".",
    )
    yield (
        "Power ",
        _rounded(source, f"{stem}.{aim}.power", PERCENT, 1),
        ", type I error " + ("at most " if told["kind"] == "response" else ""),
        _rounded(source, f"{stem}.size", PERCENT, 2),
        ".",
    )


def _rounded(source: Source, key: str, unit: str = "", places: int = 0) -> Number:
    record = source.by_id[key]
    return Tables(source).number(record, f"{decimal(record['value'], places)}{unit}")


def _doubted(source: Source) -> Iterable[Point]:
    told = source.design
    assured = f"design.{told['recommended']}.assurance"
    if assured in source.by_id and source.by_id[assured]["value"] is not None:
        over = "the differences that the field's trials found" if told["kind"] == "mean" else (
            "what is believed of both rates"
        )  # fmt: skip
        yield (
            f"Averaged over {over}, it succeeds with a probability of ",
            _rounded(source, assured, PERCENT),
            ".",
        )
    yield (
        Link(f"The {'means' if told['kind'] == 'mean' else 'rates'} planned for", "assumptions"),
        " are no finding of the pilot, which had no comparison group.",
    )
    lost = [item for item in told["variations"] if item["kind"] == "lost"]
    if lost:
        power = _rounded(source, f"sensitivity.{lost[-1]['id']}.power", PERCENT, 1)
        yield (f"{lost[-1]['label']}: power ", power, ".")
