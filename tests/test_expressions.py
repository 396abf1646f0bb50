"""The expression language of protocols and claims."""

import itertools
import math
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.errors import ExpressionError
from myotrial.expressions import evaluate, mask, names, parse


def value(text, **values):
    return evaluate(parse(text), values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("true or false and false", True, id="and binds tighter than or"),
        pytest.param("not false and false", False, id="not binds tighter than and"),
        pytest.param("not 1 == 2", True, id="comparison binds tighter than not"),
        pytest.param("not not true", True, id="not twice"),
        pytest.param("false implies false implies false", True, id="implies is right associative"),
        pytest.param("(false implies false) implies false", False, id="brackets"),
        pytest.param("true or true implies false", False, id="implies binds loosest"),
        pytest.param("1 + 2 * 3 == 7", True, id="times before plus"),
        pytest.param("10 - 3 - 2 == 5", True, id="minus is left associative"),
        pytest.param("12 / 2 / 3 == 2", True, id="division is left associative"),
        pytest.param("1 / 3 * 3 == 1", True, id="division is exact"),
        pytest.param("- - 2 == 2", True, id="two minus signs"),
        pytest.param("2 - -1 == 3", True, id="minus of a negative"),
        pytest.param("0.1 + 0.2 == 0.3", True, id="decimals are exact"),
        pytest.param("1 < 2 < 3", True, id="comparisons chain"),
        pytest.param("1 < 3 < 2", False, id="every link of a chain counts"),
        pytest.param("'a' < 'b'", True, id="text is ordered"),
        pytest.param('"it\'s" == "it\'s"', True, id="either quote"),
        pytest.param("2 in [1, 1 + 1]", True, id="in a list of sums"),
        pytest.param("2 not in [1, 3]", True, id="not in"),
        pytest.param("(2 in [1]) == false", True, id="truth can be compared"),
        pytest.param("missing == missing", True, id="missing is missing"),
    ],
)
def test_evaluate__follows_the_order_of_operations(text, expected):
    assert value(text) is expected


KLEENE = {  # a, b: and, or, implies; None is unknown (Kleene SC, 1938)
    (True, True): (True, True, True),
    (True, None): (None, True, None),
    (True, False): (False, True, False),
    (None, True): (None, True, True),
    (None, None): (None, None, None),
    (None, False): (False, None, None),
    (False, True): (False, True, True),
    (False, None): (False, None, True),
    (False, False): (False, False, True),
}


@pytest.mark.parametrize(("a", "b"), KLEENE)
def test_evaluate__follows_kleene(a, b):
    found = tuple(value(f"a {word} b", a=a, b=b) for word in ("and", "or", "implies"))
    assert found == KLEENE[a, b]


@pytest.mark.parametrize("a", [True, None, False])
def test_evaluate__negates_what_is_known(a):
    assert value("not a", a=a) == {True: False, False: True, None: None}[a]


@pytest.mark.parametrize("gone", [None, math.nan, np.float64("nan"), Decimal("NaN")])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x > 3", None),
        ("x == 3", None),
        ("x + 1 > 3", None),
        ("-x < 0", None),
        ("x in [1, 2]", None),
        ("1 < x < 3", None),
        ("5 < 3 < x", False),
        ("x == missing", True),
        ("x != missing", False),
        ("x != missing and x > 3", False),
    ],
)
def test_evaluate__of_a_missing_value_is_unknown(text, expected, gone):
    assert value(text, x=gone) is expected


def test_evaluate__in_a_list_with_a_missing_value_is_unknown_unless_found():
    assert value("x in [1, missing]", x=1) is True
    assert value("x in [1, missing]", x=2) is None


@pytest.mark.parametrize(
    "kind", [float, np.float64, np.float32, lambda text: Decimal(str(text)), Fraction]
)
@pytest.mark.parametrize("edge", ["0.1", "0.3", "0.75", "2.675"])
def test_evaluate__takes_a_captured_number_as_it_is_written(kind, edge):
    """A binary float is not the decimal it shows: exactly compared, 0.3 would be below 0.3."""
    captured = kind(edge)
    assert value(f"x == {edge}", x=captured) is True
    assert value(f"{edge} <= x <= {edge}", x=captured) is True
    assert value(f"x < {edge}", x=captured) is False


