"""What a column may be called: CDISC names, what REDCap exports, and other plain names.

A name says what a column holds, never its unit. A unit counts as stated where it stands in the
name itself: `PHGA (mm)`, `CK [U/L]`, `phga_mm`.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from myotrial.documents import nearest
from myotrial.errors import MissingColumnsError, MyotrialError

__all__ = [
    "ENZYMES",
    "INSTRUMENTS",
    "KEYS",
    "LIMITED",
    "MEASURED",
    "UNITED",
    "beside",
    "column_of",
    "meaning",
    "plain",
    "stated_unit",
]

KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(  # the first that is there counts
    {
        "USUBJID": ("usubjid", "subjid", "record_id", "subject_id", "subject", "patient_id",
                    "patient", "participant_id"),
        "VISIT": ("avisit", "visit", "redcap_event_name", "event_name", "visit_name", "timepoint"),
        "ABLFL": ("ablfl",),
        "SEX": ("sex",),
        "LAB": ("lbnam", "laboratory", "lab"),
        "ORDER": ("avisitn", "visitnum", "ady", "visitdy"),
        "PARAMCD": ("paramcd", "lbtestcd", "qstestcd"),
        "AVAL": ("aval", "lbstresn", "qsstresn"),
        "AVALU": ("avalu", "lbstresu", "qsstresu", "unit"),
        "ANRHI": ("anrhi", "a1hi", "lbstnrhi"),
    }
)  # fmt: skip
MEASURED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "PHGA": ("phga", "physician_global", "physician_global_activity", "phys_vas"),
        "PTGA": ("ptga", "patient_global", "patient_global_activity", "parent_global", "pat_vas"),
        "MMT8": ("mmt8", "mmt_8"),
        "MMT26": ("mmt26", "mmt_26", "mmt24", "mmt_24"),  # IMACS calls it MMT24
        "HAQDI": ("haqdi", "haq_di", "haq"),
        "CHAQ": ("chaq", "c_haq"),
        "CMAS": ("cmas",),
        "CK": ("ck", "cpk", "creatine_kinase"),
        "ALDOLASE": ("aldolase", "ald"),
        "LDH": ("ldh", "lactate_dehydrogenase"),
        "AST": ("ast", "asat"),
        "ALT": ("alt", "alat"),
        "EXTRAM": ("extram", "extramuscular_global", "extramuscular_activity"),
        "MYOACT": ("myoact",),
        "MITAX": ("mitax",),
        "DAS": ("das", "disease_activity_score"),
        "CHQPHS": ("chqphs", "chq_phs"),
        "FI": ("fi", "functional_index"),
        "FI2SF": ("fi2sf", "fi2_shoulder_flexion"),
        "FI2SA": ("fi2sa", "fi2_shoulder_abduction"),
        "FI2NF": ("fi2nf", "fi2_neck_flexion"),
        "FI2HF": ("fi2hf", "fi2_hip_flexion"),
        "FI2ST": ("fi2st", "fi2_step_test"),
        "FI2HL": ("fi2hl", "fi2_heel_lift"),
        "FI2TL": ("fi2tl", "fi2_toe_lift"),
    }
)
ENZYMES: Mapping[str, str] = MappingProxyType(  # in the order that decides among equals
    {"CK": "ck", "ALDOLASE": "aldolase", "LDH": "ldh", "AST": "ast", "ALT": "alt"}
)
INSTRUMENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(  # that may give a measure
    {
        "PHGA": ("physician_global", "physician_global_likert"),
        "PTGA": ("patient_global", "patient_global_likert"),
        "MMT8": ("mmt8",),
        "MMT26": ("mmt26",),
        "HAQDI": ("haq_di",),
        "CHAQ": ("chaq",),
        "CMAS": ("cmas",),
        **{name: (instrument,) for name, instrument in ENZYMES.items()},
        "EXTRAM": ("extramuscular_global", "extramuscular_global_likert"),
        "MYOACT": ("myoact",),
        "MITAX": ("mitax",),
        "DAS": ("das",),
        "CHQPHS": ("chq_phs",),
        "FI": ("functional_index",),
        **dict.fromkeys((name for name in MEASURED if name.startswith("FI2")), ("fi2",)),
    }
)
UNITED = ("{}u", "{}_unit", "{}_units")  # a column with the unit of each value
LIMITED = ("{}uln", "{}_uln", "{}_anrhi")  # a column with the upper limit of normal of each value
IN_BRACKETS = re.compile(r"^(?P<name>.+?)\s*[(\[](?P<unit>[^)\]]+)[)\]]\s*$")
AT_END = re.compile(r"^(?P<name>.+)[_ ](?P<unit>mm|cm)$", re.IGNORECASE)


def stated_unit(column: str) -> str:
    """The unit that a column's name states, "" if none.

    >>> stated_unit("PHGA (mm)"), stated_unit("phga_mm"), stated_unit("PHGA")
    ('mm', 'mm', '')
    """
    found = IN_BRACKETS.match(column) or AT_END.match(column)
    return found["unit"].strip() if found else ""


def meaning(word: str) -> str:
    """The measure or key that a column (or a PARAMCD) of that name holds, "" if none is known.

    >>> meaning("Physician global [cm]"), meaning("record_id"), meaning("weight")
    ('PHGA', 'USUBJID', '')
    """
    found = IN_BRACKETS.match(word) or AT_END.match(word)
    tried = [plain(word), *([plain(found["name"])] if found else [])]
    for one in tried:
        for name, spellings in {**KEYS, **MEASURED}.items():
            if one in spellings:
                return name
    return ""


def column_of(name: str, present: Sequence[str], columns: Mapping[str, str]) -> str | None:
    """The column that holds a measure or key, if there is one.

    Args:
        name: The measure or key: "PHGA".
        present: The table's columns.
        columns: The column of some names, as the caller states it.

    Raises:
        MissingColumnsError: The mapping names a column that the table does not have.
        MyotrialError: Several columns may hold a measure.
    """
    if name in columns:
        if columns[name] not in present:
            hint = nearest(columns[name], present)
            raise MissingColumnsError(f"score ({name})", [columns[name]], present, hint)
        return columns[name]
    if name in present and (name not in KEYS or name == KEYS[name][0].upper()):
        return name
    free = [item for item in present if item not in columns.values()]
    found = [item for item in free if meaning(item) == name]
    if name in KEYS:
        return min(found, key=lambda item: KEYS[name].index(plain(item)), default=None)
    if len(found) > 1:
        listed = " and ".join(map(repr, found))
        raise MyotrialError(
            f"{listed} can each be {name}.\nHint: say which: columns={{{name!r}: {found[0]!r}}}, "
            f"or --column {name}={found[0]!r}."
        )
    return found[0] if found else None


def beside(name: str, column: str, present: Sequence[str], patterns: Sequence[str]) -> str:
    """The column beside a measure's that holds its units or limits, "" if there is none."""
    wanted = {pattern.format(stem) for pattern in patterns for stem in (plain(name), plain(column))}
    return next((item for item in present if plain(item) in wanted), "")


def plain(word: str) -> str:
    """A name in small letters, with one _ for whatever parts its words.

    >>> plain(" Visit date ")
    'visit_date'
    """
    return re.sub(r"[\s.\-]+", "_", word.strip()).lower()
