"""Endpoints that name newer definitions, against the published rules in exact numbers."""

from fractions import Fraction

import polars as pl
import pytest

from myotrial import datasets, protocol
from myotrial.errors import DocumentError

EXTRAM = "  - {id: EXTRAM, instrument: extramuscular_global, unit: mm, visits: [M0, M3, M6, WD]}\n"
VAS = "core_sets: {tis_2016: {extramuscular: EXTRAM}, proderm: {extramuscular: EXTRAM}}\n"
TIS = """\
endpoints:
  - id: tis_m6
    label: TIS at month 6
    definition: tis_2016
    population: adult
    role: primary
    estimand: at_visit
    visit: M6
  - {id: tis_ever, label: Minimal, definition: tis_2016, population: adult, threshold: minimal,
     role: secondary, estimand: ever}
  - {id: tis_major, label: Major, definition: tis_2016, population: adult, threshold: major,
     role: secondary, estimand: at_visit, visit: M6}
  - {id: worse, label: Confirmed deterioration, definition: proderm, role: secondary,
     estimand: sustained, consecutive: 2}
analyses: [response]
"""
VISITS = """\
USUBJID,VISIT,VISITDY,PHGA,PTGA,MMT8,HAQDI,CK,MYOACT,EXTRAM,FI
S-01,M0,1,60,70,60,1.5,7.0,0.3,40,40
S-01,M3,92,45,70,61.6,1.5,7.0,0.3,38,
S-01,M6,190,30,50,70,1.0,2.0,0.2,20,48
S-02,M0,-3,50,50,60,1.0,3.0,0.1,20,20
S-02,M3,95,70,50,48,1.0,3.0,0.1,20,
S-02,M6,215,70,60,60,1.2,3.0,0.1,41,23
S-03,M0,1,50,50,50,2.0,10,0.2,30,30
S-03,M3,90,25,25,,2.0,10,0.2,30,
S-03,WD,130,25,25,75,1.0,5,0.1,10,36
S-04,M0,1,50,50,60,1.0,3.0,0.2,30,60
S-04,M3,92,50,50,60,1.0,3.0,0.2,50,
S-05,M0,1,50,50,60,1.0,3.0,0.2,30,30
"""
POINTS = {
    "PHGA": (0, 7.5, 15, 17.5, 20),
    "PTGA": (0, 2.5, 5, 7.5, 10),
    "MMT8": (0, 10, 20, 27.5, 32.5),
    "HAQDI": (0, 5, 7.5, 7.5, 10),
    "CK": (0, 2.5, 5, 7.5, 7.5),
    "EXTRAM": (0, 7.5, 12.5, 15, 20),
}
RANGES = {"PHGA": 100, "PTGA": 100, "MMT8": 80, "HAQDI": 3, "EXTRAM": 100}
LIMITS = {"F": Fraction("2.5"), "M": Fraction("3.3")}
SEX = {"S-01": "F", "S-02": "M", "S-03": "F", "S-04": "M", "S-05": "F"}


@pytest.fixture(scope="module")
def plan(study):
    head = study[: study.index("endpoints:")]
    return protocol.parse(head.replace("core_set:\n", EXTRAM + "core_set:\n", 1) + VAS + TIS)


@pytest.fixture(scope="module")
def frames(records, plan):
    return datasets.derive(plan, tables(records, plan, VISITS))


def tables(records, plan, visits):
    head, *rows = (line.split(",") for line in visits.splitlines())
    made = [dict(zip(head, row, strict=True)) for row in rows]
    return datasets.tables_from(records | {"visits": made}, plan)


def rows(frame, *columns, **where):
    return frame.filter(**where).select(columns).rows()


