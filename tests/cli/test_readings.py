"""`myotrial reading` as a person meets it; what it does is tested beside the study."""

import pytest

ROW = "A-0{0},BASELINE,1,CD3,DAB,S,{0}.tif,\n"


@pytest.fixture
def slides(captured):
    """A manifest of six slides, none of which is there: a session needs their names only."""
    (captured / "biopsies").mkdir()
    plan = (captured / "study.yaml").read_text()
    if "\nbiopsy:" not in plan:
        marker = "{id: CD3, label: T cells, unit: cells/mm2}"
        plan += f"\nbiopsy:\n  visits: [M0, M6]\n  markers:\n    - {marker}\n"
        (captured / "study.yaml").write_text(plan)
    header = "USUBJID,BXTIME,BXDY,MARKER,CHROMOGEN,SCANNER,FILE,CONTROL\n"
    rows = "".join(ROW.format(number) for number in range(1, 7))
    (captured / "biopsies" / "manifest.csv").write_text(header + rows)
    return captured


def start(run, folder, *more):
    asked = ("--marker", "CD3", "--question", "cells", "--reader", "A")
    return run("reading", "new", folder, "cd3", *asked, *more)


def test_reading__is_started_once(run, slides):
    done = start(run, slides)
    assert done.exit_code == 0
    assert done.output == "Session cd3: 6 sections under 7 codes, for A\n"
    again = start(run, slides)
    assert again.exit_code == 4
    assert "exists" in again.output


def test_reading__tells_who_has_not_committed_and_what_is_not_there(run, slides):
    start(run, slides)
    done = run("reading", "unblind", slides, "cd3")
    assert done.exit_code == 3
    assert "'A' did not commit yet" in done.output
    done = run("reading", "view", slides, "cd8", "--reader", "A")
    assert done.exit_code == 3
    assert "there is no session 'cd8'" in done.output
    done = run("reading", "view", slides, "cd3", "--reader", "A")
    assert done.exit_code == 3
    assert "no section of this session can be opened" in done.output
    assert not any(f"{number}.tif" in done.output for number in range(1, 7))
