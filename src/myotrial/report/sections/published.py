"""Published against reproduced: a row and a mark for each statement of the publication."""

from myotrial.report.content import Cell, Link, Mark, Number, Prose, Run, Section, Table, cell
from myotrial.report.source import Record, Source, reading_anchor

__all__ = ["VERDICTS", "section", "tally"]

VERDICTS = {
    "reproduced": ("reproduced", "Reproduced"),
    "hangs on a reading": ("hangs", "Hangs on a reading"),
    "cannot hold": ("impossible", "Cannot hold"),
    "not reproduced": ("differs", "Not reproduced"),
    "not checkable": ("unchecked", "Not checkable"),
}


def tally(source: Source) -> dict[str, int]:
    """How many statements got each verdict, in the order of `VERDICTS`, others last."""
    given = [str(claim.get("verdict")) for claim in source.published]
    order = [*VERDICTS, *sorted(set(given) - set(VERDICTS))]
    return {verdict: given.count(verdict) for verdict in order if verdict in given}


def section(source: Source) -> Section | None:
    """The section, or None where the study has no publication to compare with."""
    if not source.published:
        return None
    head = ("Statement", "Published", "Reproduced", "Verdict", "Where it stands")
    table = Table(
        "claims",
        "What the publication states, and what the same number is here",
        tuple(cell(text, "col") for text in head),
        tuple(_row(claim, source) for claim in source.published),
    )
    return Section("published", "Published against reproduced", (_summary(source), table))


def _summary(source: Source) -> Prose:
    counts = [f"{count} {_word(verdict)}" for verdict, count in tally(source).items()]
    total = len(source.published)
    return Prose((f"{total} statements were read as claims: {', '.join(counts)}.",))


def _word(verdict: str) -> str:
    if verdict == "hangs on a reading":
        return "hang on a reading of the text"
    return verdict if verdict.startswith(("not ", "cannot")) else verdict.lower()


def _row(claim: Record, source: Source) -> tuple[Cell, ...]:
    kind, word = VERDICTS.get(str(claim.get("verdict")), ("unchecked", str(claim.get("verdict"))))
    said: list[Run] = [str(claim.get("says") or claim["claim"])]
    return (
        cell(said, "row"),
        cell(str(claim.get("reported") or ""), numeric=True),
        cell(_reproduced(claim, source), numeric=True),
        cell([Mark(kind, word), *_because(claim, source)]),
        cell(str(claim.get("where") or "")),
    )


def _reproduced(claim: Record, source: Source) -> list[Run]:
    shown = claim.get("reproduced")
    ids = [key for key in claim.get("result_ids") or [] if key in source.by_id]
    text = "" if shown is None else str(shown)
    if not ids:
        return [text]
    runs: list[Run] = [Number(text or "see result", ids[0])]
    for count, key in enumerate(ids[1:], start=2):
        runs += [" ", Number(f"[{count}]", key)]
    return runs


def _because(claim: Record, source: Source) -> list[Run]:
    runs: list[Run] = []
    if claim.get("note"):
        runs.append(f" {claim['note']}")
    for reading in claim.get("readings") or []:
        runs.append(" ")
        says = source.readings.get(reading)
        runs.append(Link(says or reading, reading_anchor(reading)) if says else reading)
    return runs
