"""What a publication states and what a reader assumes, as data.

Attribute  what is recorded of one patient, and the values it can take.
Claim      one statement of the publication in our own words, with its machine form; or, where
           `definition` is set, what the words mean ("who improved at month 3 is a responder").
Reading    an assumption of a reader: named, and retractable.
Form       the machine form of a claim or reading; reported numbers stay the strings printed.
Nothing in this module interprets a form: `statements` turns forms into linear statements for the
solver, `recount` counts patients against them, and the two share no code.
"""

import re
from fractions import Fraction
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from myotrial.evidence import rounding
from myotrial.expressions import Expression, parse

__all__ = [
    "Always",
    "Attribute",
    "Claim",
    "Count",
    "CountBy",
    "Form",
    "Mean",
    "PValue",
    "Paper",
    "Range",
    "Reading",
    "Share",
    "Statistic",
    "Table",
    "Total",
    "Unchecked",
    "Vague",
    "Vaguely",
    "number",
]

Value = str | int | Fraction
LARGEST = 1000  # values of one attribute
MOST = 100_000  # patients of a paper
DIGITS = 9  # of a whole number


def number(text: str) -> int | Fraction:
    """The exact number a decimal string stands for.

    Raises:
        ValueError: It stands for none.

    >>> number("12"), number("0.5")
    (12, Fraction(1, 2))
    """
    if not re.fullmatch(r"[-+]?[0-9]{1,15}(?:\.[0-9]{1,15})?", text):
        raise ValueError(f"a decimal number (got {text!r})")
    value = Fraction(text)
    return int(value) if value.denominator == 1 else value


def _expression(text: Any) -> Expression:
    if isinstance(text, Expression):
        return text
    if not isinstance(text, str):
        raise ValueError("an expression, such as \"diagnosis == 'PM'\"")
    return parse(text)


def _printed(text: str) -> str:
    rounding.interval(text)
    return text


def _whole(text: str) -> str:
    if not text.isascii() or not text.isdigit():
        raise ValueError("a whole number of patients")
    if len(text) > DIGITS or int(text) > MOST:
        raise ValueError(f"at most {MOST:,} patients")
    return text


def _limit(text: str) -> str:
    if not re.fullmatch(rf"-?[0-9]{{1,{DIGITS}}}", text):
        raise ValueError("a whole number")
    return text


def _numeric(text: str) -> str:
    try:
        number(text)
    except ValueError:
        raise ValueError("a number") from None
    return text


Condition = Annotated[Expression, BeforeValidator(_expression)]
Printed = Annotated[str, AfterValidator(_printed)]
Whole = Annotated[str, AfterValidator(_whole)]
Limit = Annotated[str, AfterValidator(_limit)]
Numeric = Annotated[str, AfterValidator(_numeric)]


class Frozen(BaseModel):
    """Base of all parts of a paper: immutable, and strict about its keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, populate_by_name=True
    )


class Attribute(Frozen):
    """What is recorded of one patient.

    Attributes:
        values: All values it can take, as text; or
        low: the least and
        high: the greatest of consecutive whole numbers.
        unit: Unit of the values.
        label: What it is, in words.
    """

    values: tuple[str, ...] = ()
    low: Limit | None = Field(default=None, alias="from")
    high: Limit | None = Field(default=None, alias="to")
    unit: str = ""
    label: str = ""

    @model_validator(mode="after")
    def _complete(self) -> "Attribute":
        if bool(self.values) == (self.low is not None and self.high is not None):
            raise ValueError("either values: [...] or both from: and to:")
        if len(set(self.values)) < len(self.values):
            raise ValueError("each value once")
        if any("'" in value and '"' in value for value in self.values):
            raise ValueError("values with one kind of quotation mark at most")
        if not 0 < self._size() <= LARGEST:
            raise ValueError(f"at least 1 and at most {LARGEST} values")
        return self

    def _size(self) -> int:
        if self.low is None or self.high is None:
            return len(self.values)
        return int(self.high) - int(self.low) + 1

    @property
    def domain(self) -> tuple[Value, ...]:
        """The values in order; numbers where every value is one."""
        if self.low is not None and self.high is not None:
            return tuple(range(int(self.low), int(self.high) + 1))
        try:
            return tuple(number(value) for value in self.values)
        except ValueError:
            return self.values

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers."""
        return not isinstance(self.domain[0], str)


class Total(Frozen):
    """So many patients in all."""

    key: ClassVar[str] = "total"
    total: Whole


class Count(Frozen):
    """So many patients meet a condition: exactly, at least, or at most."""

    key: ClassVar[str] = "count"
    count: Condition
    equals: Whole | None = None
    at_least: Whole | None = None
    at_most: Whole | None = None

    @model_validator(mode="after")
    def _bounded(self) -> "Count":
        if self.equals is None and self.at_least is None and self.at_most is None:
            raise ValueError("equals:, at_least: or at_most: (or vaguely:)")
        return self


