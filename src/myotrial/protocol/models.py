"""The form of `study.yaml`: one frozen model per part of a protocol.

The description of each key serves three readers: the editor that completes it (through the JSON
Schema), the reference page, and the message when the key is missing or wrong.

Days     study days as in CDISC: day 1 is the first dose, the day before is -1, there is no day 0.
Months   months since the first dose; a month is 28 to 31 days.
Sources  `source` names entries of `sources`; `status` says how far a fact was verified there.
"""

from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

__all__ = ["Protocol"]

Item = TypeVar("Item")
Several = Annotated[tuple[Item, ...], Field(strict=False)]
OneOrMore = Annotated[tuple[Item, ...], Field(strict=False, min_length=1)]

COLUMN = r"^[A-Z][A-Z0-9_]{0,7}$"
IDENTIFIER = r"^[A-Za-z][A-Za-z0-9_-]{0,39}$"
WORD = r"^[a-z][a-z0-9_]{0,39}$"
PARTIAL_DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"
FILLED = r"\S"
PATTERNS = MappingProxyType(  # what each pattern asks for, in words
    {
        COLUMN: "a column name: 1 to 8 capitals, digits or _, starting with a capital",
        IDENTIFIER: "an id: at most 40 letters, digits, - or _, starting with a letter",
        WORD: "an id: at most 40 small letters, digits or _, starting with a letter",
        PARTIAL_DATE: "a date as YYYY, YYYY-MM or YYYY-MM-DD",
        FILLED: "some text",
    }
)

