"""Attributes derived by classification criteria, and the eligibility rules that speak of them."""

import pytest

from myotrial import datasets, protocol
from myotrial.datasets import derivations
from myotrial.errors import DocumentError

ATTRIBUTES = """\
  GCDOSE: {label: Glucocorticoid dose, type: number, unit: mg/kg}
  GCMON: {label: Months on it, type: number, unit: months}
  MTXMON: {label: Months on methotrexate, type: number, unit: months}
  AZAMON: {label: Months on azathioprine, type: number, unit: months}
  FAILED: {label: Treatment failed, values: [Y, N]}
  WEAK: {label: Proximal weakness, values: [Y, N]}
  BXPOS: {label: Biopsy positive, values: [Y, N]}
  ENZ: {label: Enzymes raised, values: [Y, N]}
  EMG: {label: EMG positive, values: [Y, N]}
  RASH: {label: Rash, values: [Y, N]}
  OTHER: {label: Another disease, values: [Y, N]}
  REFR:
    label: Refractory disease
    values: [refractory, not_refractory]
    derived:
      criteria: refractory
      items: {glucocorticoid_dose: GCDOSE, glucocorticoid_months: GCMON,
              methotrexate_months: MTXMON, azathioprine_months: AZAMON, failed: FAILED}
  BOHAN:
    label: Bohan and Peter
    values: [definite_pm, probable_pm, possible_pm, definite_dm, probable_dm, possible_dm,
             rash_alone, not_classified, excluded]
    derived:
      criteria: bohan_peter_1975
      items: {weakness: WEAK, biopsy: BXPOS, enzymes: ENZ, electromyography: EMG, rash: RASH,
              neurological_disease: OTHER, muscular_dystrophy: OTHER,
              granulomatous_or_infectious_myositis: OTHER,
              metabolic_or_endocrine_myopathy: OTHER, myasthenia_gravis: OTHER}
visits:
"""
RULES = """\
eligibility:
  inclusion:
    - {id: I1, text: Refractory, rule: REFR == 'refractory'}
    - {id: I2, text: Definite or probable PM, rule: "BOHAN in ['definite_pm', 'probable_pm']"}
"""
NAMES = ("GCDOSE", "GCMON", "MTXMON", "AZAMON", "FAILED",
         "WEAK", "BXPOS", "ENZ", "EMG", "RASH", "OTHER")  # fmt: skip
ANSWERS = {
    # every limit met exactly; 4 muscle findings
    "S-01": (0.75, 1, 2, 0, "Y", "Y", "Y", "Y", "Y", "N", "N"),
    # one dose too small; 2 muscle findings
    "S-02": (0.74, 1, 2, 0, "Y", "Y", "Y", "N", "N", "N", "N"),
    # azathioprine not known, methotrexate too short; EMG not known: definite or probable
    "S-03": (1, 3, 1, "", "Y", "Y", "Y", "Y", "", "N", "N"),
    # treatment did not fail; rash
    "S-04": (1, 3, 0, 6, "N", "Y", "Y", "Y", "Y", "Y", "N"),
    # refractory; EMG and enzymes not known: definite, probable or possible
    "S-05": (1, 3, 0, 6, "Y", "Y", "Y", "", "", "N", "N"),
}


@pytest.fixture(scope="module")
def text(study):
    start, end = study.index("eligibility:"), study.index("concomitant:")
    return (study[:start] + RULES + study[end:]).replace("visits:\n", ATTRIBUTES, 1)


@pytest.fixture(scope="module")
def people(records, text):
    plan = protocol.parse(text)
    rows = [
        {**row, **dict(zip(NAMES, map(str, ANSWERS[row["USUBJID"]]), strict=True))}
        for row in records["subjects"]
    ]
    tables = datasets.tables_from(records | {"subjects": rows}, plan)
    return datasets.derive(plan, tables)["ADSL"]


def test_derive__gives_the_class_where_one_is_possible(people):
    assert people.select("USUBJID", "REFR", "BOHAN").rows() == [
        ("S-01", "refractory", "definite_pm"),
        ("S-02", "not_refractory", "possible_pm"),
        ("S-03", None, None),
        ("S-04", "not_refractory", "definite_dm"),
        ("S-05", "refractory", None),
    ]


