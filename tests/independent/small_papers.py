"""Small papers for hypothesis: the text of a claim file, and the same claims as Python functions.

Most claims are read off a hidden group of patients, so that many papers are consistent; unless a
paper is to be `truthful`, some numbers are then changed, so that many are not. Shares no code
with myotrial.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt

from brute_force_worlds import Patient, SmallPaper, Statement, World, fisher, profiles
from hypothesis import strategies as st

NAMES = ("kind", "group", "score")
SHAPES = (  # values of the attributes, few enough that all worlds can be tried
    (("p", "q"), ("u", "v", "w"), None),
    (("p", "q"), None, (0, 1, 2)),
    (("p", "q", "r"), None, (0, 1)),
    (("p", "q"), ("u", "v"), (0, 1)),
)
WIDER = (  # more values, for papers whose truth is known without trying all worlds
    *SHAPES,
    (("p", "q", "r"), ("u", "v", "w"), (0, 1, 2, 3, 4)),
    (("p", "q"), ("u", "v"), tuple(range(11))),
)
MOST = 7  # patients in the worlds that are tried


@dataclass(frozen=True)
class Condition:
    """An expression, and the same as a Python function."""

    text: str
    test: Callable[[Patient], bool]

    def count(self, world: World) -> int:
        return sum(1 for patient in world if self.test(patient))


ALL = Condition("", lambda _: True)


def both(one: Condition, other: Condition) -> Condition:
    return Condition("", lambda patient: one.test(patient) and other.test(patient))


def opposite(one: Condition) -> Condition:
    return Condition("", lambda patient: not one.test(patient))


@st.composite
def simple_conditions(draw, attributes):
    """A comparison of one attribute."""
    name = draw(st.sampled_from(sorted(attributes)))
    value = draw(st.sampled_from(attributes[name]))
    shown = f"'{value}'" if isinstance(value, str) else str(value)
    form = draw(st.integers(0, 3 if isinstance(value, str) else 4))
    if form == 0:
        return Condition(f"{name} == {shown}", lambda patient: patient[name] == value)
    if form == 1:
        return Condition(f"{name} != {shown}", lambda patient: patient[name] != value)
    if form == 2:
        return Condition(f"{name} in [{shown}]", lambda patient: patient[name] in (value,))
    if form == 3:
        return Condition(f"not {name} == {shown}", lambda patient: patient[name] != value)
    return Condition(f"{name} >= {shown}", lambda patient: patient[name] >= value)


@st.composite
def conditions(draw, attributes):
    """A comparison, or two of them joined."""
    one = draw(simple_conditions(attributes))
    if draw(st.integers(0, 2)) > 0:
        return one
    other = draw(simple_conditions(attributes))
    a, b = one.test, other.test
    return draw(
        st.sampled_from(
            [
                Condition(f"{one.text} and {other.text}", lambda p: a(p) and b(p)),
                Condition(f"{one.text} or {other.text}", lambda p: a(p) or b(p)),
                Condition(f"({one.text}) implies {other.text}", lambda p: not a(p) or b(p)),
            ]
        )
    )


def rounded(value: Fraction, places: int) -> str:
    """A value of 0 or more, ties up."""
    whole = str((value * 10**places + Fraction(1, 2)).__floor__()).rjust(places + 1, "0")
    return f"{whole[:-places]}.{whole[-places:]}" if places else whole


def rounded_root(value: Fraction, places: int) -> str:
    """The square root of a value of 0 or more, ties up."""
    doubled = isqrt((4 * value * 100**places).__floor__())
    return rounded(Fraction((doubled + 1) // 2, 10**places), places)


def near(value: Fraction, text: str) -> bool:
    """Whether a value prints so, ties both ways."""
    percent = text.endswith("%")
    digits = text.rstrip("%")
    half = Fraction(1, 2 * 10 ** len(digits.partition(".")[2]))
    return abs(value * (100 if percent else 1) - Fraction(digits)) <= half


def near_root(value: Fraction, text: str) -> bool:
    """Whether the square root of a value prints so, ties both ways."""
    half = Fraction(1, 2 * 10 ** len(text.partition(".")[2]))
    low = max(Fraction(text) - half, Fraction(0))
    return low**2 <= value <= (Fraction(text) + half) ** 2


def mean_of(scores: list[int]) -> Fraction:
    return Fraction(sum(scores), len(scores))


def variance_of(scores: list[int]) -> Fraction:
    centre = mean_of(scores)
    return sum(((score - centre) ** 2 for score in scores), Fraction(0)) / (len(scores) - 1)


Made = tuple[dict[str, object], Statement]  # the form's keys may hold a `Loose` under "loosely"


@dataclass(frozen=True)
class Loose:
    """The loose form of a claim, which follows from its strict one."""

    form: dict[str, object]
    statement: Statement


def told(draw, truth, truthful, *lies):
    """The truth, or half the time one of the given lies."""
    if truthful or draw(st.booleans()):
        return truth
    return draw(st.sampled_from(lies))


@st.composite
def totals(draw, attributes, hidden, truthful) -> Made:
    n = len(hidden)
    n = told(draw, n, truthful, n, n + 1, max(0, n - 1))
    return {"total": str(n)}, Statement("", lambda world: len(world) == n, fixes_n=True)


@st.composite
def counts(draw, attributes, hidden, truthful) -> Made:
    condition = draw(conditions(attributes))
    k = condition.count(hidden)
    k = told(draw, k, truthful, k, k + 1, max(0, k - 1))
    key = draw(st.sampled_from(["equals", "equals", "at_least", "at_most"]))
    compares = {
        "equals": lambda world: condition.count(world) == k,
        "at_least": lambda world: condition.count(world) >= k,
        "at_most": lambda world: condition.count(world) <= k,
    }
    form: dict[str, object] = {"count": condition.text, key: str(k)}
    if key == "equals" and draw(st.integers(0, 3)) == 0:
        bound = draw(st.sampled_from(["at_least", "at_most"]))
        form["loosely"] = Loose(
            {"count": condition.text, bound: str(k)},
            Statement("", compares[bound], needs=k if bound == "at_least" else 0),
        )
    return form, Statement("", compares[key], needs=0 if key == "at_most" else k)


@st.composite
def counts_by(draw, attributes, hidden, truthful) -> Made:
    condition = draw(st.just(ALL) | conditions(attributes))
    name = draw(st.sampled_from([n for n in sorted(attributes) if n != "score"]))
    cells = {
        value: both(condition, Condition("", lambda p, value=value: p[name] == value))
        for value in attributes[name]
    }
    numbers = {value: cell.count(hidden) for value, cell in cells.items()}
    changed = told(draw, None, truthful, *numbers)
    if changed is not None:
        numbers[changed] += 1
    form = {"by": name, "equals": {value: str(number) for value, number in numbers.items()}}
    form |= {"count": condition.text} if condition.text else {}

    def holds(world: World) -> bool:
        return all(cells[value].count(world) == number for value, number in numbers.items())

    return form, Statement("", holds, needs=sum(numbers.values()))


@st.composite
def shares(draw, attributes, hidden, truthful) -> Made:
    condition, among = draw(conditions(attributes)), draw(st.just(ALL) | conditions(attributes))
    inside, size = both(condition, among), among.count(hidden)
    if size == 0:
        among, inside, size = ALL, condition, len(hidden)
    share = Fraction(inside.count(hidden), size)
    text = rounded(100 * share, draw(st.integers(0, 1))) + "%"
    text = told(draw, text, truthful, "50%", "33%")
    form = {"share": condition.text, "equals": text}
    if among.text:
        form["among"] = among.text

    def holds(world: World) -> bool:
        below = among.count(world)
        return below > 0 and near(Fraction(inside.count(world), below), text)

    return form, Statement("", holds)


@st.composite
def ranges(draw, attributes, hidden, truthful) -> Made:
    among = draw(st.just(ALL) | conditions(attributes))
    among = among if among.count(hidden) else ALL
    seen = [patient["score"] for patient in hidden if among.test(patient)]
    ends = min(seen), max(seen)
    low, high = told(draw, ends, truthful, ends, (0, max(attributes["score"])))
    form = {"range": "score", "from": str(low), "to": str(high)}
    if among.text:
        form["among"] = among.text

    def holds(world: World) -> bool:
        scores = [patient["score"] for patient in world if among.test(patient)]
        return bool(scores) and min(scores) == low and max(scores) == high

    return form, Statement("", holds, needs=2)


@st.composite
def means(draw, attributes, hidden, truthful) -> Made:
    among = draw(st.just(ALL) | conditions(attributes))
    among = among if among.count(hidden) else ALL
    seen = [patient["score"] for patient in hidden if among.test(patient)]
    n, mean = len(seen), rounded(mean_of(seen), draw(st.integers(1, 2)))
    sd = None
    if n > 1 and draw(st.booleans()):
        sd = told(draw, rounded_root(variance_of(seen), 2), truthful, "0.60", "0.71")
    form = {"mean": "score", "equals": mean}
    form |= {"among": among.text} if among.text else {}
    form |= {} if sd is None else {"sd": sd, "n": str(n)}

    def holds(world: World) -> bool:
        scores = [patient["score"] for patient in world if among.test(patient)]
        if not scores or not near(mean_of(scores), mean):
            return False
        return sd is None or (len(scores) == n and near_root(variance_of(scores), sd))

    return form, Statement("", holds, needs=None if sd is None else n)


def table_of(row: Condition, column: Condition, among: Condition, world: World) -> list[int]:
    rows = (both(row, among), both(opposite(row), among))
    return [both(r, c).count(world) for r in rows for c in (column, opposite(column))]


@st.composite
def p_values(draw, attributes, hidden, truthful) -> Made:
    row, column = draw(conditions(attributes)), draw(conditions(attributes))
    a, b, c, d = table_of(row, column, ALL, hidden)
    text = told(draw, rounded(fisher(a, b, c, d), 2), truthful, "NS", "<0.05", "0.40")
    sizes = a + b, c + d
    table = {"test": "fisher", "row": row.text, "column": column.text}
    form = {"p_value": table, "equals": text, "sizes": [str(size) for size in sizes]}

    def holds(world: World) -> bool:
        found = table_of(row, column, ALL, world)
        if (found[0] + found[1], found[2] + found[3]) != sizes:
            return False
        p = fisher(*found)
        if text == "NS":
            return p >= Fraction(1, 20)
        return p < Fraction(1, 20) if text == "<0.05" else near(p, text)

    return form, Statement("", holds, fixes_n=True)


@st.composite
def vague_counts(draw, attributes, hidden, truthful) -> Made:
    condition, among = draw(conditions(attributes)), draw(st.just(ALL) | conditions(attributes))
    inside = both(condition, among)

    def true_of(word: str, world: World) -> bool:
        k, n = inside.count(world), among.count(world)
        return {"none": k == 0, "some": 1 <= k < n, "most": 2 * k > n, "all": k == n}[word]

    words = ["none", "some", "most", "all"]
    said = [word for word in words if true_of(word, hidden)]
    if truthful and not said:  # exactly half: no word says so
        return {"count": condition.text, "at_least": "0"}, Statement("", lambda _: True, needs=0)
    word = draw(st.sampled_from(said if truthful else words))
    form = {"count": condition.text, "vaguely": word}
    form |= {"among": among.text} if among.text else {}
    needs = {"none": 0, "all": 0, "some": 2, "most": None}[word]
    return form, Statement("", lambda world: true_of(word, world), needs=needs)


@st.composite
def rules(draw, attributes, hidden, truthful) -> Made:
    condition = draw(conditions(attributes))

    def holds(world: World) -> bool:
        return all(condition.test(patient) for patient in world)

    if truthful and not holds(hidden):
        return draw(counts(attributes, hidden, truthful))
    return {"always": condition.text}, Statement("", holds, needs=0)


KINDS = {
    "count": counts,
    "by": counts_by,
    "share": shares,
    "p_value": p_values,
    "vaguely": vague_counts,
    "always": rules,
    "range": ranges,
    "mean": means,
}
SCORED = {"range", "mean"}


@st.composite
def small_papers(draw, focus: str | None = None) -> SmallPaper:
    """A paper over two or three attributes and few patients: 3 to 6 claims and readings.

    Args:
        focus: The kind that half of the statements are of.
    """
    shapes = [shape for shape in SHAPES if shape[-1] is not None or focus not in SCORED]
    attributes = _attributes(draw, shapes)
    hidden = _hidden(draw, attributes, 1, 5)
    amount = draw(st.integers(3, 6))
    made = _made(draw, attributes, hidden, amount, truthful=False, focus=focus)
    return _paper(draw, attributes, hidden, made, readings=draw(st.integers(0, 2)))


@st.composite
def truthful_papers(draw) -> tuple[SmallPaper, World]:
    """A paper whose every claim was read off a hidden group of 2 to 25 patients, and the group."""
    attributes = _attributes(draw, WIDER)
    hidden = _hidden(draw, attributes, 2, 25)
    made = _made(draw, attributes, hidden, draw(st.integers(2, 9)), truthful=True)
    return _paper(draw, attributes, hidden, made, readings=0), hidden


def _attributes(draw, shapes) -> dict[str, list[object]]:
    values = draw(st.sampled_from(shapes))
    return {name: list(v) for name, v in zip(NAMES, values, strict=True) if v is not None}


def _hidden(draw, attributes, least: int, most: int) -> World:
    kinds = st.sampled_from(profiles(attributes))
    return tuple(draw(st.lists(kinds, min_size=least, max_size=most)))


def _made(
    draw, attributes, hidden, amount: int, *, truthful: bool, focus: str | None = None
) -> list[Made]:
    names = [name for name in KINDS if name not in SCORED or "score" in attributes]
    weighted = st.sampled_from([*names, "count", "count", *([focus] * len(names) if focus else [])])
    first = draw(totals(attributes, hidden, truthful))
    rest = [KINDS[draw(weighted)] for _ in range(amount - 1)]
    return [first, *(draw(kind(attributes, hidden, truthful)) for kind in rest)]


def _paper(draw, attributes, hidden, made: list[Made], readings: int) -> SmallPaper:
    """Number the statements, the last of them as readings, and write the claim file."""
    statements, parts = [], {"claims": [], "readings": []}
    for place, (form, statement) in enumerate(made):
        reading = place >= max(1, len(made) - readings)
        name = f"{'r' if reading else 'c'}{place}"
        head = {"id": name, "says": f"statement {place}"} | (
            {} if reading else {"as_printed": True}
        )
        loose = None if reading else form.get("loosely")
        kept = {key: value for key, value in form.items() if key != "loosely"}
        if loose is None:
            statements.append(replace(statement, id=name, reading=reading))
        else:
            kept["loosely"] = loose.form
            statements.append(replace(loose.statement, id=name))
            statements.append(replace(statement, id=f"strictly {name}", of=name))
        parts["readings" if reading else "claims"].append(head | kept)
    row, column = draw(conditions(attributes)), draw(conditions(attributes))
    table = {"row": row.text, "column": column.text, "methods": ["fisher"]}
    document = {
        "source": {"id": "invented", "citation": "Invented by a test."},
        "attributes": {
            name: {"values": [str(value) for value in values]}
            for name, values in attributes.items()
        },
        **parts,
        "statistics": [{"id": "of-count", "count": row.text}, {"id": "of-table", **table}],
    }
    needs = sum(statement.needs or 0 for statement in statements)
    return SmallPaper(
        attributes=attributes,
        statements=tuple(statements),
        statistics={
            "of-count": row.count,
            "of-table": lambda world: fisher(*table_of(row, column, ALL, world)),
        },
        text=json.dumps(document, indent=1),  # JSON is YAML
        most=max(len(hidden) + 1, min(needs, MOST)),
    )