def derived(subject, visit):
    """Lowest and highest score, with fractions, sharing no code with the package."""
    head, *lines = (line.split(",") for line in VISITS.splitlines())
    table = {(line[0], line[1]): dict(zip(head, line, strict=True)) for line in lines}
    before, after = table[subject, "M0"], table.get((subject, visit))
    low = high = 0
    for name, row in POINTS.items():
        if after is None or not after[name]:
            high += row[-1]
            continue
        extent = RANGES.get(name) or 15 * LIMITS[SEX[subject]]
        gain = Fraction(after[name]) - Fraction(before[name])
        percent = 100 * (gain if name == "MMT8" else -gain) / extent
        edges = (2, 10, 20, 30) if name == "MMT8" else (5, 15, 25, 40)
        points = row[sum(percent > edge for edge in edges)]
        low, high = low + points, high + points
    return low, high


def test_total_improvement_score__is_what_fractions_give(frames):
    found = rows(frames["ADRS"], "USUBJID", "VISITID", "AVALLO", "AVALHI", PARAMCD="TIS")
    assert len(found) == 11  # M3 and M6 of five subjects, and one withdrawal
    for subject, visit, low, high in found:
        assert (low, high) == derived(subject, visit), (subject, visit)


def test_total_improvement_score__has_a_value_and_a_category_where_both_bounds_agree(frames):
    columns = ("USUBJID", "VISITID", "AVAL", "AVALC", "NWORSE", "NASSESSED")
    assert rows(frames["ADRS"], *columns, PARAMCD="TIS") == [
        ("S-01", "M3", 7.5, "NONE", 0, 6),  # strength gained exactly 2 % of its range
        ("S-01", "M6", 65.0, "MAJOR", 0, 6),  # 17.5 + 5 + 20 + 7.5 + 2.5 + 12.5
        ("S-02", "M3", 0.0, "NONE", 2, 6),
        ("S-02", "M6", 0.0, "NONE", 4, 6),
        ("S-03", "M3", None, "INDETERMINATE", 0, 5),
        ("S-03", "WD", 75.0, "MAJOR", 0, 6),  # 15 + 5 + 32.5 + 7.5 + 2.5 + 12.5
        ("S-03", "M6", None, "NOT ASSESSED", 0, 0),
        ("S-04", "M3", 0.0, "NONE", 1, 6),
        ("S-04", "M6", None, "NOT ASSESSED", 0, 0),
        ("S-05", "M3", None, "NOT ASSESSED", 0, 0),
        ("S-05", "M6", None, "NOT ASSESSED", 0, 0),
    ]


def test_responses__follow_from_the_bounds_of_the_score(frames):
    columns = ("USUBJID", "VISITID", "AVALC", "AVALLO", "AVALHI")
    score = rows(frames["ADRS"], *columns, PARAMCD="TIS")
    for points in (20, 40, 60):
        found = rows(frames["ADRS"], *columns, PARAMCD=f"TIS{points}")
        assert [(low, high) for *_, low, high in found] == [
            (low >= points, high >= points) for *_, low, high in score
        ]
    assert rows(frames["ADRS"], "AVALC", PARAMCD="TIS40", USUBJID="S-03", VISITID="M3") == [
        ("INDETERMINATE",)
    ]


def test_deterioration__counts_its_three_legs_and_leaves_the_enzyme_out(frames):
    columns = ("USUBJID", "VISITID", "AVALC", "NASSESSED")
    assert rows(frames["ADRS"], *columns, PARAMCD="DETER")[:7] == [
        ("S-01", "M3", "N", 5),
        ("S-01", "M6", "N", 5),
        ("S-02", "M3", "Y", 5),  # physician global by exactly 2 cm, strength by exactly 20 %
        ("S-02", "M6", "Y", 5),  # extramuscular global by 2.1 cm
        ("S-03", "M3", "N", 4),
        ("S-03", "WD", "N", 5),
        ("S-03", "M6", "NOT ASSESSED", 0),
    ]


