"""The FI-2 as an endpoint: so many tasks improved by 20 %, worked out by hand."""

import pytest

from myotrial import datasets, protocol
from myotrial.errors import DocumentError

TASKS = """\
  - {id: SF, instrument: fi2, variant: shoulder flexion, unit: repetitions, visits: [M0, M3, M6]}
  - {id: HF, instrument: fi2, variant: hip flexion, unit: repetitions, visits: [M0, M3, M6]}
  - {id: HL, instrument: fi2, variant: heel lift, unit: repetitions, visits: [M0, M3, M6]}
"""
END = """\
endpoints:
  - {id: two, label: Two tasks, definition: functional_index_2, tasks: 2, role: primary,
     estimand: at_visit, visit: M6, status: assumed, assumed: [tasks]}
  - {id: three, label: Three tasks, definition: functional_index_2, tasks: 3, role: secondary,
     estimand: ever}
analyses: [response]
"""
OTHERS = ("PHGA", "PTGA", "MMT8", "HAQDI", "CK", "MYOACT")
VISITS = {  # of each task at M0, M3, M6
    "S-01": ((10, 20, 50), (12, 24, 59), (12, 24, 60)),  # 20, 20, 18 %; 20 % of all three
    "S-02": ((0, 20, 50), (30, 23, 50), (30, 24, "")),  # from 0 there is no percentage
    "S-03": ((10, 20, 50), (12, "", 60), (10, "", "")),
    "S-04": ((10, 20, 50), (5, 10, 10), (12, 24, "")),
}


@pytest.fixture(scope="module")
def text(study):
    head = study[: study.index("endpoints:")]
    head = "".join(line for line in head.splitlines(keepends=True) if "id: FI," not in line)
    return head.replace("core_set:\n", TASKS + "core_set:\n", 1) + END


@pytest.fixture(scope="module")
def frames(records, text):
    plan = protocol.parse(text)
    made = [
        {"USUBJID": who, "VISIT": visit, "VISITDY": day, **dict.fromkeys(OTHERS, "")}
        | dict(zip(("SF", "HF", "HL"), map(str, values), strict=True))
        for who, visits in VISITS.items()
        for visit, day, values in zip(("M0", "M3", "M6"), ("1", "92", "190"), visits, strict=True)
    ]
    return datasets.derive(plan, datasets.tables_from(records | {"visits": made}, plan))


def test_verdicts__count_the_tasks_that_improved(frames):
    columns = ("USUBJID", "VISITID", "AVALC", "NIMPR", "NASSESSED")
    assert frames["ADRS"].filter(PARAMCD="FI2T2").select(columns).rows()[:8] == [
        ("S-01", "M3", "Y", 2, 3),
        ("S-01", "M6", "Y", 3, 3),
        ("S-02", "M3", "N", 0, 3),
        ("S-02", "M6", "INDETERMINATE", 1, 2),
        ("S-03", "M3", "Y", 2, 2),
        ("S-03", "M6", "INDETERMINATE", 0, 1),
        ("S-04", "M3", "N", 0, 3),
        ("S-04", "M6", "Y", 2, 2),
    ]
    three = frames["ADRS"].filter(PARAMCD="FI2T3")["AVALC"].to_list()[:8]
    left = "INDETERMINATE"
    assert three == ["N", "Y", "N", "N", left, "N", "N", left]
    label = "FI-2 improved by 20 % of baseline in 3 of 3 tasks or more"
    assert frames["ADRS"].filter(PARAMCD="FI2T3")["PARAM"].unique().to_list() == [label]


def test_estimands__follow_from_the_bounds(frames):
    found = frames["ADEST"].filter(ENDPOINT="two").select("USUBJID", "HANDLING", "AVAL").rows()
    for handling, values in (("NRI", [1, 0, 0, 1, 0]), ("HIGH", [1, 1, 1, 1, 1])):
        assert [value for _, name, value in found if name == handling] == values


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(", tasks: 3", "", "endpoints[1].tasks: expected tasks: how many", id="none"),
        pytest.param(
            "tasks: 3", "tasks: 4", "expected at least 4 tasks assessed with", id="too many"
        ),
        pytest.param(
            "definition: functional_index_2, tasks: 3", "definition: imacs_2004, tasks: 3",
            "exactly beside functional_index_2, found imacs_2004", id="elsewhere",
        ),
        pytest.param(
            "hip flexion, unit: repetitions, visits: [M0, M3, M6]",
            "hip flexion, unit: repetitions, visits: [M0, M3]",
            "endpoints[0].visit: expected a visit at which HF is assessed", id="visit",
        ),
    ],
)  # fmt: skip
def test_check_protocol__says_what_the_tasks_need(text, old, new, message):
    assert old in text
    with pytest.raises(DocumentError) as caught:
        datasets.check_protocol(protocol.parse(text.replace(old, new, 1)))
    assert message in str(caught.value)