Text = Annotated[str, Field(pattern=FILLED)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Column = Annotated[str, Field(pattern=COLUMN)]
Identifier = Annotated[str, Field(pattern=IDENTIFIER)]
Word = Annotated[str, Field(pattern=WORD)]
Status = Literal["verified", "secondary", "derived", "recalled", "assumed", "unknown"]
Handling = Literal["NRI", "OC", "LOW", "HIGH"]
Analysis = Literal[
    "disposition",
    "baseline",
    "exposure",
    "concomitant",
    "response",
    "functional_index",
    "withdrawals",
    "safety",
    "biopsy",
    "marker_by_response",
    "comparison",
]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_written(value: tuple[str, ...]) -> str | list[str]:
    return value[0] if len(value) == 1 else [*value]


def _year(value: Any) -> Any:
    """A year alone is a number in YAML."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _by_sex(value: Any) -> Any:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return {"F": value, "M": value} if plain else value


PartialDate = Annotated[
    str,
    Field(pattern=PARTIAL_DATE),
    BeforeValidator(_year),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": PARTIAL_DATE},
                {"type": "integer", "minimum": 1000, "maximum": 9999},
            ]
        }
    ),
]
Sources = Annotated[
    tuple[str, ...],
    Field(strict=False),
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Enzymes = Annotated[
    tuple[str, ...],
    Field(strict=False, min_length=1),
    BeforeValidator(_listed),
    PlainSerializer(_as_written),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ]
        }
    ),
]
UpperLimits = Annotated[
    dict[Literal["F", "M"], Positive],
    BeforeValidator(_by_sex),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0},
                {
                    "type": "object",
                    "properties": {
                        "F": {"type": "number", "exclusiveMinimum": 0},
                        "M": {"type": "number", "exclusiveMinimum": 0},
                    },
                    "additionalProperties": False,
                },
            ]
        }
    ),
]


class Part(BaseModel):
    """A part of the protocol: fixed once read, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Stated(Part):
    """A part that says where it stands and how far that was verified."""

    source: Sources = Field((), description="ids of the sources it stands in")
    status: Status | None = Field(None, description="how far it was verified in them")
    assumed: Several[str] = Field((), description="its keys that no source states")
    note: str = Field("", description="what a reader must know about it, in words")


class Study(Stated):
    """The trial as a whole."""

    id: Identifier = Field(description="short name of the study, as in STUDYID")
    title: Text = Field(description="title of the study")
    registration: str = Field("", description="registry number")
    registered: PartialDate | None = Field(None, description="date of first registration")
    phase: str = Field("", description="phase as registered")
    design: Literal["single-arm", "parallel", "crossover", "randomised-withdrawal"] = Field(
        description="design of the study"
    )
    blinding: Literal["open-label", "single-blind", "double-blind"] = Field(
        description="who does not know the treatment"
    )
    months: Positive = Field(description="planned months from first dose to last visit")
    start: PartialDate | None = Field(None, description="first patient enrolled")
    end: PartialDate | None = Field(None, description="last patient completed")
    seed: int = Field(0, ge=0, description="seed of everything random in the study")


class Treatment(Part):
    """What an arm receives, and when."""

    name: Text = Field(description="name of the treatment")
    dose: Positive | None = Field(None, description="dose given each time")
    unit: Text | None = Field(None, description="unit of the dose")
    route: str = Field("", description="route of administration")
    every_days: Positive = Field(1.0, description="days from one dose to the next")
    from_day: int = Field(description="study day of the first dose")
    to_day: int = Field(description="study day of the last dose")


class Arm(Stated):
    """One arm with its planned number of patients and its treatments."""

    id: Identifier = Field(description="short name of the arm, as in ARM")
    label: Text = Field(description="name of the arm")
    planned: Annotated[int, Field(gt=0)] = Field(description="planned number of patients")
    treatments: OneOrMore[Treatment] = Field(description="treatments of the arm")


class Randomisation(Stated):
    """How patients are allocated to the arms; the list itself is concealed elsewhere."""

    method: Literal["permuted_blocks", "minimisation"] = Field(
        description="permuted blocks of varied sizes, or minimisation with a random element"
    )
    ratio: dict[Identifier, Annotated[int, Field(ge=1)]] = Field(
        description="patients of each arm in the planned ratio, by the id of the arm"
    )
    by: Several[str] = Field(
        (), description="subject attributes that allocation is stratified or balanced by"
    )


class Derivation(Part):
    """How an attribute follows from others: the class in a set of criteria, or its subgroup."""

    criteria: Word = Field(description="id of the set of criteria")
    gives: Literal["class", "subgroup"] = Field(
        "class", description="class, or the subgroup where the criteria have a tree of these"
    )
    items: dict[Word, Column] = Field(
        description="attribute that tells each item, a number or Y and N; others are not assessed"
    )


class Attribute(Stated):
    """Something known once for each patient: a number, or one of some values.

    It is recorded, unless `derived` says how it follows from attributes that are.
    """

    label: Text = Field(description="name of the attribute")
    type: Literal["integer", "number"] | None = Field(None, description="kind of number")
    unit: str = Field("", description="unit of the number")
    range: tuple[Number, Number] | None = Field(
        None, strict=False, description="lowest and highest plausible number"
    )
    values: OneOrMore[Text] | None = Field(None, description="the values it can take")
    derived: Derivation | None = Field(
        None,
        description="the criteria it follows from; its values are then their classes or subgroups",
    )


class Visit(Stated):
    """One visit: its target day and window, or unscheduled."""

    id: Identifier = Field(description="id of the visit, as in VISIT")
    label: Text = Field(description="name of the visit, as in AVISIT")
    month: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        None, description="months since the first dose"
    )
    day: int | None = Field(None, description="target study day")
    window: tuple[int, int] | None = Field(
        None, strict=False, description="days allowed before (negative) and after the target day"
    )
    may_overlap: bool = Field(False, description="its window may overlap the visit before")
    baseline: bool = Field(False, description="changes are counted from this visit")
    unscheduled: bool = Field(False, description="held when needed, without a target day")

    @property
    def days(self) -> tuple[int, int] | None:
        """First and last study day of the window; None for an unscheduled visit."""
        if self.day is None or self.window is None:
            return None
        low, high = self.window
        return shift(self.day, low), shift(self.day, high)


class Rule(Stated):
    """One eligibility criterion as an expression over attributes and baseline assessments."""

    id: Identifier = Field(description="short name of the criterion")
    text: Text = Field(description="the criterion in words")
    rule: Text = Field(description="the criterion as an expression")


class Eligibility(Part):
    """Who may take part: every inclusion rule true, every exclusion rule false."""

    inclusion: OneOrMore[Rule] = Field(description="criteria that must be true")
    exclusion: Several[Rule] = Field((), description="criteria that must be false")