def test_estimands__impute_the_worse_outcome(frames):
    found = rows(frames["ADEST"], "USUBJID", "HANDLING", "AVAL", ENDPOINT="worse")
    assert {handling: [value for _, name, value in found if name == handling]
            for handling in ("NRI", "OC", "LOW", "HIGH")} == {
        "NRI": [0, 1, 0, 1, 1],  # S-04 deteriorated at month 3 and may have at month 6
        "OC": [0, 1, None, None, None],
        "LOW": [0, 1, 0, 0, 0],
        "HIGH": [0, 1, 0, 1, 1],
    }  # fmt: skip
    ever = rows(frames["ADEST"], "HANDLING", "AVAL", ENDPOINT="tis_ever", USUBJID="S-03")
    assert ever == [("NRI", 1), ("OC", 1), ("LOW", 1), ("HIGH", 1)]  # at withdrawal
    assert rows(frames["ADEST"], "AVAL", ENDPOINT="tis_m6") == []  # a score is no response


def test_verdicts__name_their_rows_and_their_rule(frames):
    rules = {
        "TIS": "myotrial.response.tis_2016.bounds",
        "TIS40": "myotrial.response.tis_2016.category",
        "DETER": "myotrial.response.proderm.bounds",
    }
    for name, rule in rules.items():
        found = frames["ADRS"].filter(PARAMCD=name, USUBJID="S-01", VISITID="M6")
        assert found.select("RULE", "SRCROWS").rows() == [(rule, "visits:1;visits:3")]
    labels = dict(frames["ADRS"].select("PARAMCD", "PARAM").unique().iter_rows())
    assert labels["TIS40"] == (
        "Total Improvement Score of 40 or more (moderate response in adults)"
    )


def test_derive__works_where_the_only_endpoint_is_a_score(records, plan, study):
    head = study[: study.index("endpoints:")]
    text = head.replace("core_set:\n", EXTRAM + "core_set:\n", 1) + VAS
    alone = TIS[: TIS.index("  - {id: tis_ever")] + "analyses: [response]\n"
    plan = protocol.parse(text + alone)
    frames = datasets.derive(plan, tables(records, plan, VISITS))
    assert frames["ADEST"].height == 0
    assert frames["ADEST"].schema["AVAL"] == pl.Int64


JUVENILE = """\
  - {id: CMAS, instrument: cmas, variant: from 6 years, unit: points, visits: [M0, M3, M6, WD]}
  - {id: CHAQ, instrument: chaq, unit: points, visits: [M0, M3, M6, WD]}
  - {id: DAS, instrument: das, unit: points, visits: [M0, M3, M6, WD]}
  - {id: CHQ, instrument: chq_phs, unit: points, visits: [M0, M3, M6, WD]}
"""
CHILDREN = """\
core_sets:
  printo: {strength: CMAS, function: CHAQ, enzyme: CHQ, extramuscular: DAS}
  tis_2016: {strength: CMAS, function: CHAQ, extramuscular: DAS}
endpoints:
  - {id: printo_m6, label: PRINTO, definition: printo, role: primary, estimand: at_visit, visit: M6}
  - {id: tis_m6, label: Moderate, definition: tis_2016, population: juvenile, threshold: moderate,
     role: secondary, estimand: at_visit, visit: M6}
  - {id: doi_m6, label: DOI, definition: imacs_2004, role: secondary, estimand: at_visit, visit: M6}
analyses: [response]
"""
CHILDREN_VISITS = """\
USUBJID,VISIT,VISITDY,PHGA,PTGA,MMT8,HAQDI,CK,MYOACT,FI,CMAS,CHAQ,DAS,CHQ
S-01,M0,1,50,50,60,1.5,3.0,0.3,,30,1.5,10,30
S-01,M6,190,50,50,60,1.5,3.0,0.3,,36,1.5,8,36
S-02,M0,1,50,50,60,1.5,3.0,0.3,,30,1.5,10,30
S-02,M6,190,40,40,60,1.5,3.0,0.3,,36,2.0,14,30
S-03,M0,1,50,50,60,1.5,3.0,0.3,,30,1.5,10,30
S-03,M6,190,40,40,60,1.2,3.0,0.3,,20,1.2,8,36
S-04,M0,1,50,50,60,1.5,3.0,0.3,,30,1.5,10,30
S-04,M6,190,40,40,60,,3.0,0.3,,30,,,
"""


