"""The most abnormal of several enzymes, against the rule in exact numbers and against the door."""

from fractions import Fraction

import polars as pl
import pytest

from myotrial import datasets, protocol
from myotrial.errors import DocumentError
from myotrial.scoring import score

MORE = """\
  - {id: EXTRAM, instrument: extramuscular_global, unit: mm, visits: [M0, M3, M6, WD]}
  - {id: ALD, instrument: aldolase, unit: U/L, upper_limit: 8, visits: [M0, M6, WD]}
  - {id: LDH, instrument: ldh, unit: ukat/L, upper_limit: {F: 3.5, M: 4}, visits: [M0, M3, M6, WD]}
"""
END = """\
core_sets: {tis_2016: {extramuscular: EXTRAM}}
endpoints:
  - {id: tis_m6, label: TIS, definition: tis_2016, population: adult, role: primary,
     estimand: at_visit, visit: M6}
analyses: [response]
"""
SEVERAL = "  enzyme: [CK, ALD, LDH]\n"
# Multiples of the upper limit at baseline: S-01 (F) CK 2, ALD 3, LDH 1; S-02 (M) CK 2, LDH 2.5;
# S-03 (F) none measured; S-04 (M) CK 2 and ALD 2, of which CK stands first.
VISITS = """\
USUBJID,VISIT,VISITDY,PHGA,PTGA,MMT8,HAQDI,CK,ALD,LDH,MYOACT,EXTRAM
S-01,M0,1,50,50,60,1.5,5,24,3.5,0.3,50
S-01,M3,92,40,40,60,1.5,1,,3.5,0.3,50
S-01,M6,190,40,40,60,1.5,9,12,3.5,0.3,50
S-02,M0,1,50,50,60,1.0,6.6,,10,0.3,50
S-02,M3,95,40,40,60,1.0,6.6,8,8,0.3,50
S-02,M6,190,50,50,60,1.0,3.3,8,13,0.3,50
S-03,M0,1,50,50,60,1.0,,,,0.3,50
S-03,M3,92,40,40,60,1.0,5,8,4,0.3,50
S-04,M0,1,50,50,60,1.0,6.6,16,4,0.3,50
S-04,M6,190,40,40,60,1.0,3.3,32,4,0.3,50
"""
TAKEN = {"S-01": "ALD", "S-02": "LDH", "S-03": None, "S-04": "CK"}
UPPER = {
    "CK": {"F": Fraction("2.5"), "M": Fraction("3.3")},
    "ALD": {"F": Fraction(8), "M": Fraction(8)},
    "LDH": {"F": Fraction("3.5"), "M": Fraction(4)},
}
SEX = {"S-01": "F", "S-02": "M", "S-03": "F", "S-04": "M"}
MULTIPLES = {"CK": 15, "ALD": 6, "LDH": 3}  # of the upper limit, Table 3 of PMC5577002
EDGES, POINTS = (5, 15, 25, 40), (0, 2.5, 5, 7.5, 7.5)


@pytest.fixture(scope="module")
def text(study):
    head = study[: study.index("endpoints:")]
    head = "".join(line for line in head.splitlines(keepends=True) if "id: FI," not in line)
    return head.replace("core_set:\n", MORE + "core_set:\n", 1) + END


def derived(plan, records, visits=VISITS):
    head, *rows = (line.split(",") for line in visits.splitlines())
    made = [dict(zip(head, row, strict=True)) for row in rows]
    return datasets.derive(plan, datasets.tables_from(records | {"visits": made}, plan))["ADRS"]


@pytest.fixture(scope="module")
def verdicts(text, records):
    return derived(protocol.parse(text.replace("  enzyme: CK\n", SEVERAL)), records)


def by_hand():
    """Points of the enzyme and its percent of baseline, by subject and visit; None if missing."""
    head, *lines = (line.split(",") for line in VISITS.splitlines())
    table = {(line[0], line[1]): dict(zip(head, line, strict=True)) for line in lines}
    for (subject, visit), row in table.items():
        if visit == "M0":
            continue
        name = TAKEN[subject]
        if name is None or not row[name]:
            yield subject, visit, None, None
            continue
        before, after = Fraction(table[subject, "M0"][name]), Fraction(row[name])
        of_range = 100 * (before - after) / (MULTIPLES[name] * UPPER[name][SEX[subject]])
        points = POINTS[sum(of_range > edge for edge in EDGES)]
        yield subject, visit, points, 100 * (before - after) / before


def test_score__takes_the_enzyme_most_abnormal_at_baseline(verdicts):
    globals_ = {("S-01", "M3"), ("S-01", "M6"), ("S-02", "M3"), ("S-03", "M3"), ("S-04", "M6")}
    columns = ("USUBJID", "VISITID", "AVALLO", "AVALHI", "NASSESSED")
    found = {row[:2]: row[2:] for row in verdicts.filter(PARAMCD="TIS").select(columns).rows()}
    checked = 0
    for subject, visit, points, _ in by_hand():
        if (subject, visit) not in found:
            continue  # aldolase is not due at month 3: see the next test
        rest = 7.5 + 2.5 if (subject, visit) in globals_ else 0  # 10 % of each of two globals
        low, high = (0, 7.5) if points is None else (points, points)
        seen = 5 if points is None else 6
        assert found[subject, visit] == (rest + low, rest + high, seen), (subject, visit)
        checked += 1
    assert checked >= 3


