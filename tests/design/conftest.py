"""The seed study's protocol, and small captured tables of a pilot."""

from pathlib import Path

import pytest

from myotrial import protocol

SEED = Path(__file__).parents[2] / "studies" / "anakinra-2009"


@pytest.fixture(scope="session")
def pilot():
    return protocol.read(SEED / "study.yaml")


def _subject(number, diagnosis, sex, age):
    given = {
        "USUBJID": f"P-{number}", "ARM": "ANAKINRA", "AGE": age, "SEX": sex, "DIAG": diagnosis,
        "DISDUR": 5.0, "BOHANFL": "Y", "GRIGGSFL": "Y", "GCDOSE": 0.8, "GCMONTHS": 3.0,
        "AZAMONTH": 6.0, "MTXMONTH": 0.0, "FAILEDFL": "Y", "FIPRED": 50.0,
    }  # fmt: skip
    flags = ("SERINF", "OPPINF", "HIV", "ALCOHOL", "LIVER", "CXRTB", "PREGNANT", "NURSING",
             "PREGPLAN")  # fmt: skip
    return given | dict.fromkeys(flags, "N")


@pytest.fixture(scope="session")
def captured():
    """Rows of subjects, visits and concomitant therapy of four patients; one lacks a measure."""
    people = [("PM", "F", 60), ("PM", "M", 45), ("DM", "F", 38), ("IBM", "M", 70)]
    subjects = [_subject(number, *given) for number, given in enumerate(people, start=1)]
    values = [
        (55.0, 60.0, 62.0, 1.5, 12.4, 0.12, 30.0),
        (40.0, 45.0, 50.0, 1.0, 3.1, 0.2, 41.0),
        (62.0, 58.0, 70.0, 0.875, 0.9, 0.31, 22.0),
        (48.0, 52.0, 41.0, 2.125, None, 0.0, 15.0),
    ]
    names = ("PHGA", "PTGA", "MMT8", "HAQDI", "CK", "MYOACT", "FI")
    visits = [
        {
            "USUBJID": f"P-{number}",
            "VISIT": "M0",
            "VISITDY": 1,
            **dict(zip(names, row, strict=True)),
        }
        for number, row in enumerate(values, start=1)
    ]
    therapy = [{"USUBJID": "P-1", "CMTRT": "prednisolone", "CMCLAS": "glucocorticoid",
                "CMDOSE": 10.0, "CMDOSU": "mg", "CMDOSFRQ": "QD", "CMSTDY": -60,
                "CMENDY": None, "ORIGIN": "captured"}]  # fmt: skip
    return {"subjects": subjects, "visits": visits, "concomitant": therapy}
