"""What printed numbers stand for."""

import decimal
import pickle
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotrial.errors import PrintedError
from myotrial.evidence.rounding import ALPHA, counts, interval

ROUNDINGS = (decimal.ROUND_HALF_UP, decimal.ROUND_HALF_EVEN, decimal.ROUND_HALF_DOWN)


def ends(printed, **options):
    found = interval(printed, **options)
    return found.low, found.high, found.low_open, found.high_open


@pytest.mark.parametrize(
    ("printed", "low", "high"),
    [
        pytest.param("15", "14.5", "15.5", id="whole number"),
        pytest.param("3.4", "3.35", "3.45", id="one decimal"),
        pytest.param("3.40", "3.395", "3.405", id="trailing zero"),
        pytest.param("007", "6.5", "7.5", id="leading zeros"),
        pytest.param(".05", "0.045", "0.055", id="no leading zero"),
        pytest.param("46.7%", "0.4665", "0.4675", id="percent"),
        pytest.param("46.7 %", "0.4665", "0.4675", id="percent after a space"),
        pytest.param("1,234", "1233.5", "1234.5", id="thousands with comma"),
        pytest.param("12 345 678", "12345677.5", "12345678.5", id="thousands with spaces"),
        pytest.param("1\u202f234.5", "1234.45", "1234.55", id="thousands with a thin space"),
        pytest.param("-2.5", "-2.55", "-2.45", id="hyphen"),
        pytest.param("\u22122.5", "-2.55", "-2.45", id="minus sign"),
        pytest.param("+3", "2.5", "3.5", id="plus sign"),
        pytest.param("1.2e-5", "0.0000115", "0.0000125", id="scientific"),
        pytest.param("1.2 × 10^-5", "0.0000115", "0.0000125", id="times ten to the power"),
        pytest.param("2E3", "1500", "2500", id="power widens"),
        pytest.param("p = 0.03", "0.025", "0.035", id="p equals"),
        pytest.param("P=.03", "0.025", "0.035", id="p equals, tight"),
        pytest.param("~7", "6.3", "7.7", id="about"),
        pytest.param("≈0.1", "0.05", "0.15", id="about is no narrower than rounding"),
    ],
)
def test_interval__covers_what_prints_so(printed, low, high):
    assert ends(printed) == (Fraction(low), Fraction(high), False, False)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("<0.05", (None, Fraction(1, 20), False, True)),
        ("P < .001", (None, Fraction(1, 1000), False, True)),
        ("<=0.05", (None, Fraction(1, 20), False, False)),
        ("≤5%", (None, Fraction(1, 20), False, False)),
        ("> 0.05", (Fraction(1, 20), None, True, False)),
        (">=18", (Fraction(18), None, False, False)),
        ("NS", (ALPHA, None, False, False)),
        ("n.s.", (ALPHA, None, False, False)),
        ("p = NS", (ALPHA, None, False, False)),
    ],
)
def test_interval__of_a_relation_has_one_end(printed, expected):
    assert ends(printed) == expected


def test_interval__takes_the_level_and_the_meaning_of_about_as_arguments():
    assert ends("NS", alpha=Fraction(1, 100))[0] == Fraction(1, 100)
    assert ends("~100", about=Fraction(1, 4))[:2] == (75, 125)


@pytest.mark.parametrize(
    ("printed", "hint"),
    [
        ("46,7", "point"),
        ("7/15", "numerator and denominator"),
        ("28±15.4", "sd"),
        ("28 (15.4)", "sd"),
        ("2-18", "from and to"),
        ("2 to 18", "from and to"),
        ("", ""),
        ("%", ""),
        ("e5", ""),
        ("1e999", ""),
        ("5.", ""),
        ("nan", ""),
        ("seven", ""),
        ("1,23,456", ""),
        ("9" * 41, ""),
        ("٣", ""),
        (7, ""),
        (None, ""),
    ],
)
def test_interval__refuses_what_is_no_printed_number(printed, hint):
    with pytest.raises(PrintedError, match="expected a number as printed") as caught:
        interval(printed)
    assert hint in caught.value.hint
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301


@given(
    value=st.decimals(-(10**6), 10**6, allow_nan=False, places=5),
    places=st.integers(0, 4),
    rounding=st.sampled_from(ROUNDINGS),
)
def test_interval__contains_every_value_that_prints_so(value, places, rounding):
    printed = str(value.quantize(Decimal(1).scaleb(-places), rounding=rounding))
    assert Fraction(value) in interval(printed)


@given(value=st.decimals(0, 1, allow_nan=False, places=6), places=st.integers(0, 3))
def test_interval__holds_nothing_that_no_rounding_prints_so(value, places):
    unit = Decimal(1).scaleb(-places)
    texts = {str(value.quantize(unit, rounding=rounding)) for rounding in ROUNDINGS}
    for text in (str(unit * k) for k in range(10**places + 1)):
        assert (Fraction(value) in interval(text)) == (text in texts)


@given(st.text(max_size=50))
def test_interval__of_any_text_raises_nothing_else(text):
    try:
        found = interval(text)
    except PrintedError:
        return
    assert found.low is not None or found.high is not None


@given(
    st.text(alphabet="0123456789.,%<>=~≤≥−-+eEpPnNsS \u00a0\u2009×x^*10", max_size=20),
)
def test_interval__of_number_like_text_raises_nothing_else(text):
    try:
        found = interval(text)
    except PrintedError:
        return
    assert found.low is None or found.high is None or found.low <= found.high


@pytest.mark.parametrize(
    ("share", "n", "expected"),
    [
        # Counts behind published percentages: doi:10.1186/s13075-023-03232-2 (ProDERM) and
        # doi:10.1002/art.43066 (abatacept), see the claim files beside these tests.
        pytest.param("78.7%", 47, (37,), id="ProDERM, active"),
        pytest.param("43.8%", 48, (21,), id="ProDERM, placebo"),
        pytest.param("56.0%", 75, (42,), id="abatacept"),
        pytest.param("42.5%", 73, (31,), id="abatacept, placebo"),
        pytest.param("0.467", 15, (7,), id="share"),
        pytest.param("45%", 15, (), id="no whole number gives it"),
        pytest.param("12%", 40, (5,), id="tie 12.5 rounded to even"),
        pytest.param("13%", 40, (5,), id="tie 12.5 rounded up"),
        pytest.param("50%", 1000, tuple(range(495, 506)), id="several"),
        pytest.param("<10%", 20, (0, 1), id="less than"),
        pytest.param("≥90%", 20, (18, 19, 20), id="at least"),
        pytest.param("0%", 7, (0,), id="none"),
        pytest.param("100%", 7, (7,), id="all"),
        pytest.param("120%", 7, (), id="more than all"),
        pytest.param("0%", 0, (), id="nobody"),
    ],
)
def test_counts__are_the_whole_numbers_behind_a_share(share, n, expected):
    assert counts(share, n) == expected


@pytest.mark.parametrize("share", ["46.7", "<50", ">50"])
def test_counts__asks_for_the_percent_sign(share):
    with pytest.raises(PrintedError, match=r"is .*% meant"):
        counts(share, 15)


@given(n=st.integers(1, 300), places=st.integers(0, 2), data=st.data())
def test_counts__finds_the_count_that_was_printed(n, places, data):
    k = data.draw(st.integers(0, n))
    with decimal.localcontext(prec=60):
        percent = Decimal(100 * k) / Decimal(n)
        printed = percent.quantize(Decimal(1).scaleb(-places), rounding=decimal.ROUND_HALF_EVEN)
    assert k in counts(f"{printed}%", n)