def test_improvement__takes_the_same_enzyme(verdicts):
    rows = verdicts.filter(PARAMCD="DOI").select("USUBJID", "VISITID", "NIMPR", "NWORSE").rows()
    found = {row[:2]: row[2:] for row in rows}
    for subject, visit, _, percent in by_hand():
        globals_ = 0 if (subject, visit) == ("S-02", "M6") else 2  # by exactly 20 %
        better = percent is not None and percent >= 20
        worse = percent is not None and percent <= -25
        assert found[subject, visit] == (globals_ + better, int(worse)), (subject, visit)
    # another enzyme would have been better at M3 of S-01, worse at M6
    assert found["S-01", "M3"] == (2, 0)
    assert found["S-01", "M6"] == (3, 0)


def test_score__agrees_with_the_door(text, records):
    """`datasets` and `scoring` read the same visits, with all three enzymes due at every visit."""
    old = "upper_limit: 8, visits: [M0, M6, WD]"
    everywhere = text.replace(old, old.replace("M0, M6", "M0, M3, M6"))
    plan = protocol.parse(everywhere.replace("  enzyme: CK\n", SEVERAL))
    rows = derived(plan, records).filter(PARAMCD="TIS")
    table = pl.read_csv(VISITS.encode()).drop("MYOACT").rename({"ALD": "ALDOLASE"})
    table = table.with_columns(pl.col("USUBJID").replace_strict(SEX).alias("SEX"))
    told = score(
        table,
        baseline="M0",
        units={"PHGA": "mm", "PTGA": "mm", "EXTRAM": "mm", "CK": "ukat/L", "ALDOLASE": "U/L",
               "LDH": "ukat/L"},
        variants={"MMT8": "one side"},
        limits={"CK": {"F": 2.5, "M": 3.3}, "ALDOLASE": 8.0, "LDH": {"F": 3.5, "M": 4.0}},
        criteria=["tis_adult"],
    ).table.filter(pl.col("VISIT") != "M0")  # fmt: skip
    theirs = {(row["USUBJID"], row["VISIT"]): row for row in told.to_dicts()}
    found = {(row["USUBJID"], row["VISITID"]): row for row in rows.to_dicts()}
    assert len(theirs) == 6
    for key, row in theirs.items():
        assert (found[key]["AVALLO"], found[key]["AVALHI"]) == (row["TISLO"], row["TISHI"]), key


def test_enzyme__alone_in_a_list_is_the_enzyme(text, records):
    listed = protocol.parse(text.replace("  enzyme: CK\n", "  enzyme: [CK]\n"))
    assert listed.model_dump()["core_set"]["enzyme"] == "CK"
    alone = derived(protocol.parse(text), records)
    assert derived(listed, records).equals(alone)


def test_core_sets__let_the_score_choose_and_the_definition_not(text, records):
    chosen = text.replace("{extramuscular: EXTRAM}", "{extramuscular: EXTRAM, enzyme: [CK, ALD]}")
    found = derived(protocol.parse(chosen), records).filter(USUBJID="S-01", VISITID="M6")
    # CK 5 to 9 is worse by 80 %; aldolase 24 to 12 is 25 % of 48: 5 points, and 10 for globals
    assert found.filter(PARAMCD="DOI").select("NIMPR", "NWORSE").rows() == [(2, 1)]
    assert found.filter(PARAMCD="TIS")["AVAL"].to_list() == [15.0]


def test_normflag__reads_the_limits_of_the_chosen_enzyme(text, records):
    low = VISITS.replace("5,24,3.5,0.3", "1,6,1,0.3").replace("9,12,3.5,0.3", "1,4,1,0.15")
    low = low.replace("S-01,M6,190,40,40", "S-01,M6,190,40,50")
    plan = protocol.parse(text.replace("  enzyme: CK\n", SEVERAL))
    rows = derived(plan, records, low).filter(PARAMCD="DOI", USUBJID="S-01", VISITID="M6")
    # three improve, one of them aldolase, 6 to 4 U/L within its limit of 8
    assert rows.select("NIMPR", "AVALC", "NORMFL").rows() == [(3, "Y", "Y")]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "upper_limit: 8, ",
            "",
            "assessments[7]: expected the upper limit of normal of ALD, one of several enzymes",
            id="no limit",
        ),
        pytest.param(
            SEVERAL,
            "  enzyme: [CK, EXTRAM]\n",
            "core_set.enzyme[1]: expected among several, only enzymes: ck, aldolase",
            id="no enzyme",
        ),
    ],
)
def test_check_protocol__wants_enzymes_with_limits(text, old, new, message):
    several = text.replace("  enzyme: CK\n", SEVERAL)
    assert old in several
    with pytest.raises(DocumentError) as caught:
        datasets.check_protocol(protocol.parse(several.replace(old, new, 1)))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("new", "message"),
    [
        pytest.param("[CK, CKK]", "expected the id of an assessment, found 'CKK'", id="unknown"),
        pytest.param("[CK, CK]", "expected each entry once, found 'CK' again", id="twice"),
        pytest.param("[CK, MMT8]", "'MMT8', which already stands for strength", id="two roles"),
        pytest.param("[]", "core_set.enzyme: expected a list of at least 1", id="none"),
    ],
)
def test_parse__wants_different_assessments(text, new, message):
    with pytest.raises(DocumentError) as caught:
        protocol.parse(text.replace("  enzyme: CK\n", f"  enzyme: {new}\n"))
    assert message in str(caught.value)
