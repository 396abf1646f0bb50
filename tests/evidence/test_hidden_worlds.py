"""Claims read off a hidden group of patients can always all hold, and nothing found denies it."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_papers import truthful_papers

from myotrial import evidence


@given(truthful_papers(), st.integers(0, 99))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_examine__never_denies_the_hidden_patients(pair, seed):
    small, hidden = pair
    paper = evidence.parse(small.text)
    findings = evidence.examine(paper).as_record()
    assert findings["consistent"]
    assert findings["conflicts"] == []
    assert findings["repairs"] == []
    assert {record["id"] for record in findings["statistics"]} == {*small.statistics}
    for record in findings["statistics"]:
        truth = float(small.statistics[record["id"]](hidden))
        if record["min"] is None:  # more tables fit than are listed; the warning says so
            assert record["warnings"]
            continue
        assert float(record["min"]) <= truth + 1e-9
        assert truth <= float(record["max"]) + 1e-9
    drawn = evidence.draw(paper, seed)
    assert [statement.id for statement in small.statements if not statement.holds(drawn)] == []
    assert drawn == evidence.draw(paper, seed)
    for cell in [*findings["determined"], *findings["bounded"], *findings["free"]]:
        count = counted(small, hidden, cell)
        assert count is None or cell["min"] <= count
        assert count is None or count <= float(cell["max"])


def counted(small, patients, cell):
    """Patients in a cell of single values; None where several values are counted together."""
    texts = cell.get("values", {})
    if any(" or " in text or " to " in text for text in texts.values()) or "unlinked" in cell:
        return None
    return sum(
        all(str(patient[name]) == text for name, text in texts.items()) for patient in patients
    )