class Stable(Stated):
    """Which concomitant therapy must keep its dose, from when to when."""

    classes: OneOrMore[Text] = Field(description="classes of therapy, as in CMCLAS")
    from_day: int = Field(description="study day from which doses are stable")
    to_day: int = Field(description="study day until which doses are stable")
    tolerance_percent: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        0.0, description="change of dose that still counts as stable, in percent"
    )


class Concomitant(Part):
    """Rules for therapy besides the study treatment."""

    stable: Stable | None = Field(None, description="the rule of stable therapy")


class Assessment(Stated):
    """One measure, its instrument, its unit, and the visits at which it is assessed."""

    id: Column = Field(description="column of the measure, as in PARAMCD")
    label: str = Field("", description="name of the measure, if not the instrument's")
    instrument: Word = Field(description="id of the instrument")
    variant: str = Field("", description="variant of the instrument, where it has several")
    unit: Text = Field(description="unit of the recorded values")
    upper_limit: UpperLimits | None = Field(
        None, description="upper limit of normal, by sex where it differs"
    )
    visits: OneOrMore[str] = Field(description="ids of the visits at which it is assessed")


class CoreSet(Part):
    """Which assessment stands for each of the six core set measures."""

    physician: str = Field(description="assessment of physician global activity")
    patient: str = Field(description="assessment of patient global activity")
    strength: str = Field(description="assessment of muscle strength")
    function: str = Field(description="assessment of physical function")
    enzyme: Enzymes = Field(
        description="assessment of the muscle enzyme; of several, the one that is most abnormal "
        "at baseline, as a multiple of its upper_limit, counts at every visit"
    )
    extramuscular: str = Field(description="assessment of extramuscular activity")


class OtherMeasures(Part):
    """Assessments that one definition takes in place of those of the core set."""

    physician: str | None = Field(None, description="in place of physician global activity")
    patient: str | None = Field(None, description="in place of patient global activity")
    strength: str | None = Field(None, description="in place of muscle strength")
    function: str | None = Field(None, description="in place of physical function")
    enzyme: Enzymes | None = Field(None, description="in place of the muscle enzyme, or enzymes")
    extramuscular: str | None = Field(None, description="in place of extramuscular activity")


class Marker(Stated):
    """One biopsy marker: a measured quantity with a unit, or present and absent."""

    id: Column = Field(description="short name of the marker, as in MARKER")
    label: Text = Field(description="name of the marker")
    unit: Text | None = Field(None, description="unit of the measured quantity")
    presence: bool = Field(False, description="recorded as present or absent")


class Biopsy(Stated):
    """When biopsies are taken and what is read from them."""

    visits: OneOrMore[str] = Field(description="ids of the visits at which biopsies are due")
    markers: OneOrMore[Marker] = Field(description="what is read from each biopsy")
    exclude: Several[Literal["pen", "fold", "blurred"]] = Field(
        ("pen",), description="artefacts that are left out of tissue; others are only flagged"
    )


class Endpoint(Stated):
    """One endpoint: a definition of response, and its estimand."""

    id: Word = Field(description="short name of the endpoint")
    label: Text = Field(description="the endpoint in words")
    definition: Word = Field(description="id of the definition of response")
    role: Literal["primary", "secondary", "exploratory", "reported"] = Field(
        description="its place in the protocol; reported: led with by a publication"
    )
    estimand: Literal["ever", "at_visit", "sustained"] = Field(
        description="response at any visit, at one visit, or at consecutive visits"
    )
    population: Literal["adult", "juvenile"] | None = Field(
        None, description="whose thresholds hold, for tis_2016"
    )
    threshold: Literal["minimal", "moderate", "major"] | None = Field(
        None,
        description="response that counts, for tis_2016; without it the score is the endpoint",
    )
    tasks: Annotated[int, Field(ge=1, le=7)] | None = Field(
        None,
        description="tasks improved by 20 %, at least, for functional_index_2; no number is "
        "published, so say with status and assumed where it stands",
    )
    visit: str | None = Field(None, description="id of the visit, for at_visit")
    consecutive: Annotated[int, Field(ge=2)] | None = Field(
        None, description="number of consecutive visits, for sustained"
    )
    handlings: OneOrMore[Handling] = Field(
        ("NRI", "OC", "LOW", "HIGH"),
        description="handlings of missing data shown side by side: non-responder imputation, "
        "observed cases, worst case, best case",
    )


