"""Adverse events of both arms, as treated: patients, and events per patient-year.

Only events that began or worsened under treatment count; see `analysis.safety` for the numbers of
each arm.
"""

from collections.abc import Iterator

from myotrial.analysis.comparison.arms import Pair
from myotrial.analysis.exposure import patient_years
from myotrial.analysis.safety import KINDS, terms
from myotrial.analysis.sheet import Sheet
from myotrial.analysis.trial import Rows, Trial
from myotrial.results import Result
from myotrial.statistics.poisson import rate_ratio
from myotrial.statistics.risk_difference import risk_difference

__all__ = ["results"]

RULE = "tolerability.results"
MIETTINEN = "Miettinen O, Nurminen M. Stat Med 1985;4:213-26."
PRZYBOROWSKI = "Przyborowski J, Wilenski H. Biometrika 1940;31:313-23."
COLUMNS = ("USUBJID", "AETERM", "AESEV", "AEREL", "AEACN", "TRTEMFL")


def results(pair: Pair) -> Iterator[Result]:
    """Any event, related, leading to withdrawal, severe, and each term: difference and ratio."""
    if not (pair.trial.has("ADAE", *COLUMNS) and pair.trial.has("ADSL", "TRT01A")):
        return
    arms = tuple(pair.trial.of_arm(arm, "TRT01A") for arm in (pair.arm, pair.control))
    labels = pair.labels
    sheet = pair.sheet(RULE).but(
        population=f"all treated patients as treated, {labels[True]} against {labels[False]}"
    )
    events = [
        arm.rows("ADAE", COLUMNS, step="comparison").of(arm.treated.subjects()).where(TRTEMFL="Y")
        for arm in arms
    ]
    years = [patient_years(arm, step="comparison") for arm in arms]
    both = Rows("ADAE", tuple(row for rows in events for row in rows))
    kinds = [(f"{pair.key}.events.{name}", label, test) for name, label, test in KINDS]
    kinds.append((f"{pair.key}.events.severe", "Severe", lambda row: row["AESEV"] == "SEVERE"))
    for key, label, test in kinds:
        yield from _kind(sheet, key, label, arms, [rows.where(test) for rows in events], years)
    for name, term, rows in terms(both):
        inside = {id(row) for row in rows}
        chosen = [each.where(lambda row, i=inside: id(row) in i) for each in events]
        yield from _kind(sheet, f"{pair.key}.events.term.{name}", term, arms, chosen, years)


def _kind(
    sheet: Sheet,
    key: str,
    label: str,
    arms: tuple[Trial, ...],
    events: list[Rows],
    years: list[float],
) -> Iterator[Result]:
    """The difference of patients with such an event, and the ratio of the rates."""
    sizes = [len(arm.treated) for arm in arms]
    a, c = (len(rows.subjects()) for rows in events)
    found = Rows("ADAE", tuple(row for rows in events for row in rows))
    empty = [] if all(sizes) else ["One of the two arms has no treated patients."]
    yield sheet.estimate(
        f"{key}.difference", f"{label}: difference of patients",
        risk_difference(a, sizes[0] - a, c, sizes[1] - c), found, statistic="difference",
        n=sum(sizes), unit="%", scale=100,
        method=f"{a} of {sizes[0]} against {c} of {sizes[1]} patients with such an event; "
        "Miettinen-Nurminen score 95 % interval", reference=MIETTINEN, warnings=empty,
    )  # fmt: skip
    ratio, p_value = rate_ratio(len(events[0]), years[0], len(events[1]), years[1])
    why = [] if all(years) else ["No exposure is recorded in one of the arms."]
    if not len(found):
        why.append("No such event.")
    yield sheet.estimate(
        f"{key}.rate_ratio", f"{label}: ratio of rates", ratio, found, statistic="rate_ratio",
        n=sum(sizes), method=f"{len(events[0])} events in {years[0]:.2f} patient-years against "
        f"{len(events[1])} in {years[1]:.2f}, with the exact 95 % interval given all events "
        f"(p = {p_value:.3g})", reference=PRZYBOROWSKI, warnings=[*empty, *why],
    )  # fmt: skip
