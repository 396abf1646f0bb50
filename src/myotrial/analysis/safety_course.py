"""Adverse events over time: patients, events and rates from each visit to the next.

Period     from the day after one scheduled visit's target day to the next one's; the first from day
           1, the last without end. An event counts where it began; without a day it is left out.
Rate       events per patient-year of exposure within the period (ADEX).
Reactions  at the site of injection: terms with both words, in whatever spelling.
"""

from collections.abc import Callable, Iterator, Mapping
from math import inf
from types import MappingProxyType

from myotrial.analysis.sheet import Sheet, interval_of, many
from myotrial.analysis.trial import Record, Rows, Trial, slug
from myotrial.results import Result
from myotrial.statistics.poisson import rate

__all__ = ["results"]

RULE = "myotrial.analysis.safety_course.results"
GARWOOD = "Garwood F. Biometrika 1936;28:437-42."
DAYS_A_YEAR = 365.25


def _is_reaction(row: Record) -> bool:
    words = slug(row["AETERM"]).split("_")
    return "injection" in words and "site" in words


KINDS: Mapping[str, tuple[str, Callable[[Record], bool]]] = MappingProxyType(
    {
        "any": ("Any adverse event", lambda _: True),
        "site": ("Injection-site reaction", _is_reaction),
    }
)


def results(trial: Trial, sheet: Sheet, events: Rows) -> Iterator[Result]:
    """Any event and injection-site reactions by period; a kind without any is left out.

    Args:
        trial: The study, or one arm of it.
        sheet: What results on safety have in common.
        events: Events under treatment.
    """
    doses = trial.rows("ADEX", ("USUBJID", "ASTDY", "AENDY"), step="safety").of(
        trial.treated.subjects()
    )
    own = sheet.but(rule=RULE)
    for kind, (label, test) in KINDS.items():
        these = events.where(test)
        if not len(these):
            continue
        unknown = len(these) - len(these.known("ASTDY"))
        notes = [f"{many(unknown, 'event')} without a day left out."] if unknown else []
        for key, words, first, last in _periods(trial):
            inside = these.where(
                lambda row, a=first, b=last: row["ASTDY"] is not None and a <= row["ASTDY"] <= b
            )
            yield from _period(own, f"safety.time.{kind}.{key}", f"{label}, {words}", inside,
                               _exposed(doses, first, last), notes)  # fmt: skip


def _periods(trial: Trial) -> Iterator[tuple[str, str, float, float]]:
    """Key, words, first and last day of each period."""
    visits = [visit for visit in trial.visits if visit.get("day")]
    first, before = 1.0, ""
    for visit in visits:
        words = f"after {before} to {visit['label']}" if before else f"to {visit['label']}"
        yield visit["id"], words, first, float(visit["day"])
        first, before = float(visit["day"]) + 1, visit["label"]
    yield "end", f"after {before}" if before else "from day 1", first, inf


def _exposed(doses: Rows, first: float, last: float) -> dict[str, float]:
    """Days of exposure within a period of each patient who had any."""
    found: dict[str, float] = {}
    for row in doses:
        if row["ASTDY"] is None or row["AENDY"] is None:
            continue
        days = min(last, row["AENDY"]) - max(first, row["ASTDY"], 1) + 1
        if days > 0:
            found[row["USUBJID"]] = found.get(row["USUBJID"], 0.0) + days
    return found


def _period(
    sheet: Sheet, key: str, label: str, rows: Rows, exposed: dict[str, float], notes: list[str]
) -> Iterator[Result]:
    years = sum(exposed.values()) / DAYS_A_YEAR
    if not exposed and not len(rows):
        return
    yield sheet.count(
        f"{key}.patients", f"{label}: patients", rows, n=len(exposed),
        method="patients with at least one such event that began in the period, of those exposed "
        "in it", warnings=notes,
    )  # fmt: skip
    yield sheet.count(f"{key}.events", f"{label}: events", rows, unit="events", warnings=notes)
    estimate = rate(len(rows), years)
    yield sheet.result(
        f"{key}.rate",
        f"{label}: events per patient-year",
        "rate",
        estimate.value,
        unit="per patient-year",
        interval=None if estimate.value is None else interval_of(estimate),
        numerator=len(rows),
        n=len(exposed),
        method=f"events that began in the period divided by {years:.2f} patient-years of exposure "
        "in it, with Garwood's exact Poisson 95 % interval",
        reference=GARWOOD,
        rows=rows.keys(),
        warnings=[*notes, *([] if years else ["No exposure is recorded in this period."])],
    )