def test_eligibility__names_the_criteria_that_fail_and_those_that_stay_open(people):
    assert people.select("USUBJID", "ELIGFL", "ELIGWHY").rows() == [
        ("S-01", "Y", None),
        ("S-02", "N", "I1, I2"),
        ("S-03", "U", "I1"),  # definite or probable: eligible by I2 whatever the EMG shows
        ("S-04", "N", "I1, I2"),
        ("S-05", "U", "I2"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "criteria: refractory", "criteria: refractary",
            "subject.REFR.derived.criteria: expected the id of a set of criteria, "
            "found 'refractary'\n    Hint: did you mean 'refractory'?", id="criteria",
        ),
        pytest.param(
            "failed: FAILED", "fail: FAILED",
            "subject.REFR.derived.items.fail: expected an item of refractory, found 'fail'",
            id="item",
        ),
        pytest.param(
            "failed: FAILED", "failed: GCMON",
            "subject.REFR.derived.items.failed: expected an attribute that is Y and N",
            id="number for a truth",
        ),
        pytest.param(
            "glucocorticoid_dose: GCDOSE", "glucocorticoid_dose: FAILED",
            "subject.REFR.derived.items.glucocorticoid_dose: expected an attribute that is "
            "a number", id="truth for a number",
        ),
        pytest.param(
            "values: [refractory, not_refractory]", "values: [refractory, other]",
            "subject.REFR.values: expected the classes of refractory: refractory, "
            "not_refractory, found refractory, other", id="classes",
        ),
        pytest.param(
            "failed: FAILED", "failed: FAILS",
            "subject.REFR.derived.items.failed: expected a subject attribute that is recorded, "
            "found 'FAILS'", id="attribute",
        ),
        pytest.param(
            "failed: FAILED", "failed: BOHAN",
            "expected a subject attribute that is recorded, found 'BOHAN'", id="derived twice",
        ),
        pytest.param(
            "failed: FAILED", "failed: SEX",
            "expected a number, or an attribute with the values [Y, N], found 'SEX'",
            id="not Y and N",
        ),
        pytest.param(
            "    values: [refractory, not_refractory]\n", "",
            "expected values beside derived: the classes of the criteria, found nothing",
            id="no values",
        ),
        pytest.param(
            "REFR == 'refractory'", "REFR == 'refractry'",
            "expected a value of REFR: refractory, not_refractory, found 'refractry'",
            id="rule",
        ),
    ],
)  # fmt: skip
def test_check__says_what_a_derivation_needs(text, old, new, message):
    assert old in text
    with pytest.raises(DocumentError) as caught:
        datasets.check_protocol(protocol.parse(text.replace(old, new, 1)))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("criteria", "items"),
    [
        ("eular_acr_2017", "{age_at_onset: AGE, heliotrope_rash: RASH, weak_arms: WEAK}"),
        ("enmc_2011", "{age_at_onset: AGE, infiltrate: BXPOS}"),
        ("griggs_1995", "{age_at_onset: AGE, invasion: BXPOS}"),
    ],
)
def test_derive__takes_every_set_of_criteria(records, text, criteria, items):
    module = derivations.CRITERIA[criteria]
    start = text.index("  REFR:")
    own = f"  REFR: {{label: Class, values: [{', '.join(module.RULES)}],\n"
    own += f"    derived: {{criteria: {criteria}, items: {items}}}}}\n"
    plan = protocol.parse(
        text[:start] + own + text[text.index("  BOHAN:"):].replace(
            "REFR == 'refractory'", f"REFR == '{next(iter(module.RULES))}'"
        )
    )  # fmt: skip
    empty = dict.fromkeys(NAMES, "")
    rows = [{**row, **empty, "BXPOS": "N", "RASH": "N"} for row in records["subjects"]]
    tables = datasets.tables_from(records | {"subjects": rows}, plan)
    found = derivations.classes(plan, tables["subjects"])["REFR"]
    for row, possible in zip(rows, found, strict=True):
        told = {"AGE": float(row["AGE"]), "BXPOS": False, "RASH": False}
        pairs = (pair.split(": ") for pair in items[1:-1].split(", "))
        judged = module.possible(module.Items(**{item: told.get(column) for item, column in pairs}))
        assert possible == tuple(name for name, able in judged._asdict().items() if able)


