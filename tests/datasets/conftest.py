"""A small study by hand: five patients whose verdicts can be worked out on paper."""

import csv

import pytest

from myotrial import datasets, protocol
from myotrial.errors import DocumentError

STUDY = """
study: {id: SMALL, title: A small study, design: single-arm, blinding: open-label, months: 6}
arms:
  - id: A
    label: Drug A
    planned: 5
    treatments: [{name: drug, dose: 100, unit: mg, from_day: 1, to_day: 184}]
subject:
  AGE: {label: Age, type: integer, unit: years, range: [0, 120]}
  SEX: {label: Sex, values: [F, M]}
  DIAG: {label: Diagnosis, values: [PM, DM]}
  DISDUR: {label: Disease duration, type: number, unit: years, range: [0, 80]}
  INFECT: {label: Serious infection, values: [Y, N]}
visits:
  - {id: M0, label: Month 0, month: 0, day: 1, window: [-14, 0], baseline: true}
  - {id: M3, label: Month 3, month: 3, day: 92, window: [-21, 21]}
  - {id: M6, label: Month 6, month: 6, day: 184, window: [-30, 30]}
  - {id: WD, label: Withdrawal, unscheduled: true}
eligibility:
  inclusion:
    - {id: I1, text: Adult, rule: AGE >= 18}
    - {id: I2, text: Weak, rule: MMT8 <= 75}
  exclusion:
    - {id: E1, text: Infection, rule: INFECT == 'Y'}
concomitant:
  stable: {classes: [glucocorticoid], from_day: -28, to_day: 184, tolerance_percent: 0}
assessments:
  - {id: PHGA, instrument: physician_global, unit: mm, visits: [M0, M3, M6, WD]}
  - {id: PTGA, instrument: patient_global, unit: mm, visits: [M0, M3, M6, WD]}
  - {id: MMT8, instrument: mmt8, variant: one side, unit: points, visits: [M0, M3, M6, WD]}
  - {id: HAQDI, instrument: haq_di, unit: points, visits: [M0, M3, M6, WD]}
  - id: CK
    instrument: ck
    unit: ukat/L
    upper_limit: {F: 2.5, M: 3.3}
    visits: [M0, M3, M6, WD]
  - {id: MYOACT, instrument: myoact, unit: fraction, visits: [M0, M3, M6, WD]}
  - {id: FI, instrument: functional_index, unit: points, visits: [M0, M6, WD]}
core_set:
  physician: PHGA
  patient: PTGA
  strength: MMT8
  function: HAQDI
  enzyme: CK
  extramuscular: MYOACT
biopsy:
  visits: [M0, M6]
  markers:
    - {id: CD3, label: T cells, unit: cells/mm2}
    - {id: MHC1, label: MHC class I, unit: '% area'}
    - {id: IL1RA, label: IL-1Ra, presence: true}
endpoints:
  - id: fi_m6
    label: FI at month 6
    definition: functional_index_20
    role: primary
    estimand: at_visit
    visit: M6
  - {id: doi_ever, label: Ever, definition: imacs_2004, role: secondary, estimand: ever}
  - id: doi_two
    label: Twice in a row
    definition: imacs_2004
    role: secondary
    estimand: sustained
    consecutive: 2
analyses: [response]
"""

