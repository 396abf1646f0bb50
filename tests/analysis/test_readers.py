"""Readers' agreement as results: the published example of the ICC, and what is left out."""

import pytest

# Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-8: six targets, four judges.
SHROUT = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def rows(table, marker="IL1B", *, session="s"):
    found = []
    for number, values in enumerate(table):
        who = f"A-{number // 2 + 1:02}"
        time = ("Baseline", "Repeat")[number % 2]
        found += [
            {"USUBJID": who, "PARAMCD": marker, "AVISIT": time, "RDSESS": session,
             "EVALID": f"R{reader}", "RDSEQ": 1, "AVAL": value, "ACPTFL": None}
            for reader, value in enumerate(values, start=1)
        ]  # fmt: skip
    return found


def named(found):
    return [{**row, "ROWID": f"ADRD:{number}"} for number, row in enumerate(found, start=1)]


def test_readers__give_the_published_intraclass_correlations(analyse, tables):
    tables["ADRD"] = named(rows(SHROUT))
    found = analyse("biopsy")
    agreement = found["biopsy.IL1B.readers.icc_agreement"]
    assert agreement.value == pytest.approx(0.29, abs=0.005)
    assert found["biopsy.IL1B.readers.icc_consistency"].value == pytest.approx(0.71, abs=0.006)
    assert (agreement.n, agreement.warnings) == (6, ())
    assert len(agreement.rows["keys"]) == 24
    pair = found["biopsy.IL1B.readers.pair.r1_r2.difference"]
    assert pair.value == pytest.approx(sum(row[0] - row[1] for row in SHROUT) / 6)
    assert found["biopsy.IL1B.readers.pair.r1_r2.upper"].value > pair.value
    assert found["biopsy.IL1B.readers.pair.r1_r2.kappa"].value < 1
    assert "biopsy.IL1RA.readers.icc_agreement" not in found


def test_readers__leave_out_what_not_all_could_read_and_tell_repeats(analyse, tables):
    made = rows([[float(row[0]), None if n == 5 else row[0] + 1.5] for n, row in enumerate(SHROUT)])
    again = [
        {**row, "RDSEQ": 2, "AVAL": row["AVAL"] - 1} for row in made[:4] if row["EVALID"] == "R1"
    ]
    accepted = [{**made[0], "EVALID": "CONSENSUS", "AVAL": 99.0, "ACPTFL": "Y"}]
    tables["ADRD"] = named([*made, *again, *accepted])
    found = analyse("biopsy")
    one = found["biopsy.IL1B.readers.icc_agreement"]
    assert (one.n, one.warnings) == (5, ("1 section not read by every reader left out.",))
    assert found["biopsy.IL1B.readers.icc_consistency"].value == pytest.approx(1)
    assert found["biopsy.IL1B.readers.pair.r1_r2.difference"].value == pytest.approx(-1.5)
    assert found["biopsy.IL1B.readers.repeat.r1.difference"].value == pytest.approx(1)
    assert "biopsy.IL1B.readers.pair.r1_r2.kappa" not in found


def test_readers__of_one_reader_have_no_agreement(analyse, tables):
    tables["ADRD"] = named(rows([row[:1] for row in SHROUT]))
    assert not [key for key in analyse("biopsy") if ".readers." in key]
