"""Contradictions between the parts of a protocol, each made by one change to a right one."""

import pytest

from myotrial import protocol

CASES = [
    ("visits out of order", "month: 6, day: 184", "month: 2, day: 62", "visits[2].day",
     "a later day than that of M3", "day 62"),
    ("overlapping windows", "window: [-30, 30]", "window: [-80, 30]", "visits[2].window",
     "a window that opens after that of M3 closes (day 113)", "it opens on day 104"),
    ("day and month disagree", "day: 184", "day: 150", "visits[2].day",
     "a day of month 6, 166 to 190", "150"),
    ("day zero", "month: 0, day: 1,", "month: 0, day: 0,", "visits[0].day",
     "a study day other than 0", "0"),
    ("window runs backwards", "[-21, 21]", "[21, -21]", "visits[1].window",
     "days before (zero or negative)", "[21, -21]"),
    ("no baseline", ", baseline: true", "", "visits", "one baseline visit", "none"),
    ("two baselines", "window: [-21, 21]", "window: [-21, 21], baseline: true",
     "visits[1].baseline", "one baseline visit (it is M0)", "M3 as well"),
    ("unscheduled with a day", "unscheduled: true", "unscheduled: true, day: 30", "visits[3].day",
     "no day for an unscheduled visit", "30"),
    ("scheduled without a day", "month: 3, day: 92", "month: 3", "visits[1].day",
     "the day of the visit", "nothing"),
    ("visit after the study", "months: 12", "months: 5", "visits[2].month",
     "a month within the 5 months", "6"),
    ("study ends before it starts", "end: 2022-06", "end: 2019-06", "study.end",
     "a date at least 12 months after the start", "2019-06"),
    ("study shorter than a patient's part", "end: 2022-06", "end: 2020-06", "study.end",
     "a date at least 12 months after the start", "2020-06"),
    ("a date that does not exist", "start: 2020-01,", "start: 2020-02-30,", "study.start",
     "a date that exists", "2020-02-30"),
    ("a visit twice in a list", "biopsy:\n  visits: [M0, M6]", "biopsy:\n  visits: [M0, M0]",
     "biopsy.visits[1]", "each entry once", "'M0' again"),
    ("an analysis twice", "[disposition, response]", "[response, response]", "analyses[1]",
     "each entry once", "'response' again"),
    ("a value twice", "values: [F, M]", "values: [F, F]", "subject.SEX.values[1]",
     "each entry once", "'F' again"),
    ("dose without unit", "dose: 100, unit: mg", "dose: 100", "arms[0].treatments[0]",
     "a dose with its unit", "no unit beside the dose 100"),
    ("treatment ends before it starts", "from_day: 1, to_day: 366", "from_day: 9, to_day: 3",
     "arms[0].treatments[0].to_day", "a day not before from_day (9)", "3"),
    ("stability ends before it starts", "from_day: -28, to_day: 366", "from_day: 28, to_day: 2",
     "concomitant.stable.to_day", "a day not before from_day (28)", "2"),
    ("stability from day zero", "from_day: -28", "from_day: 0", "concomitant.stable.from_day",
     "a study day other than 0", "0"),
    ("attribute without kind", "{label: Sex, values: [F, M]}", "{label: Sex}", "subject.SEX",
     "either a type (integer or number) or a list of values", "neither"),
    ("attribute of two kinds", "type: integer, range", "type: integer, values: [X], range",
     "subject.AGE", "either a type (integer or number) or a list of values", "both"),
    ("range runs backwards", "[0, 120]", "[120, 0]", "subject.AGE.range",
     "a range [lowest, highest] of a number", "[120.0, 0.0]"),
    ("visit twice", "id: WD", "id: M3", "visits[3].id",
     "an id that is used once", "'M3' again (first on line 14)"),
    ("rule twice", "id: E1", "id: I1", "eligibility.exclusion[0].id",
     "an id that is used once", "'I1' again"),
    ("marker twice", "id: IL1RA", "id: CD3", "biopsy.markers[1].id",
     "an id that is used once", "'CD3' again"),
    ("endpoint twice", "id: doi_kept", "id: doi_m6", "endpoints[1].id",
     "an id that is used once", "'doi_m6' again"),
    ("attribute named like an assessment", "  SEX: {", "  CK: {label: x, type: number}\n  SEX: {",
     "subject.CK", "an id that is used once", "'CK' again"),
    ("assessment at an unknown visit", "upper_limit: 200, visits: [M0, M3, M6]",
     "upper_limit: 200, visits: [M0, M3, M66]", "assessments[4].visits[2]",
     "the id of a visit", "'M66'"),
    ("biopsy at an unknown visit", "visits: [M0, M6]\n", "visits: [M0, M9]\n", "biopsy.visits[1]",
     "the id of a visit", "'M9'"),
    ("endpoint at an unknown visit", "visit: M6}", "visit: M12}", "endpoints[0].visit",
     "the id of a visit", "'M12'"),
    ("endpoint at baseline", "visit: M6}", "visit: M0}", "endpoints[0].visit",
     "a scheduled visit after baseline", "'M0'"),
    ("endpoint at withdrawal", "visit: M6}", "visit: WD}", "endpoints[0].visit",
     "a scheduled visit after baseline", "'WD'"),
    ("at a visit, but which", "estimand: at_visit, visit: M6", "estimand: at_visit",
     "endpoints[0].visit", "visit exactly where the estimand is at_visit", "without it"),
    ("ever, but at a visit", "estimand: at_visit, visit: M6", "estimand: ever, visit: M6",
     "endpoints[0].visit", "visit exactly where the estimand is at_visit", "estimand ever with it"),
    ("sustained for how long", ", consecutive: 2", "", "endpoints[1].consecutive",
     "consecutive exactly where the estimand is sustained", "without it"),
    ("sustained for longer than visits", "consecutive: 2", "consecutive: 3",
     "endpoints[1].consecutive", "at most 2, the number of visits after baseline", "3"),
    ("unknown source", "source: R1", "source: R9", "eligibility.inclusion[0].source",
     "the id of a source", "'R9'"),
    ("assumed, but not there", "source: R1,", "source: R1, assumed: [txt],",
     "eligibility.inclusion[0].assumed[0]", "a key that stands beside `assumed`", "'txt'"),
    ("core set of an unknown assessment", "enzyme: CK", "enzyme: CPK", "core_set.enzyme",
     "the id of an assessment", "'CPK'"),
    ("core set names one twice", "enzyme: CK", "enzyme: MMT8", "core_set.enzyme",
     "one assessment for each measure", "'MMT8', which already stands for strength"),
    ("core set without baseline", "upper_limit: 200, visits: [M0, M3, M6]",
     "upper_limit: 200, visits: [M3, M6]", "assessments[4].visits",
     "the baseline visit 'M0' among the visits", "M3, M6"),
    ("marker of two kinds", "unit: cells/mm2", "unit: cells/mm2, presence: true",
     "biopsy.markers[0]", "either a unit or presence: true", "both"),
    ("marker of no kind", ", presence: true", "", "biopsy.markers[1]",
     "either a unit or presence: true", "neither"),
    ("unreadable rule", "rule: AGE >= 18", "rule: AGE >=", "eligibility.inclusion[0].rule",
     "a readable rule", "expected a name, a number or a value in quotes"),
    ("rule of an unknown name", "rule: AGE >= 18", "rule: AEG >= 18",
     "eligibility.inclusion[0].rule", "a subject attribute or an assessment", "'AEG'"),
    ("rule of an impossible value", "rule: AGE >= 18", "rule: SEX == 'Female'",
     "eligibility.inclusion[0].rule", "a value of SEX: F, M", "'Female'"),
    ("rule of an impossible value in a list", "rule: AGE >= 18", "rule: \"SEX in ['F', 'X']\"",
     "eligibility.inclusion[0].rule", "a value of SEX: F, M", "'X'"),
    ("rule compares a number with text", "rule: AGE >= 18", "rule: \"'18' <= AGE\"",
     "eligibility.inclusion[0].rule", "a number beside AGE", "'18'"),
    ("rule compares words with a number", "rule: AGE >= 18", "rule: SEX == 1.5",
     "eligibility.inclusion[0].rule", "a value of SEX: F, M", "3/2"),
    ("rule that is no condition", "rule: AGE >= 18", "rule: AGE + 1",
     "eligibility.inclusion[0].rule", "a comparison that is true or false", "a number"),
    ("rule that is half a condition", "rule: AGE >= 18", "rule: AGE >= 18 and SEX",
     "eligibility.inclusion[0].rule", "a comparison that is true or false", "'SEX'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "where", "expected", "found"),
    [pytest.param(*case[1:], id=case[0]) for case in CASES],
)
def test_check__finds(objections, old, new, where, expected, found):
    (problem,) = objections((old, new))
    assert problem.where == where
    assert expected in problem.expected
    assert found in problem.found
    assert problem.line is not None


def test_check__lets_windows_overlap_where_the_protocol_says_so(small):
    text = small.replace("window: [-30, 30]", "window: [-80, 30], may_overlap: true")
    assert protocol.parse(text).visits[2].days == (104, 214)


@pytest.mark.parametrize("day", [166, 190])
def test_check__takes_months_of_28_to_31_days(small, day):
    text = small.replace("day: 184, window: [-30", f"day: {day}, window: [-20")
    assert protocol.parse(text).visits[2].day == day


def test_check__names_the_nearest_visit(objections):
    (problem,) = objections(("visits: [M0, M6]\n", "visits: [M0, M66]\n"))
    assert problem.hint == "did you mean 'M6'?"
