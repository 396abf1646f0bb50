"""The pilot's responders, counted from its analysis tables for every estimand side by side.

Counted by non-responder imputation: whoever was not seen at a visit is no responder there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from myotrial.errors import MyotrialError
from myotrial.protocol.models import Protocol

__all__ = ["Count", "asked", "counts", "known", "shares"]

Row = Mapping[str, Any]
PARAMETERS = {
    "imacs_2004": "DOI",
    "functional_index_20": "FI20",
    "tis_20": "TIS20",
    "tis_30": "TIS30",
    "tis_40": "TIS40",
    "tis_45": "TIS45",
    "tis_60": "TIS60",
    "tis_70": "TIS70",
}

SCORES, CHANGE = ("tis_",), "change"


@dataclass(frozen=True)
class Count:
    """Responders among patients.

    Attributes:
        definition: Id of the definition of response.
        estimand: "ever", "sustained", or the id of a visit.
        words: The estimand in words.
        diagnosis: Diagnosis of the patients; "" for all.
        responders: Number of responders.
        n: Number of patients.
    """

    definition: str
    estimand: str
    words: str
    diagnosis: str
    responders: int
    n: int


def counts(
    protocol: Protocol, definition: str, datasets: Mapping[str, Sequence[Row]]
) -> list[Count]:
    """Responders by a definition: ever, and at each scheduled visit; all, and by diagnosis.

    Args:
        protocol: The pilot's protocol.
        definition: Id of the definition.
        datasets: Rows of ADSL and ADRS by name.

    Raises:
        MyotrialError: The pilot was not analysed by the definition, or has no patients.
    """
    parameter = PARAMETERS.get(definition, "")
    rows = [row for row in datasets["ADRS"] if row["PARAMCD"] == parameter]
    people = {row["USUBJID"]: row["DIAG"] for row in datasets["ADSL"] if row["FASFL"] == "Y"}
    if not rows or not people:
        raise MyotrialError(
            f"The pilot has no verdicts by {definition!r}, so nothing can be learnt from it.\n"
            f"Hint: known here: {', '.join(PARAMETERS)}; the pilot must assess their measures."
        )
    improved = {(row["USUBJID"], row["VISITID"]) for row in rows if row["AVALLO"] == 1}
    visits = [item for item in protocol.visits if not (item.baseline or item.unscheduled)]
    responders = [("ever", "at any visit", {who for who, _ in improved})] + [
        (item.id, f"at {_lower(item.label)}", {who for who, at in improved if at == item.id})
        for item in visits
    ]
    groups = ["", *_diagnoses(protocol, people.values())]
    return [
        Count(definition, key, words, group, len(found & members), len(members))
        for key, words, found in responders
        for group in groups
        if (members := {who for who, of in people.items() if group in ("", of)})
    ]


def known(definition: str, datasets: Mapping[str, Sequence[Row]]) -> str:
    """The definition itself, or for a score that the pilot was not analysed by, one that it was.

    Other definitions need measures that a pilot without verdicts by them does not have.

    >>> known("tis_20", {"ADRS": [{"PARAMCD": "DOI"}]})
    'imacs_2004'
    """
    there = {row["PARAMCD"] for row in datasets["ADRS"]}
    others = (name for name, parameter in PARAMETERS.items() if parameter in there)
    if not definition.startswith((*SCORES, CHANGE)) or PARAMETERS.get(definition) in there:
        return definition
    return next(others, definition)


def asked(found: Sequence[Count], estimand: str) -> Count:
    """The count of all patients for an estimand."""
    return next(item for item in found if item.estimand == estimand and not item.diagnosis)


def shares(protocol: Protocol, datasets: Mapping[str, Sequence[Row]]) -> list[tuple[str, float]]:
    """Diagnoses of the pilot's patients with their shares."""
    given = [row["DIAG"] for row in datasets["ADSL"] if row["DIAG"] is not None]
    known = _diagnoses(protocol, given)
    return [(name, given.count(name) / len(given)) for name in known]


def _diagnoses(protocol: Protocol, given: Iterable[str | None]) -> list[str]:
    """The diagnoses that occur, in the protocol's order."""
    there = [value for value in given if value is not None]
    attribute = protocol.subject.get("DIAG")
    planned = list(attribute.values or ()) if attribute else []
    return [name for name in dict.fromkeys([*planned, *sorted(set(there))]) if name in there]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
