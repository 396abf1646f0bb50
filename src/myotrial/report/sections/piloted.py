"""What the pilot says, beside what the field's placebo arms had."""

from collections.abc import Iterator

from myotrial.report.content import Block, Figure, Note, Section, Table, cell
from myotrial.report.sections.chapter import chapter
from myotrial.report.source import Record, Source
from myotrial.report.tables import Tables
from myotrial.report.typography import interval
from myotrial.terms import CAPTURED

__all__ = ["section"]


def section(source: Source, drawn: frozenset[str]) -> Section:
    """The section on the pilot."""
    return chapter("pilot", "What the pilot says", _blocks(source, drawn))


def _blocks(source: Source, drawn: frozenset[str]) -> Iterator[Block | None]:
    yield Note(
        "caution",
        (
            "Improved at any visit is not improved at the visit that a trial asks for: the best of "
            "several visits counts, so chance alone meets it more often. The pilot had no "
            "comparison group, so its rates hold the natural course as well.",
        ),
    )
    if not source.design["same_definition"]:
        by = source.design["pilot_by"]
        yield Note(
            "caution",
            (
                f"The pilot was not analysed by the definition that the next trial asks for; its "
                f"responders are counted by {by}, and say nothing of the rates planned for.",
            ),
        )
    yield _counts(source)
    yield _against(source)
    if "beliefs" in drawn:
        yield Figure(
            "beliefs",
            "What is believed of response rates",
            _in_words(source),
            "BELIEFS",
        )


def _rates(source: Source) -> list[Record]:
    """The pilot's rates among all patients, by estimand."""
    return [
        record
        for record in source.of("pilot")
        if record["id"].endswith(".rate") and not record["groups"]
    ]


def _counts(source: Source) -> Table | None:
    groups = dict.fromkeys(
        record["groups"]["DIAG"] for record in source.of("pilot") if record["groups"]
    )
    columns = [("All", ".rate"), *((name, f".{name}.rate") for name in groups)]
    rows = [
        (
            record["label"].removeprefix("Responders ").capitalize(),
            record["id"].removesuffix(".rate"),
        )
        for record in _rates(source)
    ]
    note = "Non-responder imputation; intervals are central 95 % intervals of the posterior."
    if source.origin != CAPTURED:
        note += " Counts by visit are one draw among all that fit what was published."
    return Tables(source).matrix(
        "pilot-counts", "Responders of the pilot by estimand", rows, columns, note=note
    )


def _against(source: Source) -> Table | None:
    tables = Tables(source)
    rates = _rates(source)
    estimands = (item["label"].removeprefix("Responders ").capitalize() for item in rates)
    head = ["Placebo arm", "Responders", *estimands]
    rows = []
    for item in source.design["against"]:
        stems = [record["id"].removesuffix(".rate") for record in rates]
        found = [source.by_id.get(f"{stem}.above.{item['key']}") for stem in stems]
        responders, n = item["control"]
        name = item["short"] if item["same"] else f"{item['short']} (another definition)"
        rows.append(
            (
                cell(name, "row"),
                cell(f"{responders}/{n}", numeric=True),
                *(tables.found(record) for record in found),
            )
        )
    return tables.make(
        "pilot-placebo",
        "Probability that the pilot's rate is above the placebo rate of a published trial",
        head,
        rows,
        note="Both rates are uncertain: each has the posterior of its own counts.",
    )


def _in_words(source: Source) -> str:
    told = [
        f"{record['label'].removeprefix('Responders ')}: {record['value']:.0f} % "
        f"({interval(record)})"
        for record in _rates(source)
    ]
    return "Distributions of the pilot's response rate. " + "; ".join(told) + "."
