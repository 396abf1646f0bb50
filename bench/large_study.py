"""How long a whole study takes from captured tables to the report, and how that grows.

A placebo-controlled trial of 12 visits is simulated and written into a temporary folder; then
`myotrial run` derives, analyses and reports it in a process of its own. The goal is 1,000 patients
in 60 s on two cores, at a cost that is linear in rows. The floor is reading and writing the same
tables. Times are of the processor; what was waited for the disk does not count.
"""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

VISITS = 12
SIZES = (125, 250, 500, 1_000)
GOAL = 60.0  # seconds, at 1,000 patients
#            mean, sd, lowest, highest, what a full improvement adds, digits
MEASURES = {
    "PHGA": (55, 12, 0, 100, -30, 0),
    "PTGA": (55, 15, 0, 100, -28, 0),
    "MMT8": (58, 8, 0, 80, 11, 0),
    "HAQDI": (1.5, 0.5, 0, 3, -0.6, 3),
    "CK": (900, 400, 20, 9000, -500, 0),
    "MYOACT": (30, 10, 0, 100, -12, 0),
}
TERMS = ("Headache", "Injection-site reaction", "Nasopharyngitis", "Nausea", "Rash")
UNITS = {"HAQDI": "points", "MMT8": "points", "CK": "U/L"}
INSTRUMENTS = {"PHGA": "physician_global", "PTGA": "patient_global", "MMT8": "mmt8",
               "HAQDI": "haq_di", "CK": "ck", "MYOACT": "extramuscular_global"}  # fmt: skip


def protocol() -> str:
    """The study's protocol: 12 visits, every measure at each."""
    names = [f"V{number}" for number in range(VISITS)]
    visits = ["  - {id: V0, label: Baseline, month: 0, day: 1, window: [-14, 0], baseline: true}"]
    visits += [f"  - {{id: {name}, label: Month {number}, month: {number}, "
               f"day: {30 * number + 1}, window: [-10, 10]}}"
               for number, name in enumerate(names) if number]  # fmt: skip
    listed = ", ".join(names)
    assessments = []
    for name, instrument in INSTRUMENTS.items():
        more = ", upper_limit: {F: 150, M: 200}" if name == "CK" else ""
        more += ", variant: one side" if name == "MMT8" else ""
        unit = UNITS.get(name, "mm")
        assessments.append(
            f"  - {{id: {name}, instrument: {instrument}, unit: {unit}{more}, visits: [{listed}]}}"
        )
    lines = "\n".join
    return f"""\
study: {{id: LARGE, title: A large trial, design: parallel, blinding: double-blind, months: 11}}
arms:
  - {{id: DRUG, label: Drug, planned: 500,
      treatments: [{{name: drug, dose: 100, unit: mg, from_day: 1, to_day: 331}}]}}
  - {{id: PLACEBO, label: Placebo, planned: 500,
      treatments: [{{name: placebo, from_day: 1, to_day: 331}}]}}
subject:
  AGE: {{label: Age, type: integer, unit: years, range: [0, 120]}}
  SEX: {{label: Sex, values: [F, M]}}
  DIAG: {{label: Diagnosis, values: [PM, DM, IBM]}}
visits:
{lines(visits)}
eligibility:
  inclusion: [{{id: I1, text: Adult, rule: AGE >= 18}}]
assessments:
{lines(assessments)}
core_set: {{physician: PHGA, patient: PTGA, strength: MMT8, function: HAQDI, enzyme: CK,
           extramuscular: MYOACT}}
endpoints:
  - {{id: tis, label: Moderate response, definition: tis_2016, population: adult,
      threshold: moderate, role: primary, estimand: at_visit, visit: V11}}
  - {{id: doi, label: Improved at the end, definition: imacs_2004, role: secondary,
      estimand: at_visit, visit: V11}}
  - {{id: ever, label: Improved at any visit, definition: imacs_2004, role: secondary,
      estimand: ever}}
analyses: [disposition, baseline, exposure, response, withdrawals, safety, comparison]
"""