@pytest.mark.parametrize("wrong", [0, 1])
def test_evaluate__understands_numpy_scalars(wrong):
    values = {"a": np.int64(0 if wrong == 0 else 5), "b": np.int64(0 if wrong == 1 else 5)}
    assert value("a > 1 and b > 1", **values) is False
    assert value("a <= 1 or b <= 1", **values) is True
    assert value("flag and a + b == 5", flag=np.bool_(True), **values) is True


def test_evaluate__compares_infinity():
    assert value("x > 1000000", x=math.inf) is True


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x == 3", "nothing here is called 'x'"),
        ("'a' == 3", "cannot compare 'a' with 3"),
        ("'a' in [3]", "cannot compare 'a' with 3"),
        ("1 < missing", "only == and != apply to missing"),
        ("1 / 0 == 1", "cannot work with 1 and 0"),
        ("'a' * 1000000000 == 'a'", "expected a number, found 'a'"),
        ("-'a' == 1", "expected a number, found 'a'"),
        ("1 and true", "expected something true or false, found 1"),
        ("not 'F'", "expected something true or false, found 'F'"),
        ("'' implies true", "expected something true or false"),
    ],
)
def test_evaluate__refuses_what_makes_no_sense(text, message):
    with pytest.raises(ExpressionError, match=message):
        value(text)


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        pytest.param("", 0, "expected a name", id="nothing"),
        pytest.param("a = 1", 2, "use == to compare", id="single equals sign"),
        pytest.param("a == ", 5, "expected a name", id="cut off"),
        pytest.param("a b", 2, "expected the end", id="two names"),
        pytest.param("(a", 2, r"expected '\)'", id="open bracket"),
        pytest.param("a in 3", 5, r"expected '\['", id="in without a list"),
        pytest.param("a in []", 6, "expected a name", id="empty list"),
        pytest.param("a in [1 2]", 8, r"expected '\]'", id="list without a comma"),
        pytest.param("a not 3", 6, "expected 'in'", id="not without in"),
        pytest.param("a == 'PM", 5, "cannot read", id="open quote"),
        pytest.param("a; b", 1, "cannot read ';'", id="semicolon"),
        pytest.param("a.b", 1, "cannot read '.'", id="attribute access"),
        pytest.param("f(1)", 1, "expected the end", id="call"),
        pytest.param("a == 1.", 6, "cannot read '.'", id="point without decimals"),
        pytest.param("٣ == 3", 0, "cannot read", id="other digits"),
        pytest.param("and", 0, "expected a name", id="keyword as a name"),
    ],
)
def test_parse__names_the_place_it_cannot_read(text, position, message):
    with pytest.raises(ExpressionError, match=message) as caught:
        parse(text)
    assert caught.value.position == position
    assert str(caught.value).splitlines()[-1] == " " * (4 + position) + "^"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(" * 5000 + "1" + ")" * 5000, id="brackets"),
        pytest.param("-" * 5000 + "1", id="minus signs"),
        pytest.param("1+" * 5000 + "1", id="sum"),
        pytest.param("a implies " * 5000 + "a", id="implications"),
        pytest.param("9" * 5000, id="digits"),
        pytest.param("1." + "9" * 5000, id="decimals"),
    ],
)
def test_parse__refuses_what_would_exhaust_the_machine(text):
    with pytest.raises(ExpressionError, match=r"nested|operations|digits"):
        parse(text)


def test_parse__reads_long_lists_and_conjunctions():
    assert value(" and ".join(["a"] * 5000), a=True) is True
    assert value("a in [" + ", ".join(map(str, range(5000))) + "]", a=4999) is True
    assert value("not " * 4999 + "a", a=True) is False


def test_parse__keeps_the_text_as_written():
    text = "age>=18   and sex == 'F'"
    expression = parse(text)
    assert str(expression) == text
    assert names(expression) == {"age", "sex"}
    assert pickle.loads(pickle.dumps(expression)) == expression  # noqa: S301


WORDS = """age sex 'F' "M" 18 0.5 0 == != < <= > >= in not [ ] , ( ) + - * / and or not implies true
false missing = ' " # é . 1e5 99999999999999999999"""
TOKENS = st.sampled_from([*WORDS.split(), "\x00", "\n"])


