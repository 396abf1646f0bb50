"""Concomitant therapy that had to keep its dose: who had it, and each change of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from myotrial.analysis.sheet import Sheet, many
from myotrial.analysis.trial import Rows, Trial, slug
from myotrial.results import Result

__all__ = ["results"]

RULE = "myotrial.analysis.concomitant.results"
COLUMNS = ("USUBJID", "CMTRT", "CMCLAS", "ADY", "PCHG", "STABLE", "VIOLTXT")


def results(trial: Trial) -> Iterator[Result]:
    """Patients on each class, patients whose therapy was stable, and every change of dose."""
    rule = (trial.plan.get("concomitant") or {}).get("stable")
    found = trial.rows("ADCM", COLUMNS, step="concomitant").of(trial.treated.subjects())
    sheet = Sheet("concomitant", RULE)
    for name, rows in found.by("CMCLAS").items():
        yield sheet.count(
            f"concomitant.class.{slug(name)}", f"On {name}", rows, n=len(trial.treated)
        )
    if not rule:
        return
    method = _told(rule)
    broken = found.where(STABLE="N")
    changed, unknown = set(broken.subjects()), _unknown(found, broken)
    yield sheet.share(
        "concomitant.stable",
        "Concomitant therapy stable",
        trial.treated.where(lambda row: row["USUBJID"] not in unknown),
        lambda row: row["USUBJID"] not in changed,
        method=method,
        warnings=_cautions(len(unknown), len(trial.treated) - len(found.subjects())),
    )
    yield sheet.count(
        "concomitant.violations",
        "Therapies whose dose changed",
        broken,
        unit="therapies",
        n=len(found),
        method=method,
    )
    for row in broken:
        yield sheet.result(
            f"concomitant.violation.{row['USUBJID']}.{slug(row['CMTRT'])}",
            f"{row['USUBJID']}, {row['CMTRT']}: {row['VIOLTXT'] or 'dose changed'}",
            "change",
            row["PCHG"],
            unit="%",
            n=1,
            method=f"largest change of the daily dose in percent of the first day's; {method}",
            rows=Rows(broken.dataset, (row,)).keys(),
            warnings=[] if row["PCHG"] is not None else ["There was no dose to compare with."],
        )


def _cautions(unknown: int, without: int) -> list[str]:
    """What a reader must know of patients whose dose is not known, or who have none."""
    told = {
        f"{many(unknown, 'patient')} with a dose that is not known left out.": unknown,
        f"{many(without, 'patient')} without any such therapy counted as stable.": without,
    }
    return [text for text, count in told.items() if count]


def _told(rule: Mapping[str, Any]) -> str:
    classes = ", ".join(rule["classes"])
    return (
        f"daily dose of {classes} from day {rule['from_day']} to day {rule['to_day']} within "
        f"{rule['tolerance_percent']:g} % of the first day's"
    )


def _unknown(found: Rows, broken: Rows) -> set[str]:
    """Patients with a dose that is not known and no change that is."""
    unknown = found.where(lambda row: row["STABLE"] not in ("Y", "N"))
    return set(unknown.subjects()) - set(broken.subjects())
