"""Draw the tables of this study: 24 children who do not exist.

Baseline values lie about what cohorts of children with new-onset disease are reported to have
(medians in doi:10.1002/art.41236, Table 1). How they change is this file's own choice: each child
has a share of the disease that is gone by each visit, and each measure follows it with a deviation
of its own. Run it to write `data` anew; the same seed writes the same bytes.
"""

import csv
import math
import random
from pathlib import Path

SEED = 2026
CHILDREN = 24
VISITS = {"M0": 1, "M2": 61, "M6": 184, "M12": 366}
GONE = {
    "M0": 0.0,
    "M2": 0.35,
    "M6": 0.6,
    "M12": 0.7,
}  # of the disease, in the child that gains most
MISSED = 0.04  # of visits after baseline
# Measure: value without disease, mean and spread at baseline, ends of the scale, digits.
MEASURES = {
    "PHGA": (3, 58, 14, 0, 100, 0),
    "PTGA": (5, 52, 18, 0, 100, 0),
    "MMT8": (79, 61, 8, 0, 80, 0),
    "CMAS": (50, 31, 8, 0, 52, 0),
    "CHAQ": (0.05, 1.4, 0.5, 0, 3, 3),
    "DAS": (1, 12, 2.2, 0, 20, 0),
    "CHQPHS": (53, 36, 7, 0, 100, 1),
    "CK": (110, 620, 420, 20, 6000, 0),
    "LDH": (190, 420, 110, 100, 2000, 0),
    "EXTRAM": (3, 44, 14, 0, 100, 0),
}
STEPS = {"CHAQ": 0.125}
EVENTS = ("Nausea", "Upper respiratory tract infection", "Injection site pain", "Headache")


def main() -> None:
    """Write all tables into `data` beside this file."""
    draw = random.Random(SEED)  # noqa: S311 -- for drawing, not for secrets
    tables: dict[str, list[dict]] = {
        name: [] for name in ("subjects", "visits", "disposition", "exposure", "adverse_events")
    }
    for number in range(1, CHILDREN + 1):
        _child(draw, f"J-{number:02d}", tables)
    for name, rows in tables.items():
        _write(Path(__file__).parent / "data" / f"{name}.csv", rows)


def _child(draw: random.Random, subject: str, tables: dict[str, list[dict]]) -> None:
    gains = min(max(draw.gauss(0.7, 0.5), -0.5), 1.3)  # share of what the best child gains
    left = "M6" if gains < 0.25 and draw.random() < 0.7 else ""
    tables["subjects"].append(
        {
            "USUBJID": subject, "ARM": "TREATED", "AGE": draw.randint(6, 16),
            "SEX": draw.choice("FFM"), "DIAG": "JDM", "DISDUR": round(draw.uniform(1, 8), 1),
            "RASH": "Y", "CALCIN": draw.choices("NY", (9, 1))[0], "MASRAPID": "N",
            "ORIGIN": "simulated",
        }
    )  # fmt: skip
    start = {name: _start(draw, *of[:3]) for name, of in MEASURES.items()}
    for visit, day in VISITS.items():
        if left == visit:
            break
        if visit != "M0" and draw.random() < MISSED:
            continue
        tables["visits"].append(_visit(draw, subject, visit, day, start, GONE[visit] * gains))
    if left:
        day = VISITS["M2"] + draw.randint(25, 90)
        tables["visits"].append(_visit(draw, subject, "WD", day, start, GONE["M2"] * gains * 0.5))
        _leaves(tables, subject, day, "WITHDRAWN", "Lack of efficacy")
    else:
        day = max(VISITS["M12"], tables["visits"][-1]["VISITDY"])
        _leaves(tables, subject, day, "COMPLETED", "")
    _events(draw, subject, day, tables)


def _start(draw: random.Random, healthy: float, mean: float, spread: float) -> float:
    """A value at baseline, on the ill side of the value without disease."""
    value = draw.gauss(mean, spread)
    return max(value, healthy * 1.2) if mean > healthy else min(value, healthy * 0.95)


def _visit(
    draw: random.Random, subject: str, visit: str, day: int, start: dict[str, float], gone: float
) -> dict:
    jitter = 0 if visit in ("M0", "WD") else draw.randint(-8, 8)
    row = {"USUBJID": subject, "VISIT": visit, "VISITDY": day + jitter, "ORIGIN": "simulated"}
    for name, (healthy, _, _, low, high, digits) in MEASURES.items():
        own = 0 if visit == "M0" else draw.gauss(0, 0.13)
        value = healthy + (start[name] - healthy) * (1 - gone + own)
        value = min(max(value, low), high)
        step = STEPS.get(name)
        row[name] = round(value / step) * step if step else _rounded(value, digits)
    return row


def _rounded(value: float, digits: int) -> float | int:
    return round(value, digits) if digits else math.floor(value + 0.5)


def _leaves(tables: dict[str, list[dict]], subject: str, day: int, how: str, why: str) -> None:
    tables["disposition"].append(
        {"USUBJID": subject, "DSDECOD": how, "DSREAS": why, "DSSTDY": day, "ORIGIN": "simulated"}
    )
    weeks = (day - 1) // 7 + 1
    tables["exposure"].append(
        {
            "USUBJID": subject, "EXTRT": "study treatment", "EXDOSE": 0.5, "EXDOSU": "mg/kg",
            "EXSTDY": 1, "EXENDY": day, "EXPLAN": weeks, "EXTAKEN": weeks - weeks // 20,
            "ORIGIN": "simulated",
        }
    )  # fmt: skip


def _events(draw: random.Random, subject: str, last: int, tables: dict[str, list[dict]]) -> None:
    for _ in range(draw.choice((0, 0, 1, 1, 2, 3))):
        first = draw.randint(2, last - 5)
        tables["adverse_events"].append(
            {
                "USUBJID": subject, "AETERM": draw.choice(EVENTS),
                "AESEV": draw.choice(("MILD", "MILD", "MODERATE")), "AEREL": draw.choice("YN"),
                "AEACN": "DOSE NOT CHANGED", "AESTDY": first,
                "AEENDY": min(first + draw.randint(1, 12), last), "ORIGIN": "simulated",
            }
        )  # fmt: skip


def _write(file: Path, rows: list[dict]) -> None:
    file.parent.mkdir(exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, [*rows[0]], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
