"""Biopsy markers before and under treatment, and marker presence by response."""

from itertools import combinations_with_replacement

import pytest

# Changes of; A-07 did not change. Responders: 1 2 3 7 8.
CHANGES = [-1, -2, -3, 4, -5, -6, 0, -7]


def median_of_means(changes):
    means = sorted((x + y) / 2 for x, y in combinations_with_replacement(changes, 2))
    middle = len(means)
    return (means[(middle - 1) // 2] + means[middle // 2]) / 2


def test_biopsy__counts_what_is_available(analyse):
    found = analyse("biopsy")
    assert found["biopsy.baseline.available"].value == 15
    assert found["biopsy.repeat.available"].value == 15
    assert found["biopsy.pairs"].value == 15
    day = found["biopsy.repeat.day.median"]
    assert (day.value, day.n) == (188, 15)


def test_biopsy__counts_who_had_it_in_time(analyse, tables):
    # due on day 184, from 30 days before to 5 after: repeat biopsies were on days 181 to 195
    on_time = analyse("biopsy")["biopsy.repeat.on_time"]
    assert (on_time.value, on_time.n, on_time.method) == (9, 15, "study day 154 to 189")
    for row in tables["ADBX"]:
        row["ADY"] = None if row["USUBJID"] == "A-01" else row["ADY"]
    on_time = analyse("biopsy")["biopsy.repeat.on_time"]
    assert on_time.value == 8
    assert on_time.warnings == ("The day of the biopsy of 1 patient is not known.",)


def test_biopsy__without_a_repeat_is_no_pair(analyse, tables):
    tables["ADBX"] = [
        row
        for row in tables["ADBX"]
        if not (row["USUBJID"] == "A-14" and row["AVISIT"] == "Repeat")
    ]
    found = analyse("biopsy")
    assert found["biopsy.repeat.available"].value == found["biopsy.pairs"].value == 14


def test_biopsy__shift_is_the_median_of_all_means(analyse):
    shift = analyse("biopsy")["biopsy.IL1B.hodges_lehmann"]
    assert (shift.value, shift.n, shift.unit) == (median_of_means(CHANGES), 8, "% area")
    assert shift.interval.low < shift.value < shift.interval.high
    assert "7 patients without both values left out." in shift.warnings


def test_biopsy__wilcoxon_without_the_zero(analyse):
    # Ranks 1 to 7, only 4 positive: sums 0 1 2 3 3 4 4 are as small, of 128, on either side.
    test = analyse("biopsy")["biopsy.IL1B.wilcoxon"]
    assert test.value == 2 * 7 / 128
    assert "1 change of zero." in test.warnings


def test_biopsy__changes_tie_as_their_decimals_do(analyse, tables):
    levels = {"A-01": (0.37, 0.62), "A-02": (0.85, 1.1), "A-03": (0.3, 0.2), "A-04": (0.2, 0.1)}
    for row in tables["ADBX"]:
        if row["PARAMCD"] == "IL1B":
            pair = levels.get(row["USUBJID"], (1.0, None))
            row["AVAL"] = pair[row["AVISIT"] == "Repeat"]
    test = analyse("biopsy")["biopsy.IL1B.wilcoxon"]
    # changes .25 .25 -.1 -.1: doubled ranks 7 7 3 3, 14 positive of 20, centre 10; as far are the
    # sums 0 3 3 6 14 17 17 20 of the 16
    assert test.value == 8 / 16


def test_biopsy__pratt_ranks_the_zero(analyse):
    # Ranks 2 to 8; 4 has rank 5: sums 0 2 3 4 5 5 are as small, of 128, on either side.
    assert analyse("biopsy")["biopsy.IL1B.wilcoxon_pratt"].value == 2 * 6 / 128


def test_biopsy__sign_test(analyse):
    assert analyse("biopsy")["biopsy.IL1B.sign"].value == 2 * (1 + 7) / 128


def test_biopsy__by_response(analyse):
    found = analyse("biopsy")
    # responders -1 -2 -3 0 -7, others 4 -5 -6
    responders = found["biopsy.IL1B.responders.hodges_lehmann"]
    assert (responders.value, responders.n) == (median_of_means([-1, -2, -3, 0, -7]), 5)
    assert responders.interval is None
    assert "5 values cannot give a bounded 95 % interval." in responders.warnings
    others = found["biopsy.IL1B.nonresponders.wilcoxon"]
    assert (others.value, others.n) == (2 * 2 / 8, 3)  # only rank 1 is positive: sums 0 and 1
    assert any("cannot give a p-value below 0.25" in text for text in others.warnings)
    # differences: -5 -6 -7 -4 -11, 4 3 2 5 -2, 5 4 3 6 -1; the 8th of 15
    assert found["biopsy.IL1B.by_response.shift"].value == 2
    # U of responders: -1, -2, -3, 0 exceed 2 of the others, -7 none: 8 of 15, centre 7.5
    assert found["biopsy.IL1B.by_response.mann_whitney"].value == 1.0


def test_biopsy__presence_that_changed(analyse):
    found = analyse("biopsy")
    # before: 1 and 6 present; after: 1 2 3 4 5 7 8 9 10 11 present; 15 has no first reading
    assert found["biopsy.IL1RA.appeared"].value == 9
    assert found["biopsy.IL1RA.disappeared"].value == 1
    test = found["biopsy.IL1RA.mcnemar"]
    assert (test.value, test.n) == (2 * (1 + 10) / 2**10, 14)


def test_biopsy__adjusts_for_all_markers(analyse):
    found = analyse("biopsy")
    raw = 2 * 11 / 2**10  # the smaller of two
    assert found["biopsy.IL1RA.mcnemar_holm"].value == 2 * raw
    assert found["biopsy.IL1B.wilcoxon_holm"].value == 2 * 7 / 128
    assert "adjusted for 2 markers (Holm)" in found["biopsy.IL1B.wilcoxon_holm"].label


def test_marker__shares_in_both_groups(analyse):
    found = analyse("marker_by_response")
    first, second = (
        found[f"marker.IL1RA.present.{name}"] for name in ("responders", "nonresponders")
    )
    assert [(share.numerator, share.n) for share in (first, second)] == [(7, 7), (3, 8)]
    assert first.interval.high == 100
    assert first.groups == {"CLASS": "RESPONDER"}


@pytest.mark.parametrize(
    ("left_out", "published"), [((), 0.0256), (("A-01",), 0.0310), (("A-14",), 0.0699)]
)
def test_marker__fisher_hangs_on_one_biopsy(analyse, tables, left_out, published):
    tables["ADBX"] = [row for row in tables["ADBX"] if row["USUBJID"] not in left_out]
    found = analyse("marker_by_response")
    assert round(found["marker.IL1RA.by_response.fisher"].value, 4) == published
    assert found["marker.IL1RA.by_response.boschloo"].value < 0.05
    assert found["marker.IL1RA.by_response.barnard"].value < 0.05
    if left_out:
        notes = found["marker.IL1RA.by_response.fisher"].warnings
        assert "1 patient without a reading left out." in notes


def test_marker__says_in_which_group_a_reading_is_missing(analyse, tables):
    for row in tables["ADBX"]:
        if (row["USUBJID"], row["PARAMCD"], row["AVISIT"]) == ("A-14", "IL1RA", "Repeat"):
            row["AVALC"] = None
    found = analyse("marker_by_response")
    told = "1 patient without a reading left out."
    assert told in found["marker.IL1RA.present.nonresponders"].warnings
    assert told not in found["marker.IL1RA.present.responders"].warnings
    assert told in found["marker.IL1RA.by_response.fisher"].warnings


def test_marker__effects_have_intervals(analyse):
    found = analyse("marker_by_response")
    score = found["marker.IL1RA.by_response.risk_difference"]
    exact = found["marker.IL1RA.by_response.risk_difference_exact"]
    assert score.value == exact.value == 62.5
    assert (round(score.interval.low, 1), round(score.interval.high, 1)) == (16.0, 86.8)
    assert exact.interval.low < score.interval.low
    odds = found["marker.IL1RA.by_response.odds_ratio"]
    assert (odds.value, odds.interval.high) == ("infinity", None)
    assert odds.interval.low > 1
    assert any("infinite" in text for text in odds.warnings)


def test_marker__all_present_leaves_nothing_to_compare(analyse, tables):
    for row in tables["ADBX"]:
        if row["PARAMCD"] == "IL1RA":
            row["AVALC"] = "PRESENT"
    found = analyse("marker_by_response")
    assert found["marker.IL1RA.by_response.fisher"].value is None
    assert found["marker.IL1RA.by_response.fisher_holm"].value is None
    difference = found["marker.IL1RA.by_response.risk_difference"]
    assert difference.value == 0
    assert difference.interval.low < 0 < difference.interval.high
    assert found["marker.IL1RA.by_response.odds_ratio"].value is None


def test_marker__leaves_out_who_has_no_known_response(analyse, tables):
    for row in tables["ADBX"]:
        if row["USUBJID"] == "A-15":
            row["EVER"] = "U"
    fisher = analyse("marker_by_response")["marker.IL1RA.by_response.fisher"]
    assert (fisher.n, round(fisher.value, 4)) == (14, 0.0699)
    assert "1 patient of unknown response left out." in fisher.warnings