class CountBy(Frozen):
    """So many patients meet a condition, for each of the named values of an attribute."""

    key: ClassVar[str] = "by"
    count: Condition | None = None
    by: str
    equals: dict[str, Whole]


class Share(Frozen):
    """A share of patients as printed: "46.7%" stands for all that round to it."""

    key: ClassVar[str] = "share"
    share: Condition
    among: Condition | None = None
    equals: Printed


class Range(Frozen):
    """The observed range: nobody outside it, somebody at each end."""

    key: ClassVar[str] = "range"
    attribute: str = Field(alias="range")
    among: Condition | None = None
    low: Numeric = Field(alias="from")
    high: Numeric = Field(alias="to")

    @model_validator(mode="after")
    def _ordered(self) -> "Range":
        if number(self.low) > number(self.high):
            raise ValueError("from: no greater than to:")
        return self


class Mean(Frozen):
    """Mean, and sample standard deviation where given, of a bounded attribute, as printed."""

    key: ClassVar[str] = "mean"
    attribute: str = Field(alias="mean")
    among: Condition | None = None
    equals: Printed
    sd: Printed | None = None
    n: Whole | None = None


class Table(Frozen):
    """A 2x2 table: rows `row` and not `row`, columns `column` and not `column`."""

    row: Condition
    column: Condition
    among: Condition | None = None


class Test(Table):
    """A 2x2 table and the test applied to it."""

    test: str


class PValue(Frozen):
    """The p-value of a test of a 2x2 table, as printed: "0.026", "<0.05", "NS".

    `sizes` are the numbers of patients in the two rows, where the publication gives them.
    """

    key: ClassVar[str] = "p_value"
    p_value: Test
    equals: Printed
    sizes: tuple[Whole, Whole] | None = None


class Vaguely(Frozen):
    """How many patients meet a condition, said with a word such as "most"."""

    key: ClassVar[str] = "vaguely"
    count: Condition
    vaguely: str
    among: Condition | None = None


class Always(Frozen):
    """A condition that every patient meets."""

    key: ClassVar[str] = "always"
    always: Condition


class Unchecked(Frozen):
    """A statement that cannot be checked from counts, and why."""

    key: ClassVar[str] = "unchecked"
    unchecked: str


Form = Total | Count | CountBy | Share | Range | Mean | PValue | Vaguely | Always | Unchecked


class Claim(Frozen):
    """One statement of the publication.

    Attributes:
        id: Short name, unique among claims and readings.
        says: The statement, in our own words.
        where: Where in the source it stands.
        form: Its machine form.
        loosely: What remains of it when it is read loosely; None where it cannot be.
        who: The condition counted, in words after "patients who": "had a repeat biopsy".
        definition: The statement gives the meaning of words; the source need not spell it out.
        as_printed: The transcription was checked; impossible numbers are findings, not mistakes.
        reproduced_by: Ids of the results that reproduce it.
    """

    id: str
    says: str
    where: str = ""
    form: Form
    loosely: Form | None = None
    who: str = ""
    definition: bool = False
    as_printed: bool = False
    reproduced_by: tuple[str, ...] = ()


class Reading(Frozen):
    """An assumption of a reader; see `Claim` for the attributes it shares."""

    id: str
    says: str
    form: Form
    why: str = ""


class Vague(Frozen):
    """What a vague word says of a count, as bounds: a number of patients or a share ("50%")."""

    at_least: tuple[str, ...] = ()
    at_most: tuple[str, ...] = ()
    more_than: tuple[str, ...] = ()
    less_than: tuple[str, ...] = ()


class Statistic(Frozen):
    """A statistic whose range over all fitting patient-level tables is wanted.

    Attributes:
        id: Unique name.
        label: What it is, in words.
        count: The condition counted; or
        table: a 2x2 table, with
        methods: the statistics of it.
    """

    id: str
    label: str = ""
    count: Condition | None = None
    table: Table | None = None
    methods: tuple[str, ...] = ()


class Paper(Frozen):
    """A publication as claims over the attributes of one patient.

    Attributes:
        file: Name of the file, for messages.
        source: Which publication: keys `id` and `citation`.
        attributes: By name.
        claims: In the order of the file.
        readings: In the order of the file.
        statistics: Statistics of interest.
        vague: What vague words mean here, by word.
    """

    file: str
    source: dict[str, str] = {}
    attributes: dict[str, Attribute]
    claims: tuple[Claim, ...]
    readings: tuple[Reading, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    vague: dict[str, Vague] = {}