# Worked out by hand, see test_deriving.py:
#   01 improves at month 3 in exactly three measures by exactly 20 %, and at month 6 again.
#   02 is unchanged at month 3 and worse at month 6: three measures by exactly 30 %.
#   03 improves at month 3, loses it, and withdraws with a visit on day 130.
#   04 has too few measures at month 3 to tell, and no month 6.
#   05 never came back after baseline.
SUBJECTS = """
STUDYID,USUBJID,ARM,AGE,SEX,DIAG,DISDUR,INFECT
SMALL,S-01,A,50,F,PM,3,N
SMALL,S-02,A,17,M,DM,4.5,N
SMALL,S-03,A,61,F,PM,2,
SMALL,S-04,A,44,M,DM,7,N
SMALL,S-05,A,33,F,PM,10,Y
"""
VISITS = """
USUBJID,VISIT,VISITDY,PHGA,PTGA,MMT8,HAQDI,CK,MYOACT,FI
S-01,M0,1,50,50,60,1.5,4.0,0.3,40
S-01,M3,92,40,40,60,1.5,4.0,0.24,
S-01,M6,190,30,30,60,1.5,4.0,0.15,48
S-02,M0,-3,50,50,60,1.0,2.0,0,20
S-02,M3,95,50,50,60,1.0,2.5,0,
S-02,M6,215,65,65,60,1.3,2.6,0,23
S-03,M0,1,50,50,50,2.0,10,0.2,30
S-03,M3,90,25,25,60,2.0,10,0.2,
S-03,WD,130,50,50,50,2.0,10,0.2,36
S-04,M0,1,50,50,60,1.0,3.0,0.2,60
S-04,M3,92,40,40,,,,,
S-05,M0,1,50,50,60,1.0,3.0,0.2,30
"""
DISPOSITION = """
USUBJID,DSDECOD,DSREAS,DSSTDY
S-01,COMPLETED,,190
S-02,COMPLETED,,215
S-03,WITHDRAWN,headache,130
S-04,WITHDRAWN,rash,100
S-05,WITHDRAWN,lack of efficacy,20
"""
EXPOSURE = """
USUBJID,EXTRT,EXDOSE,EXDOSU,EXSTDY,EXENDY,EXPLAN,EXTAKEN
S-01,drug,100,mg,1,184,184,184
S-02,drug,100,mg,1,184,184,92
S-03,drug,100,mg,1,130,130,117
S-04,drug,100,mg,1,100,100,100
S-05,drug,100,mg,1,,,0
"""
CONCOMITANT = """
USUBJID,CMTRT,CMCLAS,CMDOSE,CMDOSU,CMDOSFRQ,CMSTDY,CMENDY
S-01,prednisolone,glucocorticoid,10,mg,QD,-400,
S-01,paracetamol,analgesic,500,mg,QD,5,6
S-02,prednisolone,glucocorticoid,10,mg,QD,-100,60
S-02,prednisolone,glucocorticoid,7.5,mg,BID,61,
S-03,prednisolone,glucocorticoid,5,mg,QD,30,
S-04,prednisolone,glucocorticoid,5,mg,QD,,50
S-05,prednisolone,glucocorticoid,,mg,QD,-60,
"""
ADVERSE_EVENTS = """
USUBJID,AETERM,AESEV,AEREL,AEACN,AESTDY,AEENDY
S-04,rash,MODERATE,Y,DRUG WITHDRAWN,90,120
S-04,cold,MILD,N,DOSE NOT CHANGED,-4,2
S-03,headache,MILD,,DOSE NOT CHANGED,161,
S-03,cough,MILD,N,DOSE NOT CHANGED,160,
S-05,fall,MILD,N,,,
"""
BIOPSIES = """
USUBJID,BXTIME,BXDY,MARKER,BXRES,BXPRES,BXU
S-01,BASELINE,1,CD3,100,,cells/mm2
S-01,REPEAT,184,CD3,60.5,,cells/mm2
S-01,BASELINE,1,IL1RA,,N,
S-01,REPEAT,184,IL1RA,,Y,
S-02,REPEAT,190,CD3,30,,cells/mm2
"""
TABLES = {
    "subjects": SUBJECTS,
    "visits": VISITS,
    "disposition": DISPOSITION,
    "exposure": EXPOSURE,
    "concomitant": CONCOMITANT,
    "adverse_events": ADVERSE_EVENTS,
    "biopsies": BIOPSIES,
}


@pytest.fixture(scope="session")
def study():
    """The small study's protocol as text."""
    return STUDY


@pytest.fixture(scope="session")
def plan():
    """The protocol of the small study."""
    return protocol.parse(STUDY, file="study.yaml")


@pytest.fixture
def captured():
    """The small study's tables as text, to be changed by a test."""
    return {name: text.strip() + "\n" for name, text in TABLES.items()}


@pytest.fixture
def folder(tmp_path, captured):
    """The small study's data folder."""
    for name, text in captured.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="session")
def records():
    """The small study's tables as rows of text."""
    return {name: list(csv.DictReader(text.strip().splitlines())) for name, text in TABLES.items()}


@pytest.fixture
def put():
    """Puts a table's text into a folder."""

    def write(folder, name, text):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")

    return write


@pytest.fixture
def problems_of():
    """What is said of the tables of a folder, without the folder's own name."""

    def told(folder, plan):
        with pytest.raises(DocumentError) as caught:
            datasets.read_tables(folder, plan)
        return str(caught.value).replace(f"{folder}/", "")

    return told
