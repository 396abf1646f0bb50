"""Response: rates of each endpoint under each handling of missing data, and the course over visits.

NRI   non-responder imputation: a verdict that is not known counts as no response; of a definition
      of deterioration, as deteriorated.
OC    observed cases: a patient without a known verdict is left out.
LOW, HIGH  every unknown verdict taken as not met, and as met.

An endpoint that is a score is summarised at its visit: as observed, and with every missing part of
it as low and as high as it could be. Non-responder imputation says nothing about a score.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from myotrial.analysis.independence import EXACT, FREEMAN_HALTON, independence
from myotrial.analysis.sheet import Sheet, interval_of, many
from myotrial.analysis.trial import Rows, Trial, same_visit
from myotrial.results import Result
from myotrial.statistics.binomial import mid_p

__all__ = ["results"]

RULE = "myotrial.analysis.response.results"
DETERIORATIONS = ("proderm",)  # definitions whose being met is bad
HANDLINGS = {
    "NRI": "non-responder imputation",
    "OC": "observed cases",
    "LOW": "worst case for what is missing",
    "HIGH": "best case for what is missing",
}
WORDS = {  # of a definition of deterioration
    "NRI": "what is missing counted as deteriorated",
    "LOW": "nothing that is missing deteriorated",
    "HIGH": "all that is missing deteriorated",
}
SCORES = {
    "OC": ("AVAL", "observed cases"),
    "LOW": ("AVALLO", "what is missing as low as it could be"),
    "HIGH": ("AVALHI", "what is missing as high as it could be"),
}
CLASSES = {
    "RESPONDER": "Responders",
    "UNCHANGED": "Unchanged",
    "WORSE": "Worse",
    "INDETERMINATE": "Not determined",
}
CLASSED = (
    "responders improved at any visit; the others are what they were at the last visit assessed"
)
STATES = ("IMPROVED", "UNCHANGED", "WORSE", "INDETERMINATE", "NOT ASSESSED")
LANCASTER = "Berry G, Armitage P. Statistician 1995;44:417-23."


def results(trial: Trial) -> Iterator[Result]:
    """Responder rates, first and sustained response, class of each patient, status by visit."""
    people = trial.analysed
    rates = trial.rows(
        "ADEST",
        ("USUBJID", "ENDPOINT", "HANDLING", "AVAL", "DIAG"),
        step="response",
    ).of(people.subjects())
    for endpoint in trial.plan["endpoints"]:
        if endpoint.get("definition") == "change":
            yield from _change(trial, endpoint, people)
        elif _is_score(endpoint):
            yield from _score(trial, endpoint, people)
        else:
            yield from _endpoint(trial, endpoint, rates.where(ENDPOINT=endpoint["id"]))
    course = trial.rows(
        "ADCOURSE",
        ("USUBJID", "FIRSTVIS", "SUSTTO", "CLASS", "DIAG"),
        step="response",
    ).of(people.subjects())
    yield from _course(trial, course)
    yield from _classes(trial, course)
    yield from _states(trial, people)
    yield from _enzyme(trial, people)


def _sheet(trial: Trial) -> Sheet:
    return Sheet("response", RULE, population="full analysis set", cautions=trial.cautions)


def _is_score(endpoint: Mapping[str, Any]) -> bool:
    """Whether an endpoint is a number of points, not a response."""
    return endpoint.get("definition") == "tis_2016" and not endpoint.get("threshold")


def _score(trial: Trial, endpoint: Mapping[str, Any], people: Rows) -> Iterator[Result]:
    """The Total Improvement Score at a visit: mean, SD, median, range, under each handling."""
    columns = ("USUBJID", "PARAMCD", "VISITID", "AVAL", "AVALLO", "AVALHI", "DIAG")
    rows = trial.rows("ADRS", columns, step="response").of(people.subjects())
    rows = rows.where(PARAMCD="TIS", VISITID=endpoint["visit"])
    for handling in (name for name in endpoint["handlings"] if name in SCORES):
        column, words = SCORES[handling]
        sheet = _sheet(trial).but(estimand=_estimand(trial, endpoint, words))
        stem = f"response.{endpoint['id']}.{handling.lower()}"
        yield from sheet.summaries(stem, endpoint["label"], rows, column, unit="points")
        for diagnosis in trial.diagnoses:
            yield from sheet.but(groups={"DIAG": diagnosis}).summaries(
                f"{stem}.{diagnosis}",
                endpoint["label"],
                rows.where(DIAG=diagnosis),
                column,
                unit="points",
            )


def _change(trial: Trial, endpoint: Mapping[str, Any], people: Rows) -> Iterator[Result]:
    """The change of one measure at a visit, in its unit: observed cases, as it is measured."""
    columns = ("USUBJID", "PARAMCD", "VISITID", "CHG", "AVALU", "DIAG")
    rows = trial.rows("ADCS", columns, step="response").of(people.subjects())
    rows = rows.where(PARAMCD=endpoint["measure"], VISITID=endpoint["visit"])
    unit = str(rows.records[0]["AVALU"] or "") if len(rows) else ""
    sheet = _sheet(trial).but(estimand=_estimand(trial, endpoint, "observed cases"))
    stem = f"response.{endpoint['id']}.oc"
    yield from sheet.summaries(stem, endpoint["label"], rows, "CHG", unit=unit)
    for diagnosis in trial.diagnoses:
        inside, of = sheet.but(groups={"DIAG": diagnosis}), rows.where(DIAG=diagnosis)
        yield from inside.summaries(f"{stem}.{diagnosis}", endpoint["label"], of, "CHG", unit=unit)


def _handling(endpoint: Mapping[str, Any], handling: str) -> str:
    """A handling of missing data in words, as the definition turns it."""
    if endpoint.get("definition") in DETERIORATIONS:
        return WORDS.get(handling, HANDLINGS[handling])
    return HANDLINGS[handling]


def _endpoint(trial: Trial, endpoint: Mapping[str, Any], rows: Rows) -> Iterator[Result]:
    key, label = f"response.{endpoint['id']}", endpoint["label"]
    for handling in endpoint["handlings"]:
        these = rows.where(HANDLING=handling)
        sheet = _sheet(trial).but(
            estimand=_estimand(trial, endpoint, _handling(endpoint, handling)),
            cautions=(*_chances(trial, endpoint), *trial.cautions),
        )
        stem, taken = f"{key}.{handling.lower()}", _taken(endpoint, handling)
        yield _rate(trial, sheet, f"{stem}.share", label, these, rows, taken)
        for diagnosis in trial.diagnoses:
            yield _rate(
                trial,
                sheet.but(groups={"DIAG": diagnosis}),
                f"{stem}.{diagnosis}.share",
                label,
                these.where(DIAG=diagnosis),
                rows.where(DIAG=diagnosis),
                taken,
            )
        if handling == "NRI":
            yield from _sensitivity(sheet, key, label, these)
            if trial.whole:  # tests are not repeated for each arm
                yield _by_diagnosis(sheet, key, label, these)


def _chances(trial: Trial, endpoint: Mapping[str, Any]) -> tuple[str, ...]:
    """A warning that the best of several visits counts."""
    visits = len(trial.visits)
    if endpoint["estimand"] != "ever" or visits < 2:
        return ()
    return (f"Met at any of {visits} visits: chance alone meets it more often than at one visit.",)


def _estimand(trial: Trial, endpoint: Mapping[str, Any], handling: str) -> str:
    return f"{trial.asked(endpoint)}; {handling}"


def _rate(
    trial: Trial, sheet: Sheet, key: str, label: str, rows: Rows, all_rows: Rows, taken: str
) -> Result:
    known = rows.known("AVAL")
    return sheet.share(
        key,
        label,
        known,
        lambda row: row["AVAL"] == 1,
        method=f"response {sheet.estimand}",
        warnings=_missing(trial, rows, all_rows, taken),
    )


def _taken(endpoint: Mapping[str, Any], handling: str) -> str:
    """What patients whose verdict is not known are counted as; "" where they are left out."""
    if handling == "OC":
        return ""
    if endpoint.get("definition") in DETERIORATIONS:
        return "not deteriorated" if handling == "LOW" else "deteriorated"
    return "responders" if handling == "HIGH" else "non-responders"


def _missing(trial: Trial, rows: Rows, all_rows: Rows, taken: str) -> list[str]:
    """What happened to patients whose verdict is not known, or hangs on what is missing."""
    lost = len(rows) - len(rows.known("AVAL"))
    if not taken or lost:
        return [f"{many(lost, 'patient')} without a known verdict left out."] if lost else []
    unknown = _unknown(all_rows)
    if not unknown:
        return []
    gone = trial.enrolled.of(unknown).where(EOSSTT="DISCONTINUED")
    told = f"{many(len(unknown), 'patient')} whose verdict hangs on what is missing"
    told += f", {len(gone)} of them withdrawn," if len(gone) else ""
    return [f"{told} counted as {taken}."]


def _unknown(rows: Rows) -> list[str]:
    """Patients whose best and worst case differ; without those, who are no observed case."""
    worst = {row["USUBJID"]: row["AVAL"] for row in rows.where(HANDLING="LOW")}
    best = rows.where(HANDLING="HIGH")
    if worst and len(best):
        return best.where(lambda row: worst.get(row["USUBJID"]) != row["AVAL"]).subjects()
    return rows.where(lambda row: row["HANDLING"] == "OC" and row["AVAL"] is None).subjects()


def _sensitivity(sheet: Sheet, key: str, label: str, rows: Rows) -> Iterator[Result]:
    """The mid-P interval beside the exact one."""
    known = rows.known("AVAL")
    x, n = len(known.where(AVAL=1)), len(known)
    yield sheet.result(
        f"{key}.sensitivity.mid_p",
        f"{label}: mid-P interval",
        "share",
        100 * x / n if n else None,
        unit="%",
        interval=interval_of(mid_p(x, n), scale=100) if n else None,
        numerator=x,
        n=n,
        method=f"response {sheet.estimand}; share with the mid-P 95 % interval",
        reference=LANCASTER,
        rows=known.keys(),
        warnings=[] if n else ["No patients: no share can be given."],
    )


def _by_diagnosis(sheet: Sheet, key: str, label: str, rows: Rows) -> Result:
    """A test of equal rates across diagnoses."""
    known = rows.known("AVAL")
    counts = [
        (len(group.where(AVAL=1)), len(group) - len(group.where(AVAL=1)))
        for group in known.by("DIAG").values()
    ]
    test = independence(counts) if len(counts) > 1 else None
    return sheet.p_value(
        f"{key}.nri.by_diagnosis.freeman_halton",
        f"{label}: equal across diagnoses",
        test.p_value if test else None,
        known,
        n=len(known),
        method=test.method if test else EXACT,
        reference=test.reference if test else FREEMAN_HALTON,
        warnings=test.warnings if test else ["Only one diagnosis: nothing to compare."],
    )


def _course(trial: Trial, course: Rows) -> Iterator[Result]:
    """When patients first improved, and until which visit without a break."""
    sheet = _sheet(trial).but(estimand="definition of improvement, known verdicts")
    after = [visit for visit in trial.plan["visits"] if not visit.get("baseline")]
    for visit in after:
        first = course.where(lambda row, visit=visit: same_visit(row["FIRSTVIS"], visit))
        if len(first) or not visit.get("unscheduled"):
            yield sheet.count(
                f"response.first.{visit['id']}",
                f"First improved at {visit['label']}",
                first,
                n=len(course),
                method="first visit at which the definition of improvement was met",
            )
    for visit, last in combinations(trial.visits, 2):
        held = course.where(
            lambda row, visit=visit, last=last: (
                same_visit(row["FIRSTVIS"], visit) and same_visit(row["SUSTTO"], last)
            )
        )
        yield sheet.count(
            f"response.sustained.{visit['id']}.{last['id']}",
            f"First improved at {visit['label']}, sustained to {last['label']}",
            held,
            n=len(course),
            method="improved at every scheduled visit from the first improvement to that visit, "
            "and not at the next",
        )


def _classes(trial: Trial, course: Rows) -> Iterator[Result]:
    """How many are responders, unchanged, worse, or indeterminate."""
    sheet = _sheet(trial).but(estimand="over all visits")
    for name, label in CLASSES.items():
        rows = course.where(CLASS=name)
        yield sheet.count(f"response.class.{name}", label, rows, n=len(course), method=CLASSED)
        for diagnosis in trial.diagnoses:
            yield sheet.but(groups={"DIAG": diagnosis}).count(
                f"response.class.{name}.{diagnosis}",
                label,
                rows.where(DIAG=diagnosis),
                n=len(course.where(DIAG=diagnosis)),
                method=CLASSED,
            )


def _states(trial: Trial, people: Rows) -> Iterator[Result]:
    """How many are improved, unchanged, worse or not known at each visit."""
    states = trial.rows("ADRS", ("USUBJID", "PARAMCD", "AVALC", "VISITID"), step="response").of(
        people.subjects()
    )
    for visit in trial.visits:
        rows = states.where(PARAMCD="STATUS", VISITID=visit["id"])
        for state in STATES:
            yield _sheet(trial).count(
                f"response.status.{visit['id']}.{state.replace(' ', '_')}",
                f"{visit['label']}: {state.lower()}",
                rows.where(AVALC=state),
                n=len(people),
            )


def _enzyme(trial: Trial, people: Rows) -> Iterator[Result]:
    """Verdicts that hang on how an enzyme that stays within normal limits is counted."""
    if not trial.has("ADRS", "NORMFL"):
        return
    verdicts = trial.rows("ADRS", ("USUBJID", "PARAMCD", "NORMFL", "AVALC"), step="response").where(
        PARAMCD="DOI"
    )
    yield _sheet(trial).count(
        "response.sensitivity.normal_enzyme",
        "A verdict would change if a normal enzyme counted as unchanged",
        verdicts.of(people.subjects()).where(NORMFL="Y"),
        n=len(people),
        method="patients with a visit at which the definition of improvement is met or not "
        "according to whether an enzyme within normal limits at both visits counts as changed",
    )
