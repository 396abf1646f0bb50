"""Time to the first improvement: Kaplan-Meier curves and log-rank tests.

Event    the first visit at which the definition of improvement was met, known verdicts only.
Time     study day of that visit; a visit without a day counts as on its target day.
Censored at the last visit with a known verdict; a patient without any, at day 1.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from myotrial.analysis.comparison.arms import Pair
from myotrial.analysis.trial import Record, Rows
from myotrial.results import Interval, Result
from myotrial.statistics.survival import Curve, kaplan_meier, log_rank

__all__ = ["COLUMNS", "Course", "course_of", "results"]

RULE = "times.results"
KAPLAN = "Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-81."
BROOKMEYER = "Brookmeyer R, Crowley J. Biometrics 1982;38:29-41."
MANTEL = "Mantel N. Cancer Chemother Rep 1966;50:163-70."
COLUMNS = ("USUBJID", "PARAMCD", "VISITID", "ADY", "AVALC")
ESTIMAND = "definition of improvement, known verdicts"


@dataclass(frozen=True)
class Course:
    """Day of the first improvement or of the last known verdict, and whether it was the first."""

    day: float
    improved: bool


def results(pair: Pair) -> Iterator[Result]:
    """Median time and share improved at each visit of both arms, and tests."""
    rows = pair.trial.rows("ADRS", COLUMNS, step="comparison").where(PARAMCD="DOI")
    rows = rows.of(pair.people.subjects())
    if not len(rows):
        return
    days = {visit["id"]: visit.get("day") for visit in pair.trial.plan["visits"]}
    courses = {
        who: course_of(rows.where(USUBJID=who), days) for who in pair.people.subjects()
    }  # every patient, assessed or not
    yield from _curves(pair, rows, courses)
    yield from _tests(pair, rows, courses)


def course_of(rows: Rows, days: Mapping[str, int | None]) -> Course:
    """When a patient with these verdicts, in ADRS, improved first or was last known not to have.

    Args:
        rows: Of one definition.
        days: Target day of each visit.
    """
    known = [(_day(row, days), row["AVALC"] == "Y") for row in rows if row["AVALC"] in ("Y", "N")]
    first = min((day for day, improved in known if improved), default=None)
    if first is not None:
        return Course(first, improved=True)
    return Course(max((day for day, _ in known), default=1.0), improved=False)


def _day(row: Record, days: Mapping[str, int | None]) -> float:
    day = row["ADY"] if row["ADY"] is not None else days.get(row["VISITID"])
    return max(float(day or 1), 1.0)


def _curves(pair: Pair, rows: Rows, courses: Mapping[str, Course]) -> Iterator[Result]:
    for side, arm in ((True, pair.arm), (False, pair.control)):
        chosen = [one for who, one in courses.items() if pair.treated[who] is side]
        people = [who for who in courses if pair.treated[who] is side]
        sheet = pair.sheet(RULE).but(groups={"ARM": pair.labels[side]}, estimand=ESTIMAND)
        curve = kaplan_meier([one.day for one in chosen], [one.improved for one in chosen])
        median = curve.median()
        notes = [] if median.value is not None else ["Fewer than half are known to improve."]
        yield sheet.estimate(
            f"{pair.key}.time.median.{arm['id']}", "Median time to first improvement", median,
            rows.of(people), statistic="median_time", n=len(chosen), unit="days",
            method="Kaplan-Meier median with Brookmeyer and Crowley's 95 % interval on the "
            "log-minus-log scale", reference=BROOKMEYER, warnings=notes,
        )  # fmt: skip
        for visit in pair.trial.visits:
            if visit.get("day"):
                yield _share(pair, sheet, curve, visit, arm, rows.of(people))


def _share(pair: Pair, sheet, curve: Curve, visit: Record, arm: Record, rows: Rows) -> Result:
    """The share improved by the end of a visit's window."""
    end = visit["day"] + (visit.get("window") or (0, 0))[1]
    left = curve.at(end)
    value = None if left.value is None else 100 * (1 - left.value)
    return sheet.result(
        f"{pair.key}.time.{visit['id']}.{arm['id']}",
        f"Improved by {visit['label']}",
        "share_by_time",
        value,
        unit="%",
        interval=None
        if value is None or left.low == left.high
        else Interval(100 * (1 - left.high), 100 * (1 - left.low), left.level),
        n=curve.n,
        method=f"one minus the Kaplan-Meier estimate at day {end}, with Greenwood's 95 % interval "
        "on the log-minus-log scale",
        reference=KAPLAN,
        rows=rows.keys(),
        warnings=_idle(curve, value),
    )


def _idle(curve: Curve, value: float | None) -> list[str]:
    if not curve.n:
        return ["No patients in this arm."]
    return [] if value else ["Nobody improved by then: Greenwood's variance gives no interval."]


def _tests(pair: Pair, rows: Rows, courses: Mapping[str, Course]) -> Iterator[Result]:
    who = list(courses)
    days, improved = [courses[one].day for one in who], [courses[one].improved for one in who]
    arms, strata = [pair.treated[one] for one in who], [pair.stratum[one] for one in who]
    sheet = pair.sheet(RULE).but(estimand=ESTIMAND)
    notes = []
    if len(set(arms)) < 2:
        notes.append("One of the two arms has no patients: nothing to compare.")
    elif not any(improved):
        notes.append("Nobody is known to have improved: nothing to compare.")
    for name, words, layers in (
        ("log_rank", "", None),
        ("log_rank_stratified", f", stratified by {pair.by}", strata),
    ):
        test = log_rank(days, improved, arms, layers)
        idle = [] if notes or test.statistic or len(set(strata)) < 2 or name == "log_rank" else [
            "No stratum has improvements with both arms at risk."
        ]  # fmt: skip
        yield sheet.p_value(
            f"{pair.key}.time.{name}", f"Time to first improvement: equal (log-rank{words})",
            None if notes or idle else test.p_value, rows, n=len(who),
            method=f"log-rank test{words}", reference=MANTEL, warnings=[*notes, *idle],
        )  # fmt: skip
