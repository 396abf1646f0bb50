"""How it was done: multiplicity, references, statements as checked, inputs."""

from myotrial.report.content import Block, Cell, Facts, Number, Prose, Section, Table, cell
from myotrial.report.source import Record, Source
from myotrial.report.tables import counted
from myotrial.report.typography import decimal
from myotrial.terms import CAPTURED

__all__ = ["section", "sources"]


def section(source: Source) -> Section:
    """The section on methods."""
    blocks = (_multiplicity(source), _references(source), _forms(source), *_inputs(source))
    return Section("methods", "Methods and references", tuple(block for block in blocks if block))


def sources(source: Source) -> Section:
    """The same of a design, which tests nothing."""
    blocks = (_references(source), *_inputs(source))
    return Section("methods", "References and inputs", tuple(block for block in blocks if block))


def _multiplicity(source: Source) -> Prose:
    tests = [
        record
        for record in source.results
        if record.get("statistic") == "p_value" and record.get("analysis") != "sensitivity"
    ]
    adjusted = [record for record in tests if record["id"].endswith("_holm")]
    together = [record for record in tests if record["id"].endswith("_adjusted")]
    if not tests:
        return Prose(("No test was made, so nothing was corrected for multiplicity.",))
    text = f"{counted(len(tests), 'p-value')} were computed. "
    if adjusted:
        text += (
            f"{decimal(len(adjusted))} of them are adjusted by Holm's method for the markers "
            "tested side by side, and stand beside the unadjusted ones; the others are not "
            "adjusted. "
        )
    if together:
        text += (
            f"{decimal(len(together))} are adjusted over all endpoints, the primary one first, and "
            "stand beside the unadjusted ones. "
        )
        return Prose((f"{text}Of the others none confirms a hypothesis.",))
    if not adjusted:
        text += "None is adjusted for multiplicity. "
    return Prose((f"{text}All are descriptive: none confirms a hypothesis.",))


def _references(source: Source) -> Table | None:
    """Each reference with what it was used for; the exact method stands on each card."""
    used: dict[str, list[Record]] = {}
    for record in source.results:
        if record.get("reference"):
            used.setdefault(str(record["reference"]), []).append(record)
    if not used:
        return None
    titles = ("Reference", "Used for", "First result")
    rows = tuple(_row(reference, used[reference]) for reference in sorted(used))
    head = tuple(cell(text, "col") for text in titles)
    caption = "References of methods; the exact method stands on each result card"
    return Table("references", caption, head, rows, origin=False)


def _row(reference: str, records: list[Record]) -> tuple[Cell, ...]:
    method = str(records[0].get("method") or "")
    analyses = dict.fromkeys(str(record["analysis"]).replace("_", " ") for record in records)
    example = Number(method[:1].upper() + method[1:], records[0]["id"])
    return (cell(reference, "row"), cell(", ".join(analyses)), cell(example))


def _forms(source: Source) -> Table | None:
    """Each statement in the form in which it was checked."""
    rows = tuple(
        (cell(str(claim["claim"]), "row"), cell(str(claim["form"])))
        for claim in source.published
        if claim.get("form")
    )
    if not rows:
        return None
    head = (cell("Statement", "col"), cell("Form", "col"))
    return Table("forms", "Published statements in the form that was checked", head, rows,
                 origin=False)  # fmt: skip


def _inputs(source: Source) -> list[Block]:
    items = tuple(
        (str(item["file"]), (f"sha256 {item['sha256']}",))
        for item in source.data.get("inputs") or []
    )
    if not items:
        return []
    told = " The tables were captured; no row of them was drawn."
    text = f"The results rest on the files below.{told if source.origin == CAPTURED else ''}"
    return [Prose((text,)), Facts(items)]
