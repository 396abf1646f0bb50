"""A small placebo-controlled trial, simulated: captured tables and a protocol, for tests.

Patients' measures move from baseline by a common course, an effect of the drug, and noise; visits
and patients are lost. Shares no code with the package; every row says ORIGIN simulated.
"""

import csv
from pathlib import Path

import numpy as np

PROTOCOL = """\
study:
  id: TWO-ARM
  title: A drug against placebo
  design: parallel
  blinding: double-blind
  months: 6
  seed: 4
arms:
  - id: DRUG
    label: Drug 100 mg
    planned: 30
    treatments: [{name: drug, dose: 100, unit: mg, from_day: 1, to_day: 184}]
  - id: PLACEBO
    label: Placebo
    planned: 30
    treatments: [{name: placebo, from_day: 1, to_day: 184}]
subject:
  AGE: {label: Age, type: integer, unit: years, range: [0, 120]}
  SEX: {label: Sex, values: [F, M]}
  DIAG: {label: Diagnosis, values: [PM, DM, IBM]}
visits:
  - {id: M0, label: Month 0, month: 0, day: 1, window: [-14, 0], baseline: true}
  - {id: M1, label: Month 1, month: 1, day: 31, window: [-10, 10]}
  - {id: M3, label: Month 3, month: 3, day: 92, window: [-21, 21]}
  - {id: M6, label: Month 6, month: 6, day: 184, window: [-30, 30]}
eligibility:
  inclusion: [{id: I1, text: Adult, rule: AGE >= 18}]
assessments:
  - {id: PHGA, instrument: physician_global, unit: mm, visits: [M0, M1, M3, M6]}
  - {id: PTGA, instrument: patient_global, unit: mm, visits: [M0, M1, M3, M6]}
  - {id: MMT8, instrument: mmt8, variant: one side, unit: points, visits: [M0, M1, M3, M6]}
  - {id: HAQDI, instrument: haq_di, unit: points, visits: [M0, M1, M3, M6]}
  - {id: CK, instrument: ck, unit: U/L, upper_limit: {F: 150, M: 200}, visits: [M0, M1, M3, M6]}
  - {id: MYOACT, instrument: myoact, unit: fraction, visits: [M0, M1, M3, M6]}
core_set:
  physician: PHGA
  patient: PTGA
  strength: MMT8
  function: HAQDI
  enzyme: CK
  extramuscular: MYOACT
endpoints:
  - id: doi_m6
    label: Improved at month 6
    definition: imacs_2004
    role: primary
    estimand: at_visit
    visit: M6
  - id: doi_ever
    label: Improved at any visit
    definition: imacs_2004
    role: secondary
    estimand: ever
  - id: doi_two
    label: Improved twice in a row
    definition: imacs_2004
    role: secondary
    estimand: sustained
    consecutive: 2
analyses: [disposition, baseline, exposure, response, withdrawals, safety, comparison]
"""
VISITS = {"M0": 1, "M1": 31, "M3": 92, "M6": 184}
#            mean, sd, worst, best, what a full improvement takes away, digits
MEASURES = {
    "PHGA": (55, 12, 100, 0, -30, 0),
    "PTGA": (55, 15, 100, 0, -28, 0),
    "MMT8": (58, 8, 0, 80, 11, 0),
    "HAQDI": (1.5, 0.5, 3, 0, -0.6, 3),
    "CK": (900, 400, 9000, 20, -500, 0),
    "MYOACT": (0.3, 0.1, 1, 0, -0.12, 2),
}
EVENTS = ("Headache", "Injection-site reaction", "Nasopharyngitis")


def tables(patients=60, seed=11):
    """Captured tables as lists of rows."""
    generator = np.random.default_rng(seed)
    found = {
        name: [] for name in ("subjects", "visits", "disposition", "exposure", "adverse_events")
    }
    for number in range(patients):
        arm = "DRUG" if (number // 2 + number) % 2 else "PLACEBO"
        _patient(found, f"TWO-{number + 1:03}", arm, number, generator)
    for rows in found.values():
        for row in rows:
            row["ORIGIN"] = "simulated"
    return found


def _patient(found, who, arm, number, generator):
    gain = generator.normal(0.65 if arm == "DRUG" else 0.2, 0.35)
    leaves = generator.random() < 0.12
    found["subjects"].append(
        {"USUBJID": who, "ARM": arm, "AGE": int(generator.integers(25, 75)),
         "SEX": "FM"[int(generator.integers(2))], "DIAG": ("PM", "DM", "IBM")[number // 2 % 3]}
    )  # fmt: skip
    starts = {name: generator.normal(mean, sd) for name, (mean, sd, *_) in MEASURES.items()}
    held = [name for name in VISITS if name == "M0" or generator.random() > 0.06]
    held = [name for name in held if not (leaves and VISITS[name] > 92)]
    for visit in held:
        part = gain * {"M0": 0, "M1": 0.5, "M3": 0.9, "M6": 1}[visit]
        row = {
            "USUBJID": who,
            "VISIT": visit,
            "VISITDY": VISITS[visit] + int(generator.integers(4)),
        }
        for name, (_, sd, worst, best, full, digits) in MEASURES.items():
            value = starts[name] + part * full + (visit != "M0") * generator.normal(0, sd / 4)
            low, high = sorted((worst, best))
            value = round(float(min(max(value, low), high)), digits)
            row[name] = round(value * 8) / 8 if name == "HAQDI" else value
        found["visits"].append(row)
    last = 120 if leaves else 184
    found["disposition"].append(
        {"USUBJID": who, "DSDECOD": "WITHDRAWN" if leaves else "COMPLETED",
         "DSREAS": "Lack of efficacy" if leaves else "", "DSSTDY": last}
    )  # fmt: skip
    found["exposure"].append(
        {"USUBJID": who, "EXTRT": arm.lower(), "EXDOSE": 100 if arm == "DRUG" else 0,
         "EXDOSU": "mg", "EXSTDY": 1, "EXENDY": last, "EXPLAN": 184,
         "EXTAKEN": last - int(generator.integers(10))}
    )  # fmt: skip
    for _ in range(generator.poisson(1.2 if arm == "DRUG" else 0.7)):
        term = EVENTS[1] if arm == "DRUG" and generator.random() < 0.6 else EVENTS[
            int(generator.integers(3))]  # fmt: skip
        day = int(generator.integers(1, last))
        found["adverse_events"].append(
            {"USUBJID": who, "AETERM": term,
             "AESEV": ("MILD", "MODERATE", "SEVERE")[int(generator.choice(3, p=[0.6, 0.3, 0.1]))],
             "AEREL": "YN"[int(generator.integers(2))], "AEACN": "DOSE NOT CHANGED",
             "AESTDY": day, "AEENDY": day + 3}
        )  # fmt: skip


def write(folder: Path, rows=None):
    """A study's folder: study.yaml and data/."""
    (folder / "data").mkdir(parents=True)
    (folder / "study.yaml").write_text(PROTOCOL, encoding="utf-8")
    for name, listed in (rows or tables()).items():
        with (folder / "data" / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(listed[0]))
            writer.writeheader()
            writer.writerows(listed)
    return folder
