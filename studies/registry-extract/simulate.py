"""Draw the extract of a registry that does not exist, as a hospital's system would export it.

Semicolons, decimal commas, dates as DD/MM/YYYY, words for codes, and gaps: every third visit
lacks a measure, and one patient in five was not seen after a year. Run it to write `extract` anew;
the same seed writes the same bytes.
"""

import csv
import datetime as dt
import random
from pathlib import Path

SEED = 7
PATIENTS = 120
DIAGNOSES = {"PM": 25, "DM": 35, "IBM": 15, "ASYS": 30, "IMNM": 15}  # of 120, as drawn
DRUGS = {
    "glucocorticoid": "Prednisolone",
    "methotrexate": "Methotrexate",
    "azathioprine": "Azathioprine",
}
GAP = 1 / 3  # of visits that lack one measure
LOST = 0.2  # of patients not seen after a year
# Measure: its column, value without disease, mean and spread at inclusion, lowest, highest, digits.
MEASURES = {
    "Physician global (mm)": (5, 42, 18, 0, 100, 0),
    "Patient global (mm)": (10, 48, 22, 0, 100, 0),
    "MMT8": (79, 68, 8, 0, 80, 0),
    "HAQ-DI": (0.1, 1.1, 0.6, 0, 3, 3),
    "Creatine kinase (ukat/L)": (2, 12, 9, 0.4, 200, 1),
    "Extramuscular global (mm)": (3, 25, 15, 0, 100, 0),
}


def main() -> None:
    """Write the three files of the extract beside this one."""
    draw = random.Random(SEED)  # noqa: S311 -- for drawing, not for secrets
    people: list[dict] = []
    visits: list[dict] = []
    drugs: list[dict] = []
    for number in range(1, PATIENTS + 1):
        _patient(draw, f"R{number:04d}", people, visits, drugs)
    for name, rows in (("patients", people), ("visits", visits), ("treatments", drugs)):
        _write(Path(__file__).parent / "extract" / f"{name}.csv", rows)


def _patient(
    draw: random.Random, who: str, people: list[dict], visits: list[dict], drugs: list[dict]
) -> None:
    first = dt.date(2023, 1, 9) + dt.timedelta(days=draw.randint(0, 600))
    diagnosis = draw.choices([*DIAGNOSES], [*DIAGNOSES.values()])[0]
    gains = draw.gauss(0.05 if diagnosis == "IBM" else 0.45, 0.3)  # share of the disease that goes
    lost = draw.random() < LOST
    start = {
        name: max(draw.gauss(mean, spread), free + 0.05 * mean)
        if mean > free
        else min(draw.gauss(mean, spread), free)
        for name, (free, mean, spread, *_) in MEASURES.items()
    }
    last = first
    for label, day, share in (
        ("Inclusion", 0, 0.0),
        ("Half a year", 183, 0.8),
        ("One year", 365, 1.0),
    ):
        if label == "One year" and lost:
            break
        last = first + dt.timedelta(days=day + (draw.randint(-25, 25) if day else 0))
        visits.append(_visit(draw, who, label, last, start, share * gains))
    people.append(
        {
            "Patient": who, "Sex": draw.choices(("Female", "Male"), (2, 1))[0],
            "Age": draw.randint(28, 82), "Diagnosis": diagnosis, "Arm": "REGISTRY",
            "Date of inclusion": f"{first:%d/%m/%Y}",
            "Status": "Lost to follow-up" if lost else "Followed for one year",
            "Reason for withdrawal": "Lost to follow-up" if lost else "",
            "Last seen": f"{last:%d/%m/%Y}",
        }
    )  # fmt: skip
    for group in draw.sample([*DRUGS], draw.choice((1, 1, 2))):
        begun = first + dt.timedelta(days=draw.randint(-300, 30))
        drugs.append(
            {
                "Patient": who, "Drug": DRUGS[group], "Class": group,
                "Dose": 10 if group != "azathioprine" else 100, "Dose unit": "mg",
                "Start date": f"{begun:%d/%m/%Y}",
            }
        )  # fmt: skip


def _visit(
    draw: random.Random, who: str, label: str, day: dt.date, start: dict, gone: float
) -> dict:
    row = {"Patient": who, "Visit": label, "Date of visit": f"{day:%d/%m/%Y}"}
    missed = draw.choice([*MEASURES]) if draw.random() < GAP else ""
    for name, (free, _, _, low, high, digits) in MEASURES.items():
        own = draw.gauss(0, 0.15) if gone else 0.0
        value = min(max(free + (start[name] - free) * (1 - gone + own), low), high)
        value = round(value * 8) / 8 if name == "HAQ-DI" else round(value, digits)
        text = f"{value:.{digits}f}".replace(".", ",")
        row[name] = "" if name == missed else text
    return row


def _write(file: Path, rows: list[dict]) -> None:
    file.parent.mkdir(exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, [*rows[0]], delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