def write(folder: Path, patients: int) -> int:
    """Write study.yaml and data/; gives the number of rows."""
    (folder / "data").mkdir(parents=True)
    (folder / "study.yaml").write_text(protocol(), encoding="utf-8")
    rows = 0
    for name, frame in tables(patients).items():
        frame = frame.with_columns(ORIGIN=pl.lit("simulated"))
        frame.write_csv(folder / "data" / f"{name}.csv")
        rows += frame.height
    return rows


def tables(patients: int) -> dict[str, pl.DataFrame]:
    """The captured tables of so many patients, half of them on the drug."""
    generator = np.random.default_rng(6)
    who = np.array([f"L-{number:06}" for number in range(patients)])
    drug = np.arange(patients) % 2 == 0
    leaves = generator.random(patients) < 0.15
    last = np.where(leaves, generator.integers(3, VISITS, patients), VISITS)
    end = np.where(leaves, 30 * last - 15, 331)
    gain = generator.normal(np.where(drug, 0.65, 0.25), 0.35)
    subjects = pl.DataFrame({
        "USUBJID": who, "ARM": np.where(drug, "DRUG", "PLACEBO"),
        "AGE": generator.integers(25, 75, patients), "SEX": np.array(["F", "M"])[
            generator.integers(2, size=patients)],
        "DIAG": np.array(["PM", "DM", "IBM"])[np.arange(patients) // 2 % 3],
    })  # fmt: skip
    patient, visit = np.meshgrid(np.arange(patients), np.arange(VISITS), indexing="ij")
    held = (visit < last[:, None]) & ((visit == 0) | (generator.random(visit.shape) > 0.04))
    p, v = patient[held], visit[held]
    days = np.where(v == 0, 1, 30 * v + 1 + generator.integers(-4, 5, len(v)))
    names = np.array([f"V{n}" for n in range(VISITS)])
    columns = {"USUBJID": who[p], "VISIT": names[v], "VISITDY": days}
    part = gain[p] * (1 - np.exp(-v / 3))
    for name, (mean, sd, low, high, full, digits) in MEASURES.items():
        start = generator.normal(mean, sd, patients)[p]
        values = start + part * full + (v > 0) * generator.normal(0, sd / 3, len(p))
        values = np.round(np.clip(values, low, high), digits)
        columns[name] = np.round(values * 8) / 8 if name == "HAQDI" else values
    counts = generator.poisson(1.5, patients)
    e = np.arange(patients).repeat(counts)
    starts = generator.integers(1, end[e])
    return {
        "subjects": subjects,
        "visits": pl.DataFrame(columns),
        "disposition": pl.DataFrame({
            "USUBJID": who, "DSDECOD": np.where(leaves, "WITHDRAWN", "COMPLETED"),
            "DSREAS": np.where(leaves, "Lack of efficacy", ""), "DSSTDY": end,
        }),
        "exposure": pl.DataFrame({
            "USUBJID": who, "EXTRT": np.where(drug, "drug", "placebo"),
            "EXDOSE": np.where(drug, 100, 0), "EXDOSU": ["mg"] * patients,
            "EXSTDY": [1] * patients, "EXENDY": end, "EXPLAN": [331] * patients,
            "EXTAKEN": end - generator.integers(0, 10, patients),
        }),
        "adverse_events": pl.DataFrame({
            "USUBJID": who[e],
            "AETERM": np.array(TERMS)[generator.integers(len(TERMS), size=len(e))],
            "AESEV": np.array(["MILD", "MODERATE", "SEVERE"])[generator.integers(3, size=len(e))],
            "AEREL": np.array(["Y", "N"])[generator.integers(2, size=len(e))],
            "AEACN": ["DOSE NOT CHANGED"] * len(e), "AESTDY": starts, "AEENDY": starts + 3,
        }),
    }  # fmt: skip


def seconds(command: list[str]) -> float:
    """Processor time of a process and of those it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the time of a run for several numbers of patients."""
    for patients in SIZES:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place, "study")
            rows = write(folder, patients)
            took = seconds([sys.executable, "-m", "myotrial", "run", str(folder)])
        goal = f" (goal: {GOAL:.0f} s on two cores)" if patients == 1_000 else ""
        print(f"{patients:>6} patients, {rows:>6} rows {took:8.1f} s, "
              f"{1e3 * took / rows:6.2f} ms a row{goal}")  # fmt: skip


if __name__ == "__main__":
    main()
