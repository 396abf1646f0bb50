"""SDTM: the captured tables of a study as domains, each described."""

from collections.abc import Iterator

import polars as pl

from myotrial.datasets.standards import (
    sdtm_design,
    sdtm_findings,
    sdtm_subjects,
    sdtm_treatment,
)
from myotrial.datasets.standards.dataset import Dataset, dataset
from myotrial.datasets.standards.words import DOMAIN_LABELS, label
from myotrial.protocol.models import Protocol

__all__ = ["tabulation"]

CLASSES = {
    **dict.fromkeys(("DM", "SV"), "SPECIAL PURPOSE"),
    **dict.fromkeys(("EX", "CM"), "INTERVENTIONS"),
    **dict.fromkeys(("DS", "AE", "BE"), "EVENTS"),
    **dict.fromkeys(("LB", "QS", "RS", "FT", "MI"), "FINDINGS"),
    **dict.fromkeys(("TA", "TE", "TV", "TI", "TS"), "TRIAL DESIGN"),
    **dict.fromkeys(("SUPPDM", "SUPPEX"), "RELATIONSHIP"),
}
STRUCTURES = {
    "DM": "One record per subject",
    "SV": "One record per subject and visit that took place",
    "DS": "One record per subject and disposition event",
    "EX": "One record per subject, treatment and period of dosing",
    "CM": "One record per subject, therapy and dose",
    "AE": "One record per subject and adverse event",
    "BE": "One record per subject and biopsy",
    "MI": "One record per subject, biopsy and marker",
    "TA": "One record per arm and element",
    "TE": "One record per element",
    "TV": "One record per planned visit",
    "TI": "One record per criterion",
    "TS": "One record per parameter and value",
    "SUPPDM": "One record per subject and qualifier",
    "SUPPEX": "One record per record of EX and qualifier",
}
FINDINGS = "One record per subject, visit and test"
KEYS = {
    "DM": ("STUDYID", "USUBJID"),
    "SV": ("STUDYID", "USUBJID", "VISITNUM"),
    "TA": ("STUDYID", "ARMCD", "TAETORD"),
    "TE": ("STUDYID", "ETCD"),
    "TV": ("STUDYID", "VISITNUM"),
    "TI": ("STUDYID", "IETESTCD"),
    "TS": ("STUDYID", "TSPARMCD", "TSSEQ"),
    "SUPPDM": ("STUDYID", "RDOMAIN", "USUBJID", "QNAM"),
    "SUPPEX": ("STUDYID", "RDOMAIN", "USUBJID", "IDVARVAL", "QNAM"),
}
ASSIGNED = (
    "STUDYID", "DOMAIN", "RDOMAIN", "ARMCD", "ARM", "VISITNUM", "AGEU", "DSCAT", "BECAT", "BETERM",
)  # fmt: skip
DERIVED = ("SEQ", "STRESC", "STRESN", "STRESU", "LOBXFL", "NRIND", "STAT", "REFID", "SUBJID")
CODES = {
    "SEX": ("F", "M"),
    "AGEU": ("YEARS",),
    "AESEV": ("MILD", "MODERATE", "SEVERE"),
    "AEREL": ("N", "Y"),
    "LBNRIND": ("HIGH", "NORMAL"),
    "IECAT": ("EXCLUSION", "INCLUSION"),
}


def tabulation(
    protocol: Protocol, tables: dict[str, pl.DataFrame], *, origin: str
) -> list[Dataset]:
    """The domains that a study has rows for, in the standard's order of classes.

    Args:
        protocol: The protocol.
        tables: Captured tables as `read_tables` gives them.
        origin: captured, reconstructed or simulated: stands in TS and SUPPDM.
    """
    return [
        _described(name, frame)
        for name, frame in _domains(protocol, tables, origin)
        if frame is not None and frame.height
    ]


def _domains(
    protocol: Protocol, tables: dict[str, pl.DataFrame], origin: str
) -> Iterator[tuple[str, pl.DataFrame | None]]:
    yield "TA", sdtm_design.arms(protocol)
    yield "TE", sdtm_design.elements(protocol)
    yield "TI", sdtm_design.criteria(protocol)
    yield "TS", sdtm_design.summary(protocol, origin)
    yield "TV", sdtm_design.visits(protocol)
    yield "DM", sdtm_subjects.demographics(protocol, tables)
    yield "SV", sdtm_subjects.visits(protocol, tables)
    yield "CM", sdtm_treatment.medications(protocol, tables)
    yield "EX", sdtm_treatment.exposure(protocol, tables)
    yield "AE", sdtm_treatment.events(protocol, tables)
    yield "BE", sdtm_findings.specimens(protocol, tables)
    yield "DS", sdtm_subjects.disposition(protocol, tables)
    for domain in ("FT", "LB", "QS", "RS"):
        yield domain, sdtm_findings.findings(protocol, tables, domain)
    yield "MI", sdtm_findings.microscopy(protocol, tables)
    yield "SUPPDM", sdtm_subjects.supplement(protocol, tables)
    yield "SUPPEX", sdtm_treatment.doses(protocol, tables)


def _described(name: str, frame: pl.DataFrame) -> Dataset:
    design = CLASSES[name] == "TRIAL DESIGN"
    origins = {
        column: _origin(column, name, "Protocol" if design else "Collected")
        for column in frame.columns
    }
    return dataset(
        frame,
        name=name,
        label=DOMAIN_LABELS[name],
        standard="SDTMIG",
        kind=CLASSES[name],
        structure=STRUCTURES.get(name, FINDINGS),
        keys=KEYS.get(name, ("STUDYID", "USUBJID", f"{name}SEQ")),
        labels={column: label(column, name) for column in frame.columns},
        origins=origins,
        codes={column: CODES[column] for column in frame.columns if column in CODES},
    )


def _origin(column: str, domain: str, otherwise: str) -> str:
    if column in ASSIGNED:
        return "Assigned"
    return "Derived" if column.removeprefix(domain) in DERIVED else otherwise
