"""What cannot all hold: each clash in sentences, its statements and readings, and its proof."""

from collections.abc import Iterable, Mapping
from typing import Any

from myotrial.report.content import Block, Conflict, Facts, Points, Prose, Run, Section
from myotrial.report.source import Record, Source, reading_anchor
from myotrial.report.tables import counted

__all__ = ["section"]

OTHERS = 3  # other sentences on one clash, and repairs that doubt a statement, that are shown
IMPOSSIBLE = (
    "Add these up, each taken as often as written. Whatever values a patient has, the patient adds "
    "0 or less to the sum, yet the stated numbers make it {sum}. No patients can do that."
)


def section(source: Source) -> Section | None:
    """The section, or None where the study has no publication."""
    if not source.evidence:
        return None
    blocks: list[Block] = [Prose((_verdict(source),))]
    for number, group in enumerate(source.clashes, start=1):
        blocks.append(_conflict(number, group, source))
    blocks += [*_ways_out(source), *_readings(source)]
    return Section("conflicts", "What cannot all hold", tuple(blocks))


def _verdict(source: Source) -> str:
    if not source.evidence.get("consistent"):
        return (
            "The published statements cannot all hold, even without any reader's assumption. "
            "This does not say which of them is wrong."
        )
    text = (
        "The published statements alone can all hold: at least one table of patients agrees with "
        "every one of them."
    )
    if not source.clashes:
        return f"{text} So they can with everything a reader assumes."
    ways = counted(len(source.clashes), "way")
    return (
        f"{text} Together with what a reader assumes they clash, in {ways}. A clash says that "
        "these cannot all hold; it does not say which of them is wrong."
    )


def _conflict(number: int, group: Record, source: Source) -> Conflict:
    members = [
        conflict
        for conflict in source.evidence.get("conflicts") or []
        if conflict.get("group") == group["id"]
    ]
    shown = _representative(group, members)
    return Conflict(
        f"conflict-{number}",
        f"{number}. {_title(group, source)}",
        tuple(_told(group, members)),
        tuple(_statement(key, source) for key in shown.get("claims") or []),
        tuple((key, source.reading(key)) for key in shown.get("readings") or []),
        tuple(_proof(shown.get("certificate") or {})),
    )


def _representative(group: Record, members: list[Record]) -> Record:
    """The conflict that says what its group says; else the first, which rests on the least."""
    same = (item for item in members if item.get("explanation") == group.get("explanation"))
    return next(same, members[0] if members else {})


def _title(group: Record, source: Source) -> str:
    shared = [key for key in group.get("shares") or [] if key in source.claims]
    readings = group.get("readings") or []
    if readings:
        return f"If {source.quoted(readings)}"
    return source.quoted(shared[:1]) or "A clash"


def _told(group: Record, members: list[Record]) -> Iterable[str]:
    explanation = str(group.get("explanation") or "")
    if explanation:
        yield explanation
    same = [item for item in members if item.get("readings") == group.get("readings")]
    others = dict.fromkeys(str(item.get("explanation") or "") for item in same)
    more = [text for text in others if text and text != explanation][:OTHERS]
    if more:
        yield f"From other statements: {' '.join(more)}"


def _statement(key: str, source: Source) -> tuple[str, str, str]:
    return (key, source.says(key), str(source.claims.get(key, {}).get("where") or ""))


def _proof(certificate: Mapping[str, Any]) -> Iterable[str]:
    """A certificate line by line; where it splits, one case after the other."""
    if certificate.get("kind") == "split":
        cases = (
            (f"at most {certificate['at_most']}", certificate["below"]),
            ("more", certificate["above"]),
        )
        for words, case in cases:
            yield f"Suppose {_clear(str(certificate['on']))} is {words}."
            yield from _proof(case)
        return
    for row in certificate.get("rows") or []:
        factor = str(row["multiplier"]).replace("-", "\u2212")
        yield f"{factor} × [{_clear(str(row['row']))}]  from {row['owner']}"
    if certificate.get("sum"):
        yield IMPOSSIBLE.format(sum=str(certificate["sum"]).rpartition(" ")[2])


def _clear(words: str) -> str:
    for plain, sign in ((">=", "≥"), ("<=", "≤"), ("!=", "≠")):
        words = words.replace(plain, sign)
    return words


def _ways_out(source: Source) -> list[Block]:
    repairs = [_repair(item) for item in source.evidence.get("repairs") or []]
    kind = [item for item in repairs if not item["doubt"]]
    harsh = [item for item in repairs if item["doubt"]]
    blocks: list[Block] = []
    if kind:
        lead = "Ways out that doubt no published statement; each lets all the rest hold:"
        blocks += [Prose((lead,)), Points(tuple(_way(item, source) for item in kind))]
    if harsh:
        lead = (
            f"{counted(len(harsh), 'further way')} out {'doubts' if len(harsh) == 1 else 'doubt'} "
            f"at least one statement{', such as' if len(harsh) > OTHERS else ''}:"
        )
        points = tuple(_way(item, source) for item in harsh[:OTHERS])
        blocks += [Prose((lead,)), Points(points)]
    return blocks


def _repair(item: Record) -> dict[str, list[str]]:
    return {key: list(item.get(key) or []) for key in ("withdraw", "loosely", "doubt")}


def _way(item: dict[str, list[str]], source: Source) -> tuple[Run, ...]:
    verbs = (("withdraw", "give up"), ("loosely", "read loosely"), ("doubt", "doubt"))
    parts = [f"{verb} {source.quoted(item[key])}" for key, verb in verbs if item[key]]
    return ("; ".join(parts) + ".",)


def _readings(source: Source) -> list[Block]:
    if not source.readings:
        return []
    lead = "What a reader assumes, and why it may be doubted; none of it stands in the publication:"
    items = tuple((reading["says"], (reading["why"],)) for reading in source.readings.values())
    return [Prose((lead,)), Facts(items, tuple(reading_anchor(key) for key in source.readings))]
