"""A small protocol that is right, and a way to make one thing in it wrong."""

import pytest

from myotrial import protocol
from myotrial.errors import DocumentError

SMALL = """\
study: {id: TRY, title: A try, design: single-arm, blinding: open-label, months: 12, start: 2020-01, end: 2022-06}
sources:
  R1: A paper.
arms:
  - id: A
    label: Drug 100 mg
    planned: 15
    treatments: [{name: drug, dose: 100, unit: mg, from_day: 1, to_day: 366}]
subject:
  AGE: {label: Age, type: integer, range: [0, 120]}
  SEX: {label: Sex, values: [F, M]}
visits:
  - {id: M0, label: Month 0, month: 0, day: 1, window: [-28, 0], baseline: true}
  - {id: M3, label: Month 3, month: 3, day: 92, window: [-21, 21]}
  - {id: M6, label: Month 6, month: 6, day: 184, window: [-30, 30]}
  - {id: WD, label: Withdrawal, unscheduled: true}
eligibility:
  inclusion:
    - {id: I1, text: Adult, rule: AGE >= 18, source: R1, status: verified}
  exclusion:
    - {id: E1, text: Very weak, rule: MMT8 < 10}
concomitant:
  stable: {classes: [glucocorticoid], from_day: -28, to_day: 366}
assessments:
  - {id: PHGA, instrument: physician_global, unit: mm, visits: [M0, M3, M6]}
  - {id: PTGA, instrument: patient_global, unit: mm, visits: [M0, M3, M6]}
  - {id: MMT8, instrument: mmt8, unit: points, visits: [M0, M3, M6]}
  - {id: HAQDI, instrument: haq_di, unit: points, visits: [M0, M3, M6]}
  - {id: CK, instrument: ck, unit: U/L, upper_limit: 200, visits: [M0, M3, M6]}
  - {id: MYOACT, instrument: myoact, unit: fraction, visits: [M0, M3, M6]}
core_set: {physician: PHGA, patient: PTGA, strength: MMT8, function: HAQDI, enzyme: CK, extramuscular: MYOACT}
biopsy:
  visits: [M0, M6]
  markers:
    - {id: CD3, label: T cells, unit: cells/mm2}
    - {id: IL1RA, label: IL-1Ra, presence: true}
endpoints:
  - {id: doi_m6, label: DOI at month 6, definition: imacs_2004, role: primary, estimand: at_visit, visit: M6}
  - {id: doi_kept, label: DOI kept, definition: imacs_2004, role: secondary, estimand: sustained, consecutive: 2}
analyses: [disposition, response]
"""  # noqa: E501


@pytest.fixture(scope="session")
def small():
    return SMALL


@pytest.fixture
def objections(small):
    """The problems of the small protocol after replacing one text by another, once each."""

    def objections(*changes):
        text = small
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} must stand once in the small protocol"
            text = text.replace(old, new)
        with pytest.raises(DocumentError) as caught:
            protocol.parse(text, file="study.yaml")
        return caught.value.problems

    return objections