@given(st.text(max_size=40) | st.lists(TOKENS, max_size=12).map(" ".join))
@settings(max_examples=400)
def test_parse_and_evaluate__raise_nothing_but_an_expression_error(text):
    try:
        expression = parse(text)
    except ExpressionError as error:
        assert 0 <= error.position <= len(text)  # noqa: PT017
        return
    columns = {"age": np.array([1, 2, 3]), "sex": np.array(["F", "M", "F"])}
    cases = [{"age": 30, "sex": "F"}, {"age": None, "sex": None}, {"age": 2.5, "sex": True}, {}]
    for evaluation in [
        lambda: mask(expression, columns),
        *(lambda case=case: evaluate(expression, case) for case in cases),
    ]:
        try:
            evaluation()
        except ExpressionError:
            continue


NUMBERS = st.sampled_from(["x", "y", "1", "2", "x + 1", "y - x", "2 * x", "-y"])
COMPARISONS = st.tuples(NUMBERS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), NUMBERS)
ATOMS = st.one_of(
    COMPARISONS.map(" ".join),
    st.sampled_from(["g == 'a'", "g != 'b'", "g in ['a', 'c']", "x in [0, 2]", "y not in [1]"]),
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda part: st.one_of(
        part.map(lambda text: f"not ({text})"),
        st.tuples(part, st.sampled_from(["and", "or", "implies"]), part).map(
            lambda parts: "({}) {} ({})".format(*parts)
        ),
    ),
    max_leaves=6,
)
CASES = [
    dict(zip("xyg", values, strict=True)) for values in itertools.product(range(3), range(3), "abc")
]


def in_python(text):
    """The same condition as Python reads it; `implies` becomes `<=` between truth values."""
    code = compile(text.replace("implies", "<="), "condition", "eval")
    return lambda case: bool(eval(code, {}, dict(case)))  # noqa: S307


@given(CONDITIONS)
def test_evaluate__agrees_with_python_on_complete_cases(text):
    expression, expected = parse(text), in_python(text)
    assert [evaluate(expression, case) for case in CASES] == [expected(case) for case in CASES]


@given(CONDITIONS)
def test_mask__agrees_with_evaluate_on_every_case(text):
    expression = parse(text)
    columns = {name: np.array([case[name] for case in CASES]) for name in "xyg"}
    found = mask(expression, columns)
    assert found.dtype == bool
    assert found.tolist() == [evaluate(expression, case) for case in CASES]


@given(CONDITIONS, st.sampled_from(CASES), st.sets(st.sampled_from("xyg")))
def test_evaluate__knows_only_what_no_completion_contradicts(text, case, gone):
    expression = parse(text)
    partly = {name: None if name in gone else known for name, known in case.items()}
    verdict = evaluate(expression, partly)
    assert not gone or verdict is None or verdict == evaluate(expression, case)
    assert gone or verdict is not None


def test_mask__of_a_constant_condition_has_the_length_of_the_columns():
    assert mask(parse("1 < 2"), {"x": np.arange(4)}).tolist() == [True] * 4


@pytest.mark.parametrize("kind", [np.float64, np.float32, object])
def test_mask__meets_decimals_in_columns_of_any_number_type(kind):
    numbers = [Fraction(3, 10), Fraction(1, 2)] if kind is object else [0.3, 0.5]
    column = np.array(numbers, dtype=kind)
    assert mask(parse("x <= 0.3"), {"x": column}).tolist() == [True, False]
    assert mask(parse("x + 1 > 1.4"), {"x": column}).tolist() == [False, True]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x == missing", "nothing is missing here"),
        ("x in [missing]", "nothing is missing here"),
        ("x == 'a'", "cannot compare text"),
        ("g in [1]", "cannot compare text"),
        ("g + 1 > 2", "expected a number"),
        ("x + missing > 2", "expected a number"),
        ("x / 0 > 1", "cannot work with these values"),
        ("x", "expected something true or false"),
        ("x and g == 'a'", "expected something true or false"),
        ("z == 1", "nothing here is called 'z'"),
    ],
)
def test_mask__refuses_what_makes_no_sense(text, message):
    with pytest.raises(ExpressionError, match=message):
        mask(parse(text), {"x": np.array([1, 2]), "g": np.array(["a", "b"])})


def test_mask__needs_columns():
    with pytest.raises(ExpressionError, match="no columns"):
        mask(parse("1 == 1"), {})