def childhood(study):
    head = study[: study.index("endpoints:")]
    return head.replace("core_set:\n", JUVENILE + "core_set:\n", 1) + CHILDREN


def test_printo__takes_the_measures_of_its_own_core_set(records, study):
    plan = protocol.parse(childhood(study))
    found = datasets.derive(plan, tables(records, plan, CHILDREN_VISITS))["ADRS"]
    columns = ("USUBJID", "AVALC", "NIMPR", "NWORSE", "NASSESSED")
    assert rows(found, *columns, PARAMCD="PRINTO", VISITID="M6")[:4] == [
        ("S-01", "Y", 3, 0, 6),  # CMAS, DAS and CHQ-PhS by exactly 20 %
        ("S-02", "N", 3, 2, 6),  # CHAQ by 33 % and DAS by 40 %: one may be worse
        ("S-03", "N", 5, 1, 6),  # strength worse by 33 %
        ("S-04", "INDETERMINATE", 2, 0, 3),
    ]
    assert rows(found, "USUBJID", "AVAL", PARAMCD="TIS", VISITID="M6")[:2] == [
        ("S-01", 27.5),  # CMAS 6 of 52 is 11.5 %: 20; DAS 2 of 20 is 10 %: 7.5
        ("S-02", 30.0),  # CMAS 20, and 10 % of each global: 7.5 and 2.5
    ]
    assert {name for name in found["PARAMCD"] if name.startswith("TIS")} == {
        "TIS", "TIS30", "TIS45", "TIS70"
    }  # fmt: skip


def test_improvement__takes_a_childs_measures_as_the_core_set_names_them(records, study):
    text = childhood(study).replace("  function: HAQDI", "  function: CMAS")
    plan = protocol.parse(text.replace("  printo: {strength: CMAS,", "  printo: {strength: CMAS,"))
    found = datasets.derive(plan, tables(records, plan, CHILDREN_VISITS))["ADRS"]
    verdicts = rows(found, "USUBJID", "AVALC", "NIMPR", PARAMCD="DOI", VISITID="M6")
    assert verdicts[:2] == [("S-01", "N", 1), ("S-02", "Y", 3)]  # a higher CMAS is better


def test_worsening__of_imacs_2005_has_its_two_legs_more(records, study):
    head = study[: study.index("endpoints:")].replace("core_set:\n", EXTRAM + "core_set:\n", 1)
    rule = "worsening: {definition: imacs_2005}\n"
    sets = VAS.replace("}}", "}, imacs_2005: {extramuscular: EXTRAM}}")
    plan = protocol.parse(head + sets + rule + TIS)
    found = datasets.derive(plan, tables(records, plan, VISITS))["ADRS"]
    worse = rows(found, "USUBJID", "VISITID", "AVALC", "RULE", PARAMCD="WORSE")
    rule = "myotrial.response.worsening.imacs_2005_bounds"
    assert [row for row in worse if row[2] == "Y"] == [
        ("S-02", "M3", "Y", rule),  # physician global by 2 cm and strength by 20 %
        ("S-02", "M6", "Y", rule),  # extramuscular global by 2.1 cm
        ("S-04", "M3", "Y", rule),  # extramuscular global by 2 cm
    ]
    strict = protocol.parse(head + sets + rule_with("rise: 2.2") + TIS)
    found = datasets.derive(strict, tables(records, strict, VISITS))["ADRS"]
    assert [row for row in rows(found, "AVALC", PARAMCD="WORSE") if row == ("Y",)] == []


def test_deterioration__by_exactly_two_decimal_centimetres_counts(records, study):
    head = study[: study.index("endpoints:")].replace("core_set:\n", EXTRAM + "core_set:\n", 1)
    plan = protocol.parse(
        head.replace("extramuscular_global, unit: mm", "extramuscular_global, unit: cm") + VAS + TIS
    )
    text = VISITS.replace("0.2,50,\n", "0.2,4.1,\n").replace("0.2,30,60", "0.2,2.1,60")
    made = "\n".join(line for line in text.splitlines() if line.startswith(("USUBJID", "S-04")))
    found = datasets.derive(plan, tables(records, plan, made))["ADRS"]
    assert 4.1 - 2.1 < 2
    assert rows(found, "AVALC", PARAMCD="DETER", USUBJID="S-04", VISITID="M3") == [("Y",)]


