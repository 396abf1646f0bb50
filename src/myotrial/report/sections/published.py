"""Published against reproduced: a row and a mark for each statement of the publication."""

from myotrial.report.content import (
    Aside,
    Cell,
    Link,
    Mark,
    Number,
    Prose,
    Run,
    Section,
    Table,
    cell,
)
from myotrial.report.source import Record, Source

__all__ = ["VERDICTS", "section", "tallied", "tally"]

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
    head = ("Statement", "Verdict", "Published", "Here")
    table = Table(
        "claims",
        "What the publication states, and what the same number is here",
        tuple(cell(text, "col") for text in head),
        tuple(_row(claim, source) for claim in source.published),
    )
    return Section("published", "Published against reproduced", (_summary(source), table))


def _summary(source: Source) -> Prose:
    total = len(source.published)
    return Prose((f"{total} statements were read as claims: {tallied(source)}.",))


def tallied(source: Source) -> str:
    """The tally in words: "22 reproduced, 2 hang on a reading"."""
    return ", ".join(f"{count} {_word(verdict, count)}" for verdict, count in tally(source).items())


def _word(verdict: str, count: int) -> str:
    return verdict if count == 1 else verdict.replace("hangs", "hang")


def _row(claim: Record, source: Source) -> tuple[Cell, ...]:
    kind, word = VERDICTS.get(str(claim.get("verdict")), ("unchecked", str(claim.get("verdict"))))
    said = str(claim.get("says") or claim["claim"])
    where = [Aside(str(claim["where"]))] if claim.get("where") else []
    note = [Aside(str(claim["note"]))] if claim.get("note") else []
    return (
        cell([said[:1].upper() + said[1:], *where], "row"),
        cell([Mark(kind, word), *note, *_clashes(claim, source)]),
        cell(str(claim.get("reported") or "")),
        cell(_reproduced(claim, source)),
    )


def _reproduced(claim: Record, source: Source) -> list[Run]:
    """The number found here; each of its parts leads to the result that it shows."""
    text = str(claim.get("reproduced") or "")
    ids = [key for key in claim.get("result_ids") or [] if key in source.by_id]
    parts = text.split(", ")
    if not text or not ids:
        return [text]
    if len(parts) != len(ids):
        return [Number(text, ids[0])]
    runs: list[Run] = []
    for part, key in zip(parts, ids, strict=True):
        runs += [", " if runs else "", Number(part, key)]
    return runs


def _clashes(claim: Record, source: Source) -> list[Run]:
    """Ways to the clashes that a claim takes part in."""
    runs: list[Run] = []
    for number, group in enumerate(source.clashes, start=1):
        if claim["claim"] in (group.get("shares") or []):
            runs += [" " if runs else "", Link(f"Clash {number}", f"conflict-{number}")]
    return runs
