"""The two-arm trial with rescue therapy, withdrawals and changes of dose, and estimands of it."""

import two_arm_study

MORE = """
concomitant: {stable: {classes: [glucocorticoid], from_day: -28, to_day: 184}}
intercurrent_events:
  - {id: rescue, label: Rescue therapy, kind: rescue, classes: [rescue]}
  - {id: left, label: Withdrawal, kind: withdrawal}
  - {id: steroid, label: Glucocorticoid changed, kind: dose_change, classes: [glucocorticoid]}
estimands:
"""
ESTIMAND = "  - {{id: {name}, label: {name}, endpoint: {endpoint}, missing: {missing}, strategies: "
TIS = "  - {id: tis, label: TIS, definition: tis_2016, population: adult, role: secondary, "
TIS += "estimand: at_visit, visit: M6}\n"
DAYS = {"M1": 31, "M3": 92, "M6": 184}
RESCUED = {3: 50, 8: 92, 15: 120, 22: 20, 31: 150, 40: 100}  # number: day
CHANGED = {5: 60, 31: 10, 44: 130}


def given(name, endpoint, missing, rescue, left, steroid):
    start = ESTIMAND.format(name=name, endpoint=endpoint, missing=missing)
    return f"{start}{{rescue: {rescue}, left: {left}, steroid: {steroid}}}}}\n"


POLICY, COMPOSITE, ASIDE, BEFORE, STRATUM = (
    "treatment_policy", "composite", "hypothetical", "while_on_treatment", "principal_stratum",
)  # fmt: skip
ESTIMANDS = (
    given("policy", "doi_m6", "NRI", POLICY, POLICY, POLICY)
    + given("composite", "doi_m6", "NRI", COMPOSITE, COMPOSITE, POLICY)
    + given("before", "doi_m6", "OC", BEFORE, BEFORE, COMPOSITE)
    + given("ever", "doi_ever", "NRI", COMPOSITE, POLICY, BEFORE)
    + given("two", "doi_two", "OC", COMPOSITE, POLICY, POLICY)
    + given("aside", "doi_m6", "MAR", ASIDE, ASIDE, COMPOSITE)
    + given("jump", "doi_m6", "J2R", ASIDE, ASIDE, ASIDE)
    + given("stratum", "doi_m6", "NRI", STRATUM, POLICY, POLICY)
    + given("points", "tis", "OC", COMPOSITE, BEFORE, POLICY)
    + given("points_mar", "tis", "MAR", COMPOSITE, ASIDE, POLICY)
    + given("points_j2r", "tis", "J2R", ASIDE, ASIDE, POLICY)
)


def text(estimands=ESTIMANDS, more=MORE, analyses="comparison, estimands"):
    plan = two_arm_study.PROTOCOL.replace(
        "myoact, unit: fraction", "extramuscular_global, unit: cm"
    )
    start, _, _ = plan.rpartition("analyses:")
    return f"{start}{TIS}analyses: [{analyses}]\n{more}{estimands}"


def captured(patients=60):
    """Captured tables of the two-arm trial with rescues and changes of dose."""
    rows = two_arm_study.tables(patients)
    rows["concomitant"] = [
        {"USUBJID": f"TWO-{number:03}", "CMTRT": "methylprednisolone", "CMCLAS": "rescue",
         "CMDOSE": 500, "CMDOSU": "mg", "CMDOSFRQ": "QD", "CMSTDY": day, "CMENDY": day + 2,
         "ORIGIN": "simulated"}
        for number, day in RESCUED.items() if number <= patients
    ] + [
        {"USUBJID": f"TWO-{number:03}", "CMTRT": "prednisolone", "CMCLAS": "glucocorticoid",
         "CMDOSE": dose, "CMDOSU": "mg", "CMDOSFRQ": "QD", "CMSTDY": first, "CMENDY": last,
         "ORIGIN": "simulated"}
        for number, day in CHANGED.items() if number <= patients
        for dose, first, last in ((10, -60, day - 1), (20, day, None))
    ]  # fmt: skip
    return rows
