"""The functional index: who gained 20 % or more, among responders and among the others."""

from collections.abc import Iterator

from myotrial.analysis.sheet import Sheet, many
from myotrial.analysis.trial import Rows, Trial
from myotrial.results import Result
from myotrial.statistics.two_by_two import fisher

__all__ = ["results"]

RULE = "myotrial.analysis.functional_index.results"
FISHER = "Fisher RA. J R Stat Soc 1935;98:39-54."
GROUPS = {
    "responders": ("responders by the definition of improvement", ("RESPONDER",)),
    "nonresponders": ("patients who did not respond", ("UNCHANGED", "WORSE")),
    "all": ("full analysis set", None),
}
NAMES = {"fi.responders": ", responders", "fi.nonresponders": ", non-responders", "fi.all": ""}


def results(trial: Trial) -> Iterator[Result]:
    """Improvement of the index at any visit and its best change, by response and diagnosis."""
    course = trial.rows(
        "ADCOURSE", ("USUBJID", "CLASS", "DIAG", "FIEVER", "FIPCT_BEST"), step="functional_index"
    ).of(trial.analysed.subjects())
    sheet = Sheet("functional_index", RULE, cautions=trial.cautions)
    for name, (words, classes) in GROUPS.items():
        rows = course if classes is None else _of_class(course, *classes)
        yield from _group(trial, sheet.but(population=words), f"fi.{name}", rows)
    yield _by_response(sheet, course)
    yield from _visits(trial, sheet)
    yield from _of_what(trial, sheet)


def _of_class(course: Rows, *classes: str) -> Rows:
    return course.where(lambda row: row["CLASS"] in classes)


def _group(trial: Trial, sheet: Sheet, key: str, rows: Rows) -> Iterator[Result]:
    label = f"Index improved by 20 % or more{NAMES[key]}"
    yield _improved(sheet, f"{key}.improved", label, rows)
    for diagnosis in trial.diagnoses:
        these = sheet.but(groups={"DIAG": diagnosis})
        yield _improved(these, f"{key}.improved.{diagnosis}", label, rows.where(DIAG=diagnosis))
    yield from sheet.summaries(
        f"{key}.best_change",
        f"Best change of the index{NAMES[key]}",
        rows,
        "FIPCT_BEST",
        unit="%",
    )


def _improved(sheet: Sheet, key: str, label: str, rows: Rows) -> Result:
    unknown = len(rows.where(lambda row: row["FIEVER"] not in ("Y", "N")))
    notes = [f"{many(unknown, 'patient')} without a known index counted as not improved."]
    return sheet.but(estimand="at any visit; non-responder imputation").share(
        key,
        label,
        rows,
        lambda row: row["FIEVER"] == "Y",
        method="functional index at least 20 % of its baseline better at any visit",
        warnings=notes if unknown else [],
    )


def _by_response(sheet: Sheet, course: Rows) -> Result:
    known = course.where(lambda row: row["FIEVER"] in ("Y", "N"))
    first, second = _of_class(known, "RESPONDER"), _of_class(known, "UNCHANGED", "WORSE")
    a, c = len(first.where(FIEVER="Y")), len(second.where(FIEVER="Y"))
    empty = not (len(first) and len(second))
    return sheet.but(population="patients with a known index and a known response").p_value(
        "fi.by_response.fisher",
        "Index improved: responders against non-responders",
        None if empty else fisher(a, len(first) - a, c, len(second) - c),
        known,
        n=len(first) + len(second),
        method="Fisher's exact test, two-sided: all tables with these margins that are no more "
        "probable than the observed one",
        reference=FISHER,
        warnings=["One of the two groups is empty: nothing to compare."] if empty else [],
    )


def _visits(trial: Trial, sheet: Sheet) -> Iterator[Result]:
    states = trial.rows(
        "ADRS", ("USUBJID", "PARAMCD", "AVALC", "VISITID"), step="functional_index"
    ).of(trial.analysed.subjects())
    for visit in trial.visits:
        rows = states.where(PARAMCD="FI20", VISITID=visit["id"])
        known = rows.where(lambda row: row["AVALC"] in ("Y", "N"))
        lost = len(trial.analysed) - len(known)
        yield sheet.but(
            population="full analysis set",
            estimand=f"at {visit['label']}; observed cases",
        ).share(
            f"fi.visit.{visit['id']}.improved",
            f"Index improved by 20 % or more at {visit['label']}",
            known,
            lambda row: row["AVALC"] == "Y",
            method="functional index at least 20 % of its baseline better",
            warnings=[f"{many(lost, 'patient')} without a known index left out."] if lost else [],
        )


def _of_what(trial: Trial, sheet: Sheet) -> Iterator[Result]:
    """Verdicts that hang on what the 20 % are of: no source says."""
    if not trial.has("ADRS", "OFMAXFL"):
        return
    rows = trial.rows("ADRS", ("USUBJID", "PARAMCD", "OFMAXFL", "AVALC"), step="functional_index")
    yield sheet.but(population="full analysis set").count(
        "fi.sensitivity.of_maximum",
        "A verdict would change if 20 % meant 20 % of the scale's maximum",
        rows.of(trial.analysed.subjects()).where(PARAMCD="FI20", OFMAXFL="Y"),
        n=len(trial.analysed),
        method="patients with a visit at which the functional index is improved or not according "
        "to whether its change is taken in percent of baseline or of the highest total",
    )
