"""The candidate designs side by side, and the recommended one."""

from collections.abc import Iterator
from dataclasses import replace

from myotrial.report.content import (
    Block,
    Cell,
    Facts,
    Figure,
    Points,
    Prose,
    Section,
    Table,
    cell,
)
from myotrial.report.sections.chapter import chapter
from myotrial.report.source import Record, Source
from myotrial.report.tables import Tables
from myotrial.report.typography import PERCENT, decimal

__all__ = ["candidates", "recommended", "worked_out"]


def candidates(source: Source, drawn: frozenset[str]) -> Section:
    """The section that compares the candidates."""
    return chapter("designs", "Designs side by side", _candidates(source, drawn))


def recommended(source: Source, drawn: frozenset[str]) -> Section:
    """The section on the recommended design, and why it is not another one."""
    return chapter("recommended", "The recommended design", _recommended(source, drawn))


def _candidates(source: Source, drawn: frozenset[str]) -> Iterator[Block | None]:
    yield worked_out(_overview(source))
    yield worked_out(_power(source))
    if "power" in drawn:
        yield Figure("power", "Power of each design by the true value of the treated",
                     _power_in_words(source), "POWER")  # fmt: skip
    yield _tiers(source)
    told = [(item["label"], _about(item)) for item in source.design["candidates"]]
    yield Facts(tuple(item for item in told if item[1]))
    missing = source.design["unavailable"]
    if missing:
        yield Points(tuple((f"{name} cannot be had: {why}",) for name, why in missing))


def worked_out(table: Table | None) -> Table | None:
    """A table that shows no patients' data, so that it tells no origin of rows."""
    return replace(table, origin=False) if table else None


def _about(item: Record) -> tuple[str, ...]:
    """What a reader must know of a candidate besides its numbers; empty where nothing."""
    doubts = [f"{text[:1].upper()}{text[1:]}." for text in item["doubts"]]
    return (" ".join([*item["notes"], *doubts]),) if item["notes"] or doubts else ()


COUNTED = (
    "the greatest over all common response rates, counted, not approximated, or simulated where "
    "the tier is 1"
)
SIMULATED = "simulated with both arms as the control"
ERROR = {"response": COUNTED, "mean": SIMULATED, "time": SIMULATED}


def _tiers(source: Source) -> Prose:
    """Which of the four tiers gave the numbers, and why it is valid."""
    found: dict[str, list[str]] = {}
    for item in source.design["candidates"]:
        whys = found.setdefault(f"Tier {item['tier']}, {item['tier_name']}", [])
        whys += [item["why"]] if item["why"] not in whys else []
    text = " ".join(f"{tier}: {'; '.join(whys)}." for tier, whys in found.items())
    return Prose((f"Each design is worked out by the cheapest tier that is valid for it. {text}",))


def _overview(source: Source) -> Table | None:
    told, tables = source.design, Tables(source)
    aim = told["expected"]
    columns = (
        ("n", 0, ""),
        ("size", 2, PERCENT),
        (f"{aim}.entered", 0, ""),
        (f"{aim}.months", 0, ""),
        (f"{aim}.early", 0, PERCENT),
        ("assurance", 0, PERCENT),
    )
    head = ["Design", "Enrol", "Type I error", "Mean enrolled", "Mean months", "Stops early",
            "Assurance", "Tier"]  # fmt: skip
    rows = []
    for item in told["candidates"]:
        mark = " (recommended)" if item["id"] == told["recommended"] else ""
        cells = [_short(source, f"design.{item['id']}.{key}", places, unit)
                 for key, places, unit in columns]  # fmt: skip
        rows.append((cell(f"{item['label']}{mark}", "row"), *cells,
                     cell(str(item["tier"]), numeric=True)))  # fmt: skip
    return tables.make(
        "designs", "The candidate designs in the expected scenario", head, rows,
        note=f"Type I error: {ERROR[told['kind']]}. Mean enrolled counts whoever had entered when "
        "an early stop was decided.",
    )  # fmt: skip


def _short(source: Source, key: str, places: int, unit: str) -> Cell:
    record = source.by_id[key]
    text = "–" if record["value"] is None else f"{decimal(record['value'], places)}{unit}"
    return cell([Tables(source).number(record, text)], numeric=True)


def _power(source: Source) -> Table | None:
    scenarios = source.design["scenarios"]
    columns = [(_values(item), f".{item['id']}.power") for item in scenarios]
    rows = [(item["label"], f"design.{item['id']}") for item in source.design["candidates"]]
    told = ". ".join(f"{_values(item)}: {_lower(item['label'])}" for item in scenarios)
    return Tables(source).matrix(
        "power", "Power at each pair of true values, treated against control", rows, columns,
        corner="Design", note=f"{told}.",
    )  # fmt: skip


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _values(scenario: Record) -> str:
    """Both arms' true values."""
    return str(scenario["values"]).replace(" %", PERCENT)


def _power_in_words(source: Source) -> str:
    told = source.design
    name = told["recommended"] or told["candidates"][0]["id"]
    found = [_point(source, name, item) for item in told["scenarios"]]
    return "Power of the recommended design. " + "; ".join(found) + "."


def _point(source: Source, name: str, scenario: Record) -> str:
    power = source.by_id[f"design.{name}.{scenario['id']}.power"]["value"]
    return f"{scenario['treated']} treated: {power:.1f} %"


def _recommended(source: Source, drawn: frozenset[str]) -> Iterator[Block | None]:
    told = source.design
    yield Points(tuple((reason,) for reason in told["reasons"]))
    yield _bounds(source)
    if "bounds" in drawn:
        yield Figure("bounds", "Stopping boundaries of the designs with looks",
                     "The bounds are those of the table above, for every design with looks.",
                     "BOUNDS")  # fmt: skip
    labels = {item["id"]: item["label"] for item in told["candidates"]}
    rows = tuple((cell(labels.get(name, name), "row"), cell(why)) for name, why in told["others"])
    if rows:
        head = (cell("Design", "col"), cell("Why not", "col"))
        yield Table("others", "Why it is not another one", head, rows, origin=False)


BOUNDS = {
    True: "z of the difference of the rates, pooled variance, positive for treatment. The last "
    "bound is raised until the type I error, counted exactly, keeps to alpha.",
    False: "z of the test, positive for treatment; bounds by normal theory.",
}


def _bounds(source: Source) -> Table | None:
    name = source.design["recommended"]
    rows = [row for row in source.records("BOUNDS") if row["DESIGN"] == name]
    if not rows:
        return None
    titles = ("Look", "Patients", "Stop for efficacy from z", "Stop for futility up to z")
    head = tuple(cell(text, "col", numeric=True) for text in titles)
    body = tuple(
        tuple(
            cell("–" if row[key] is None else decimal(row[key], places), numeric=True)
            for key, places in (("LOOK", 0), ("N", 0), ("EFFICACY", 3), ("FUTILITY", 3))
        )
        for row in rows
    )
    return Table("bounds", "When the recommended design stops", head, body,
                 BOUNDS[source.design["kind"] == "response"],
                 origin=False)  # fmt: skip
