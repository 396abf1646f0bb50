"""How it was done: multiplicity, missing data, methods with references, inputs."""

from myotrial.report.content import Block, Cell, Facts, Number, Prose, Section, Table, cell
from myotrial.report.source import Record, Source

__all__ = ["section"]

MULTIPLICITY = (
    "No p-value here is adjusted for multiplicity. {tests} p-values were computed; each is "
    "descriptive and belongs to the analysis named on its card. None confirms a hypothesis."
)


def section(source: Source) -> Section:
    """The section on methods."""
    blocks: list[Block] = [_multiplicity(source)]
    blocks += [block for block in (_methods(source), _inputs(source)) if block]
    return Section("methods", "Methods and references", tuple(blocks))


def _multiplicity(source: Source) -> Prose:
    tests = sum(record.get("statistic") == "p_value" for record in source.results)
    return Prose((MULTIPLICITY.format(tests=tests or "No"),)) if tests else Prose((
        "No test was made, so no correction for multiplicity was needed.",
    ))  # fmt: skip


def _methods(source: Source) -> Table | None:
    used: dict[tuple[str, str], list[Record]] = {}
    for record in source.results:
        if record.get("method"):
            key = (str(record["method"]), str(record.get("reference") or ""))
            used.setdefault(key, []).append(record)
    if not used:
        return None
    head = tuple(cell(text, "col") for text in ("Method", "Reference", "Results made with it"))
    rows = tuple(_row(method, reference, records) for (method, reference), records in used.items())
    return Table("methods-table", "Methods, as each result names them", head, rows, origin=False)


def _row(method: str, reference: str, records: list[Record]) -> tuple[Cell, ...]:
    count = Number(str(len(records)), records[0]["id"])
    return (cell(method, "row"), cell(reference), cell(count))


def _inputs(source: Source) -> Facts | None:
    items = tuple((str(item["file"]), (f"sha256 {item['sha256']}",))
                  for item in source.data.get("inputs") or [])  # fmt: skip
    return Facts(items) if items else None