GROUPS = """\
  GROUP:
    label: Subgroup
    values: [dermatomyositis, amyopathic_dermatomyositis, inclusion_body_myositis, polymyositis,
             juvenile_dermatomyositis, other_juvenile_myositis, no_subgroup]
    derived:
      criteria: eular_acr_2017
      gives: subgroup
      items: {age_at_onset: AGE, heliotrope_rash: RASH, gottron_sign: RASH, gottron_papules: RASH,
              weak_arms: WEAK, weak_legs: WEAK, weak_neck_flexors: WEAK, weak_proximal_legs: WEAK,
              dysphagia: OTHER, anti_jo1: OTHER, raised_enzyme: ENZ, better_explanation: OTHER,
              finger_flexor_weakness: EMG, no_treatment_response: FAILED}
"""
FOUND = {  # age, rash, weakness, raised enzyme, finger flexors, no response; the subgroup
    "S-01": (50, "Y", "Y", "N", "N", "N", "dermatomyositis"),
    "S-02": (17, "Y", "", "", "", "", "juvenile_dermatomyositis"),
    "S-03": (61, "Y", "N", "N", "", "", "amyopathic_dermatomyositis"),
    "S-04": (44, "Y", "", "N", "N", "N", None),  # weakness parts two subgroups
    "S-05": (33, "N", "N", "N", "N", "N", "no_subgroup"),  # 1.3 points
}
MORE = {  # without a skin sign: 2.1 + 4.3 + 1.3 = 7.7 points from 40 years, 5.6 before 18: probable
    "S-01": (50, "N", "Y", "Y", "Y", "Y", "inclusion_body_myositis"),
    "S-02": (17, "N", "Y", "Y", "Y", "Y", "other_juvenile_myositis"),
    "S-03": (61, "N", "Y", "Y", "N", "", "polymyositis"),
    "S-04": (44, "N", "Y", "Y", "Y", "", None),  # the response to treatment parts two
    "S-05": (12, "N", "Y", "N", "N", "N", "no_subgroup"),  # 4.3 points
}


@pytest.mark.parametrize("answers", [FOUND, MORE])
def test_derive__gives_the_subgroup_where_asked(records, text, answers):
    plan = protocol.parse(text.replace("visits:\n", GROUPS + "visits:\n", 1))
    datasets.check_protocol(plan)
    names = ("AGE", "RASH", "WEAK", "ENZ", "EMG", "FAILED")
    rows = []
    for row in records["subjects"]:
        told = dict(zip(names, map(str, answers[row["USUBJID"]]), strict=False))
        rows.append({**row, **dict.fromkeys(NAMES, ""), "OTHER": "N", **told})
    tables = datasets.tables_from(records | {"subjects": rows}, plan)
    people = datasets.derive(plan, tables)["ADSL"]
    assert people["GROUP"].to_list() == [one[-1] for one in answers.values()]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "      criteria: refractory\n",
            "      criteria: refractory\n      gives: subgroup\n",
            "subject.REFR.derived.gives: expected criteria that have subgroups: eular_acr_2017, "
            "found refractory",
            id="no subgroups",
        ),
        pytest.param(
            "polymyositis,\n",
            "polymyositys,\n",
            "subject.GROUP.values: expected the subgroups of eular_acr_2017: dermatomyositis, ",
            id="values",
        ),
        pytest.param(
            "gives: subgroup", "gives: subgroups", "expected one of 'class', 'subgroup'", id="word"
        ),
    ],
)
def test_check__says_what_a_subgroup_needs(text, old, new, message):
    whole = text.replace("visits:\n", GROUPS + "visits:\n", 1)
    assert old in whole
    with pytest.raises(DocumentError) as caught:
        datasets.check_protocol(protocol.parse(whole.replace(old, new, 1)))
    assert message in str(caught.value)