class Worsening(Stated):
    """When a patient counts as worse: so many core set measures worse by so many percent.

    The rule imacs_2005 has two legs more, of physician and extramuscular global activity.
    """

    definition: Word = Field("core_set_30", description="id of the rule of worsening")
    measures: Annotated[int, Field(ge=1, le=6)] = Field(3, description="measures worse, at least")
    percent: Positive = Field(30.0, description="percent of baseline worse, at least")
    rise: Positive = Field(2.0, description="cm that a global is worse, at least, in imacs_2005")
    strength: Positive = Field(
        20.0,
        description="percent of baseline that strength is worse, at least, beside physician "
        "global activity, in imacs_2005",
    )


class Comparison(Stated):
    """How the arms of a randomised study are compared."""

    control: Identifier | None = Field(
        None,
        description="id of the arm that the others are compared with; if not given, the last",
    )
    strata: Several[Column] = Field(
        (),
        description="attributes that comparisons are stratified by and models adjusted for; "
        "if not given, those of the randomisation, else the diagnosis",
    )
    covariance: Literal["unstructured", "compound symmetry", "AR(1)"] = Field(
        "unstructured", description="covariance of the visits in the mixed model"
    )
    freedom: Literal["kenward-roger", "satterthwaite"] = Field(
        "kenward-roger", description="degrees of freedom of the mixed model"
    )
    prior: tuple[Positive, Positive] = Field(
        (1.0, 1.0), strict=False, description="beta prior of the rate of each arm"
    )


class Outcome(Stated):
    """An outcome that the protocol names besides the assessments and biopsies."""

    id: Identifier = Field(description="short name of the outcome")
    label: Text = Field(description="name of the outcome")
    method: str = Field("", description="how it is measured")
    visits: Several[str] = Field((), description="ids of the visits, where a source says")


class Protocol(Part):
    """The trial as data."""

    study: Study = Field(description="the trial as a whole")
    sources: dict[Identifier, Text] = Field(
        default_factory=dict, description="citations by id, for `source`"
    )
    arms: OneOrMore[Arm] = Field(description="arms and doses")
    randomisation: Randomisation | None = Field(
        None, description="how patients are allocated, where there are several arms"
    )
    subject: dict[Column, Attribute] = Field(description="what is recorded once for each patient")
    visits: OneOrMore[Visit] = Field(description="visits in order, unscheduled ones last")
    eligibility: Eligibility = Field(description="who may take part")
    concomitant: Concomitant = Field(
        default_factory=lambda: Concomitant(stable=None),
        description="therapy besides the treatment",
    )
    assessments: OneOrMore[Assessment] = Field(description="measures and when they are assessed")
    core_set: CoreSet = Field(description="the six core set measures")
    core_sets: dict[Word, OtherMeasures] = Field(
        default_factory=dict,
        description="measures that a definition takes instead, by id of the definition",
    )
    biopsy: Biopsy | None = Field(None, description="biopsies and their markers")
    endpoints: OneOrMore[Endpoint] = Field(description="endpoints and their estimands")
    worsening: Worsening = Field(
        default_factory=lambda: Worsening.model_validate({}), description="the rule of worsening"
    )
    comparison: Comparison = Field(
        default_factory=lambda: Comparison.model_validate({}),
        description="how the arms of a randomised study are compared",
    )
    analyses: OneOrMore[Analysis] = Field(description="planned analyses")
    other_outcomes: Several[Outcome] = Field(
        (), description="outcomes the protocol names besides assessments and biopsies"
    )

    @property
    def recorded(self) -> dict[str, Attribute]:
        """The attributes that are captured, not derived from others."""
        return {name: item for name, item in self.subject.items() if item.derived is None}


def shift(day: int, by: int) -> int:
    """The study day `by` days after another, stepping over day 0, which does not exist.

    >>> shift(1, -28), shift(-1, 1)
    (-28, 1)
    """
    count = (day if day < 0 else day - 1) + by
    return count if count < 0 else count + 1