def rule_with(more):
    return f"worsening: {{definition: imacs_2005, {more}}}\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "core_sets: {tis_2016: {extramuscular: EXTRAM},",
            "core_sets: {",
            "endpoints[0].definition: expected for tis_2016, extramuscular measured with "
            "extramuscular_global or das, found MYOACT (myoact)\n"
            "    Hint: name another assessment under core_sets: tis_2016: extramuscular",
            id="MYOACT is no VAS",
        ),
        pytest.param(
            "    upper_limit: {F: 2.5, M: 3.3}\n",
            "",
            "assessments[4]: expected the upper limit of normal of CK, which tis_2016 needs, "
            "found nothing",
            id="no limit",
        ),
        pytest.param(
            "instrument: mmt8, variant: one side",
            "instrument: mmt26, variant: proximal",
            "assessments[2].variant: expected the variant 'total' of mmt26, which tis_2016 needs",
            id="part of the MMT26",
        ),
        pytest.param(
            "instrument: physician_global, unit: mm",
            "instrument: physician_global_likert, unit: points",
            "expected for proderm, physician measured with physician_global, found PHGA",
            id="Likert",
        ),
        pytest.param(
            "    population: adult\n",
            "",
            "endpoints[0]: expected population: adult or juvenile, beside tis_2016, found nothing",
            id="no population",
        ),
        pytest.param(
            "    population: adult\n",
            "    population: juvenile\n",
            "endpoints[1].population: expected the same population for every tis_2016 (juvenile)",
            id="two populations",
        ),
        pytest.param(
            "threshold: minimal,\n",
            "\n",
            "endpoints[1].estimand: expected a threshold, or the estimand at_visit",
            id="a score ever",
        ),
        pytest.param(
            "definition: proderm,",
            "definition: proderm, threshold: major,",
            "endpoints[3].threshold: expected threshold only beside tis_2016, found proderm",
            id="threshold elsewhere",
        ),
        pytest.param(
            "core_sets: {tis_2016:",
            "core_sets: {tis_2017: {}, tis_2016:",
            "core_sets.tis_2017: expected a definition that can take other measures",
            id="unknown definition",
        ),
        pytest.param(
            "definition: proderm",
            "definition: printo",
            "expected for printo, strength measured with cmas, found MMT8 (mmt8)",
            id="printo without its measures",
        ),
        pytest.param(
            "endpoints:\n",
            "worsening: {definition: imacs_2005}\nendpoints:\n",
            "worsening.definition: expected for imacs_2005, extramuscular measured with "
            "extramuscular_global, found MYOACT (myoact)",
            id="worsening",
        ),
    ],
)
def test_check_protocol__says_what_a_definition_needs(study, old, new, message):
    head = study[: study.index("endpoints:")]
    text = head.replace("core_set:\n", EXTRAM + "core_set:\n", 1) + VAS + TIS
    assert old in text
    with pytest.raises(DocumentError) as caught:
        datasets.check_protocol(protocol.parse(text.replace(old, new, 1)))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("new", "message"),
    [
        pytest.param("EXTRAN", "expected the id of an assessment, found 'EXTRAN'", id="unknown"),
        pytest.param("LATE", "expected the baseline visit 'M0' among the visits", id="no baseline"),
    ],
)
def test_parse__wants_other_measures_to_be_assessments_at_baseline(study, new, message):
    late = "  - {id: LATE, instrument: extramuscular_global, unit: mm, visits: [M3, M6]}\n"
    head = study[: study.index("endpoints:")]
    text = head.replace("core_set:\n", EXTRAM + late + "core_set:\n", 1)
    sets = VAS.replace("EXTRAM}", f"{new}}}", 1)
    with pytest.raises(DocumentError) as caught:
        protocol.parse(text + sets + TIS)
    assert message in str(caught.value)
