import pytest

from myotrial.design.planning.reading import parse_plan, plan_schema
from myotrial.errors import DocumentError

SCENARIO = "scenarios: [{id: a, label: A, control: 0.4, treatment: 0.6}]\n"
LOOKS = "candidates:\n  group_sequential:\n    - {id: g, looks: "


def test_parse_plan__takes_an_empty_file(pilot):
    assert parse_plan("# nothing stated\n", pilot).alpha == 0.025


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "scenarios: [{id: a, label: A, control: 42.5, treatment: 0.6}]",
            "scenarios[0].control: expected a number of at most 1",
            id="a rate in percent",
        ),
        pytest.param(
            "scenarios: [{id: a, label: A, control: -0.1, treatment: 0.6}]",
            "scenarios[0].control: expected a number of at least 0",
            id="a negative rate",
        ),
        pytest.param(f"{LOOKS}[0.5, 0.3, 1]}}", "rising shares", id="looks that fall"),
        pytest.param(f"{LOOKS}[0.5, 0.9]}}", "that end with 1", id="looks that end early"),
        pytest.param(
            f"{LOOKS}[0.5, 1], efficacy: pocock, alpha_spent: [0.01, 0.015]}}",
            "alpha spent once",
            id="alpha spent by name and by amount",
        ),
        pytest.param(
            f"{LOOKS}[0.5, 1], alpha_spent: [0.025, 0.025]}}",
            "each spent once, found a sum of 0.05",
            id="alpha spent at both looks",
        ),
        pytest.param(
            f"{LOOKS}[0.5, 1], futility: [0, 1]}}", "expected 1 values", id="futility at the end"
        ),
        pytest.param(
            "candidates: {unblinded: [{id: u, looks: [1]}]}", "a look before the last", id="no look"
        ),
        pytest.param(
            "candidates: {unblinded: [{id: u, looks: [0.6, 0.3, 1]}]}",
            "rising shares",
            id="stages that shrink",
        ),
        pytest.param(
            "candidates: {unblinded: [{id: u, rule: promising_zone, looks: [0.3, 0.6, 1]}]}",
            "two looks for promising_zone",
            id="a promising zone twice",
        ),
        pytest.param(
            "candidates: {stratified: [{id: s, control: {PMM: 0.4}}]}",
            "a diagnosis of the strata",
            id="a rate of no diagnosis",
        ),
        pytest.param(
            "candidates: {stratified: [{id: s, control: {PM: 0.4}}]}",
            "a rate for every diagnosis",
            id="a rate of one diagnosis",
        ),
        pytest.param(
            "candidates: {fixed: [{id: x, n: 1000000}]}", "at most 4000 patients", id="n too large"
        ),
        pytest.param(
            SCENARIO + "dropout: {share: 0.5}",
            "a rate of at most 0.5, the share of patients who stay",
            id="more respond than stay",
        ),
        pytest.param(
            "dropout: {by_visit: {M3: 0.3, M6: 0.1}}", "shares that do not fall", id="who left came"
        ),
        pytest.param(
            "dropout: {share: 0.2, by_visit: {M6: 0.1}}", "equal to `share`", id="two dropouts"
        ),
        pytest.param("dropout: {share: 1}", "dropout.share", id="everybody leaves"),
        pytest.param("alpah: 0.05", "did you mean 'alpha'?", id="a mistyped key"),
        pytest.param(
            "candidates: {fixed: [{id: x, looks: [1]}]}",
            "candidates.fixed[0].looks: expected a key that is known here",
            id="a key of another design",
        ),
        pytest.param(
            "candidates: {fixed: [{id: x}], crossover: [{id: x}]}", "used once", id="one id twice"
        ),
        pytest.param(SCENARIO + "expected: b", "the id of a scenario", id="an unknown scenario"),
        pytest.param(
            "scenarios: [{id: a, label: A, control: 0.6, treatment: 0.6}]",
            "a treated rate above the control rate",
            id="nothing to find",
        ),
        pytest.param("strata: [{value: PM, share: 0.5}]", "sum to 1", id="shares of half"),
        pytest.param("strata: [{value: JDM, share: 1}]", "a diagnosis of study.yaml", id="JDM"),
        pytest.param("endpoint: {visit: M9}", "a scheduled visit", id="no such visit"),
        pytest.param("endpoint: {estimand: ever, visit: M6}", "only where", id="ever at a visit"),
        pytest.param(
            "endpoint: {definition: tis_2016, estimand: ever}",
            "expected a threshold beside the estimand ever",
            id="a score at any visit",
        ),
        pytest.param(
            "endpoint: {definition: change, measure: MMT}", "'MMT'", id="no such measure"
        ),
        pytest.param("endpoint: {definition: change}", "expected measure", id="of what measure"),
        pytest.param(
            "endpoint: {definition: change, measure: MMT8}", "expected scenarios", id="no means"
        ),
        pytest.param("endpoint: {measure: MMT8}", "measure only beside change", id="a response"),
        pytest.param("endpoint: {sd: 20}", "sd only where", id="spread of a rate"),
        pytest.param(
            "endpoint: {definition: tis_2016}\ncandidates: {crossover: [{id: a}]}",
            "candidates for means: fixed or group_sequential",
            id="crossover of means",
        ),
        pytest.param(
            "endpoint: {definition: tis_2016}\ncandidates: {fixed: [{id: a, test: fisher}]}",
            "a test for means: mmrm, ancova, t",
            id="Fisher's test of means",
        ),
        pytest.param(
            "candidates: {fixed: [{id: a, test: mmrm}]}",
            "a test for response rates: boschloo",
            id="a mixed model of rates",
        ),
        pytest.param(
            "endpoint: {estimand: time_to_response}\n"
            "scenarios: [{id: a, label: A, control: 0, treatment: 0.5}]",
            "between 0 and 1, both excluded",
            id="nobody ever responds",
        ),
        pytest.param("endpoint: {threshold: major}", "only beside tis_2016", id="whose points"),
        pytest.param("endpoint: {definition: tis_2106}", "one of imacs_2004", id="no definition"),
        pytest.param("endpoint: {estimand: sustained}", "consecutive", id="sustained how long"),
        pytest.param("randomisation: {by: [AGE]}", "a list of values", id="stratified by age"),
        pytest.param(
            "priors: {pilot: {components: [{weight: 0.4, responders: 1, others: 1}]}}",
            "weights that sum to 1",
            id="weights of 0.4",
        ),
        pytest.param(
            "alternatives: [{label: x, control: 0.2, sd: 3}]", "either control", id="half and half"
        ),
        pytest.param(
            "candidates: {two_stage: [{id: s, p0: 0.5, p1: 0.4}]}", "a rate above p0", id="p1 < p0"
        ),
        pytest.param("[1, 2]", "the keys of a plan", id="a list"),
    ],
)  # fmt: skip
def test_parse_plan__names_what_is_wrong_and_its_line(pilot, text, told):
    with pytest.raises(DocumentError) as caught:
        parse_plan(text, pilot, file="design.yaml")
    assert told in str(caught.value)
    assert all(problem.line for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("first", "told"),
    [
        pytest.param([0.9, -0.9], "positive definite", id="cannot hold together"),
        pytest.param([0.9, 0.9, 0.9], "six rows of six", id="another shape"),
    ],
)
def test_parse_plan__refuses_correlations_that_are_none(pilot, first, told):
    rows = [[float(row == column) for column in range(6)] for row in range(6)]
    rows[0][1 : 1 + len(first)] = first[:5]
    for column, value in enumerate(first, start=1):
        rows[column][0] = value
    rows[1][2] = rows[2][1] = 0.9
    if len(first) == 3:
        rows = rows[:5]
    with pytest.raises(DocumentError, match=told):
        parse_plan(f"trajectory: {{correlation: {rows}}}", pilot)


def test_parse_plan__takes_correlations_that_can_hold(pilot):
    rows = [[1.0 if row == column else 0.4 for column in range(6)] for row in range(6)]
    plan = parse_plan(f"trajectory: {{correlation: {rows}}}", pilot)
    assert plan.trajectory.correlation[0][1] == 0.4


def test_plan_schema__knows_every_kind_of_candidate():
    kinds = plan_schema()["$defs"]["Candidates"]["properties"]
    assert len(kinds) == 10
