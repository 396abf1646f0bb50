import pytest

from myotrial.report import typography

T = "\u202f"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        pytest.param(0, "0", id="zero"),
        pytest.param(-0.0001, "0.000", id="no minus before a rounded zero"),
        pytest.param(-1.25, "−1.25", id="true minus"),
        pytest.param(9.996, "10.0", id="rounding up changes the number of places"),
        pytest.param(99.96, "100", id="three figures at the edge"),
        pytest.param(9999, "9999", id="four digits stay together"),
        pytest.param(12345.0, f"12{T}345", id="five digits are grouped"),
    ],
)
def test_decimal__writes_numbers_as_a_journal_does(number, text):
    assert typography.decimal(number) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [
        pytest.param(0.0, "p < 0.001", id="never zero"),
        pytest.param(0.001, "p = 0.001", id="edge"),
        pytest.param(0.0699, "p = 0.070", id="three decimals"),
        pytest.param(1.0, "p > 0.999", id="never one"),
    ],
)
def test_p_value__is_never_zero_or_one(p, text):
    assert typography.p_value(p) == text


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        pytest.param({"low": 2, "high": 18, "level": None, "kind": "range"}, "range 2 to 18",
                     id="range"),
        pytest.param({"low": None, "high": 3.5, "level": 0.9, "kind": "confidence"},
                     f"90{T}% CI up to 3.50", id="open below"),
        pytest.param({"low": -2.5, "high": None, "level": 0.95, "kind": "confidence"},
                     f"95{T}% CI from −2.50", id="open above"),
        pytest.param({"low": 0, "high": 7, "level": None, "kind": "bounds"}, "bounds 0 to 7",
                     id="bounds"),
        pytest.param(None, "", id="none"),
    ],
)  # fmt: skip
def test_interval__names_its_kind(interval, text):
    assert typography.interval({"interval": interval}) == text


@pytest.mark.parametrize(
    ("record", "text"),
    [
        pytest.param({"value": None, "statistic": "mean"}, "not computable", id="none"),
        pytest.param({"value": 46.6667, "unit": "%"}, f"46.7{T}%", id="share"),
        pytest.param({"value": 100.0, "unit": "%"}, f"100{T}%", id="all"),
        pytest.param({"value": 3.2, "unit": "ukat/L"}, f"3.20{T}µkat/L", id="unit"),
        pytest.param({"value": 7, "unit": "patients"}, "7", id="people carry no unit"),
        pytest.param({"value": True}, "yes", id="truth"),
        pytest.param({"value": "Month 3"}, "Month 3", id="words"),
    ],
)
def test_value__shows_a_result_with_its_unit(record, text):
    assert typography.value(record) == text


def test_slug__keeps_distinct_ids_distinct():
    keys = ["a.b", "a b", "a_b", "a/b", "ä", "a__b", "A.b"]
    assert len({typography.slug(key) for key in keys}) == len(keys)
