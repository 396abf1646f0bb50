"""SDTM domains of the trial's design, from the protocol alone: TA, TE, TV, TI and TS."""

from types import MappingProxyType
from typing import Any

import polars as pl

from myotrial.protocol.models import Protocol

__all__ = ["arms", "criteria", "elements", "summary", "visits"]

SCREENING = ("SCRN", "Screening", "SCREENING")
LONGEST = 200  # bytes of a text in a transport file
BLINDING = MappingProxyType(
    {"open-label": "OPEN LABEL", "single-blind": "SINGLE BLIND", "double-blind": "DOUBLE BLIND"}
)
PHASES = MappingProxyType(
    {
        "1": "PHASE I TRIAL",
        "1/2": "PHASE I/II TRIAL",
        "2": "PHASE II TRIAL",
        "2/3": "PHASE II/III TRIAL",
        "3": "PHASE III TRIAL",
        "4": "PHASE IV TRIAL",
    }
)
OUTCOMES = MappingProxyType(
    {
        "primary": ("OUTMSPRI", "Primary Outcome Measure"),
        "secondary": ("OUTMSSEC", "Secondary Outcome Measure"),
        "exploratory": ("OUTMSEXP", "Exploratory Outcome Measure"),
    }
)


def arms(protocol: Protocol) -> pl.DataFrame:
    """TA: screening, then treatment, in each arm."""
    rows = []
    for number, arm in enumerate(protocol.arms, start=1):
        code, words, epoch = SCREENING
        rows += [
            (arm.id, arm.label, 1, code, words, None, None, epoch),
            (arm.id, arm.label, 2, f"TRT{number}", arm.label, None, None, "TREATMENT"),
        ]
    names = ("ARMCD", "ARM", "TAETORD", "ETCD", "ELEMENT", "TABRANCH", "TATRANS", "EPOCH")
    return _frame(protocol, "TA", names, rows)


def elements(protocol: Protocol) -> pl.DataFrame:
    """TE: what starts each element, and how long treatment is planned."""
    length = f"P{protocol.study.months:g}M"
    rows = [(SCREENING[0], SCREENING[1], "Informed consent", "First dose", None)]
    rows += [
        (f"TRT{number}", arm.label, "First dose", None, length)
        for number, arm in enumerate(protocol.arms, start=1)
    ]
    return _frame(protocol, "TE", ("ETCD", "ELEMENT", "TESTRL", "TEENRL", "TEDUR"), rows)


def visits(protocol: Protocol) -> pl.DataFrame:
    """TV: each visit with its target day; its window is told as the rule of its start."""
    rows = [
        (number, visit.id, visit.day, None, None, _window(visit))
        for number, visit in enumerate(protocol.visits, start=1)
    ]
    names = ("VISITNUM", "VISIT", "VISITDY", "ARMCD", "ARM", "TVSTRL")
    return _frame(protocol, "TV", names, rows)


def _window(visit: Any) -> str:
    if visit.days is None:
        return "When needed"
    first, last = visit.days
    return f"Study day {first} to {last}"


def criteria(protocol: Protocol) -> pl.DataFrame:
    """TI: each criterion in words and as the protocol's rule."""
    rules = protocol.eligibility
    rows = [
        (rule.id, _cut(rule.text), category, _cut(rule.rule))
        for category, several in (("INCLUSION", rules.inclusion), ("EXCLUSION", rules.exclusion))
        for rule in several
    ]
    return _frame(protocol, "TI", ("IETESTCD", "IETEST", "IECAT", "TIRL"), rows)


def summary(protocol: Protocol, origin: str) -> pl.DataFrame:
    """TS: what the protocol states of the trial as a whole; what it does not is left out."""
    study = protocol.study
    known: list[tuple[str, str, Any]] = [
        ("TITLE", "Trial Title", study.title),
        ("REGID", "Registry Identifier", study.registration),
        ("TPHASE", "Trial Phase Classification", PHASES.get(study.phase)),
        ("TBLIND", "Trial Blinding Schema", BLINDING[study.blinding]),
        ("NARMS", "Planned Number of Arms", len(protocol.arms)),
        ("PLANSUB", "Planned Number of Subjects", sum(arm.planned for arm in protocol.arms)),
        ("LENGTH", "Trial Length", f"P{study.months:g}M"),
        ("SSTDTC", "Study Start Date", study.start),
        ("SENDTC", "Study End Date", study.end),
        ("RANDOM", "Trial is Randomized", "N" if study.design == "single-arm" else "Y"),
        ("INDIC", "Trial Disease/Condition Indication", "Idiopathic inflammatory myopathy"),
        ("ORIGIN", "Origin of the Records", origin),
    ]
    known += [
        ("TRT", "Investigational Therapy or Treatment", name)
        for name in dict.fromkeys(item.name for arm in protocol.arms for item in arm.treatments)
    ]
    known += [
        (*OUTCOMES[item.role], item.label) for item in protocol.endpoints if item.role in OUTCOMES
    ]
    rows, count = [], dict.fromkeys((code for code, _, _ in known), 0)
    for code, words, value in known:
        if value not in (None, ""):
            count[code] += 1
            rows.append((count[code], code, words, _cut(str(value))))
    return _frame(protocol, "TS", ("TSSEQ", "TSPARMCD", "TSPARM", "TSVAL"), rows)


def _cut(text: str) -> str:
    """At most as many bytes as a transport file holds, a cut shown by three dots."""
    whole = " ".join(text.split())
    if len(whole.encode()) <= LONGEST:
        return whole
    return whole.encode()[: LONGEST - 3].decode(errors="ignore") + "..."


def _frame(
    protocol: Protocol, domain: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]
) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=list(names), orient="row", infer_schema_length=None)
    empty = [name for name, kind in frame.schema.items() if kind == pl.Null]
    return frame.with_columns(pl.col(empty).cast(pl.String)).select(
        pl.lit(protocol.study.id).alias("STUDYID"), pl.lit(domain).alias("DOMAIN"), *names
    )
