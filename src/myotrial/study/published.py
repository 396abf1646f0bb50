"""Published against reproduced: each published claim beside what the analysis gives.

A claim names the results that reproduce it (`reproduced_by`): one for each number it prints, in
the order printed; or, for one number, several that together count its patients. They agree where
the result would print as published.

reproduced          the result prints as published
not reproduced      it does not
hangs on a reading  the claim clashes with others once named readings are assumed
cannot hold         the claim clashes with others, whatever is assumed
not checkable       there is nothing to compare with; the note says why
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from myotrial.documents import nearest
from myotrial.study.clashes import Clash, clash
from myotrial.study.forms import Number, numbers, told

__all__ = ["CANNOT", "DIFFERS", "HANGS", "REPRODUCED", "UNCHECKED", "compare"]

REPRODUCED, DIFFERS = "reproduced", "not reproduced"
HANGS, CANNOT, UNCHECKED = "hangs on a reading", "cannot hold", "not checkable"
Record = Mapping[str, Any]


def compare(paper: Any, findings: Record, results: Iterable[Record]) -> list[dict[str, Any]]:
    """Set every claim of a paper beside the results that reproduce it.

    Args:
        paper: What `evidence.read` gave.
        findings: The record of `evidence.examine`.
        results: Results as records.

    Returns:
        One record per claim, in the paper's order: claim, says, where, reported, form, reproduced,
        verdict, readings, result_ids, note.
    """
    known = {result["id"]: result for result in results}
    says = {reading.id: reading.says for reading in paper.readings}
    return [_compared(claim, clash(claim.id, findings, says), known) for claim in paper.claims]


def _compared(claim: Any, found: Clash | None, known: Mapping[str, Record]) -> dict[str, Any]:
    stated = [] if claim.definition else numbers(claim.form)
    shown, verdict, note = _reproduced(claim, stated, known)
    if found:
        verdict, note = HANGS if found.readings else CANNOT, found.sentence
    return {
        "claim": claim.id,
        "says": claim.says,
        "where": claim.where,
        "reported": _joined((number.of, number.text) for number in stated),
        "form": told(claim.form),
        "reproduced": shown,
        "verdict": verdict,
        "readings": list(found.readings) if found else [],
        "result_ids": [key for key in claim.reproduced_by if key in known],
        "note": note,
    }


def _reproduced(
    claim: Any, stated: Sequence[Number], known: Mapping[str, Record]
) -> tuple[str, str, str]:
    """What the results show for a claim, the verdict, and a note."""
    why = _unchecked(claim, stated, known)
    if why:
        return "", UNCHECKED, why
    found = [known[key] for key in claim.reproduced_by]
    if len(stated) == 1:
        values = [_value(stated[0], found)]
    elif len(found) == 1:
        values = [_value(number, found) for number in stated]
    else:
        values = [_value(number, [one]) for number, one in zip(stated, found, strict=True)]
    pairs = [
        (number, value) for number, value in zip(stated, values, strict=True) if value is not None
    ]
    if len(pairs) < len(stated):
        reasons = [text for result in found for text in result["warnings"]]
        return "", UNCHECKED, " ".join(reasons) or "The result has no value."
    shown = _joined((number.of, number.show(value)) for number, value in pairs)
    agree = all(value in number for number, value in pairs)
    return shown, REPRODUCED if agree else DIFFERS, _fewer(found)


def _fewer(found: Sequence[Record]) -> str:
    """Of how many patients a count is where some were left out; a reader may expect more."""
    lost = [(result["n"], text) for result in found for text in result["warnings"]
            if result["numerator"] is not None and "left out" in text]  # fmt: skip
    return " ".join(f"Here of {n}: {text}" for n, text in lost)


def _unchecked(claim: Any, stated: Sequence[Number], known: Mapping[str, Record]) -> str:
    """Why a claim cannot be compared; empty where it can."""
    missing = [key for key in claim.reproduced_by if key not in known]
    if claim.form.key == "unchecked":
        return claim.form.unchecked
    if claim.definition:
        return "It says what words mean; there is no number to reproduce."
    if not stated:
        return "It prints no number."
    if missing:
        return f"No result is called {missing[0]!r}: {nearest(missing[0], known)}"
    if not claim.reproduced_by:
        return "No result of the analysis is linked to it (reproduced_by)."
    if len(stated) not in (1, len(claim.reproduced_by)) and len(claim.reproduced_by) > 1:
        return f"It prints {len(stated)} numbers and names {len(claim.reproduced_by)} results."
    return ""


def _value(number: Number, found: Sequence[Record]) -> Fraction | None:
    """What the results give for a printed number; counts of several results are added."""
    values = [number.of_result(result) for result in found]
    return None if None in values else sum((value for value in values if value), Fraction(0))


def _joined(parts: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{of} {text}" if of else text for of, text in parts)
