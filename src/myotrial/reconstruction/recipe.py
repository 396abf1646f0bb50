"""The form of `reconstruction.yaml`: what turns a patient of a paper into rows of tables.

A publication states some attributes of its patients and leaves the rest open. The recipe says which
attribute stands for which column or which part of the course, and from which stated, sourced
distribution everything else is drawn. A choice without a source carries `status: assumed`.

Levels   a distribution is given by quantiles between level 0 (lowest) and 1 (highest).
Changes  percent of the patient's own baseline, positive is better whichever way the scale runs.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from myotrial.protocol.models import (
    Column,
    Identifier,
    Number,
    OneOrMore,
    Part,
    Positive,
    Several,
    Stated,
    Text,
)
from myotrial.reconstruction.distributions import Distribution

__all__ = ["FIRST", "NEVER", "Recipe"]

NEVER, FIRST = "never", "first"
Share = Annotated[float, Field(ge=0, le=1)]
Loading = Annotated[float, Field(gt=-1, lt=1)]
Words = dict[str, Text]
Weights = Annotated[dict[str, Positive], Field(min_length=1)]
Severity = Literal["MILD", "MODERATE", "SEVERE"]


class Grid(Stated):
    """Numbers as they are recorded: so many points to the unit, so many decimals."""

    steps: Positive = Field(1.0, description="recordable values per unit: 8 for steps of 0.125")
    decimals: Annotated[int, Field(ge=0, le=9)] = Field(0, description="decimals recorded")

    def index(self, value: float) -> int:
        """The number of the recordable value nearest to a value."""
        return round(value * self.steps)

    def recorded(self, index: int) -> float:
        """The recordable value with a number."""
        return round(index / self.steps, self.decimals)

    def nearest(self, value: float) -> float | int:
        """The recordable value nearest to a value; a whole number where there are no decimals."""
        found = self.recorded(self.index(value))
        return found if self.decimals else int(found)


class Role(Stated):
    """An attribute of the paper that stands for something, and what its values mean."""

    attribute: Text = Field(description="name of the attribute in published.yaml")
    values: Words | None = Field(
        None, description="meaning of each value; without it a value means itself"
    )


class Reason(Part):
    """Why a patient left, and the adverse event behind it, if there was one."""

    text: str = Field("", description="reason as in DSREAS; empty: the patient did not leave")
    adverse_event: str = Field("", description="term as in AETERM; empty: not an adverse event")
    severity: Severity = Field("MODERATE", description="severity of that adverse event")
    related: Literal["Y", "N"] = Field("Y", description="whether it was related to the treatment")


class Reasons(Stated):
    """The attribute that says why a patient left."""

    attribute: Text = Field(description="name of the attribute in published.yaml")
    values: dict[str, Reason] = Field(description="meaning of each value")


class Course(Part):
    """Which attributes tell the course; what a paper does not tell is drawn."""

    last_visit: Role | None = Field(
        None, description="last scheduled visit attended; without it every visit is"
    )
    reason: Reasons | None = Field(None, description="why a patient left")
    outcome: Role = Field(description="responder, unchanged or worse")
    first_improved: Role | None = Field(None, description="visit first improved at, or never")
    held_until: Role | None = Field(
        None,
        description="visit until which the first improvement held; first: only where it was first "
        "seen; never: none",
    )
    functional_index: Role | None = Field(None, description="improved, not improved or open")


class SubjectColumns(Grid):
    """Columns of subjects.csv and where their value comes from: exactly one way."""

    columns: OneOrMore[Column] = Field(description="columns filled this way")
    attribute: Text | None = Field(None, description="attribute in published.yaml")
    values: Words | None = Field(None, description="meaning of each value of the attribute")
    value: Text | Number | None = Field(None, description="the same value for every patient")
    draw: Distribution | None = Field(None, description="distribution a number is drawn from")
    choice: Weights | None = Field(None, description="words with the weight of each")

    @model_validator(mode="after")
    def _one_way(self) -> "SubjectColumns":
        ways = (self.attribute, self.value, self.draw, self.choice)
        if sum(way is not None for way in ways) != 1:
            raise ValueError("exactly one of attribute, value, draw and choice must be given")
        return self

    @property
    def role(self) -> Role | None:
        """The attribute that stands for the columns, if they are filled that way."""
        if self.attribute is None:
            return None
        return Role.model_validate({"attribute": self.attribute, "values": self.values})


class Condition(Stated):
    """Something that holds for every patient: patients that break it are drawn again."""

    rule: Text = Field(
        description="expression over the columns of subjects.csv and the measures at baseline"
    )


class Subject(Part):
    """How subjects.csv is filled."""

    arm: Role | None = Field(None, description="ids of arms; needed where there are several")
    columns: OneOrMore[SubjectColumns] = Field(description="the columns")
    conditions: Several[Condition] = Field((), description="what holds for every patient")


class Days(Stated):
    """When visits took place."""

    jitter: Distribution = Field(
        description="days from the target day, cut off at the ends of the visit's window"
    )
    withdrawal: Distribution = Field(
        description="share of the days between the last visit and the next window at which a "
        "patient who leaves is seen for the last time"
    )


class Measure(Grid):
    """One assessment at baseline: distribution, limits, correlation, readiness to change."""

    assessment: Column = Field(description="id of the assessment in study.yaml")
    range: tuple[Number, Number] = Field(
        strict=False, description="lowest and highest value ever drawn"
    )
    baseline: Distribution = Field(description="values at baseline")
    loading: Loading = Field(
        0.0, description="correlation of the value with the severity that all measures share"
    )
    readiness: Annotated[float, Field(gt=0, le=1)] = Field(
        1.0, description="how readily the measure is among those that change, against the readiest"
    )
    variability: Positive = Field(
        1.0, description="size of the measure's changes (beyond a limit of response) against others"
    )


class Change(Stated):
    """How measures change from baseline, in percent of it, positive is better."""

    improved: Distribution = Field(description="change of a measure that improves")
    steady: Distribution = Field(description="change of a measure that does neither")
    worsened: Distribution = Field(description="change of a measure that worsens")
    open: Distribution = Field(description="change of a functional index nothing is stated about")
    further: Share = Field(
        description="chance of each measure beyond those needed to change with them"
    )
    isolated: Share = Field(
        description="chance of each measure to change although the patient's state does not"
    )
    persistence: Share = Field(
        description="correlation of a patient's level of change from one visit to the next"
    )


class Exposure(Stated):
    """How much of the planned treatment was taken."""

    taken: Distribution = Field(description="share of the planned doses that was taken")


class Therapy(Grid):
    """One concomitant therapy: dose and how often."""

    name: Text = Field(description="name as in CMTRT")
    kind: Text = Field(description="class as in CMCLAS")
    dose: Distribution = Field(description="dose given each time")
    unit: Text = Field(description="unit of the dose")
    frequency: Text = Field(description="as in CMDOSFRQ")
    weight: Positive = Field(1.0, description="weight against the others of its group")
    only: str = Field(
        "", description="who can take it: expression over the columns of subjects.csv"
    )


class Therapies(Stated):
    """A group of concomitant therapies of which a patient has at most one, at a stable dose."""

    share: Share = Field(1.0, description="share of patients with one of them")
    since: Distribution = Field(description="days before the first dose since when it is stable")
    one_of: OneOrMore[Therapy] = Field(description="the therapies")


class Event(Stated):
    """An adverse event that occurs at a rate."""

    term: Text = Field(description="term as in AETERM")
    per_year: Positive = Field(description="events per patient and year of treatment")
    severity: Weights = Field(description="weight of each severity as in AESEV")
    related: Share = Field(description="share of events related to the treatment")


class AdverseEvents(Stated):
    """Adverse events: those that made patients leave, and those that occur at a stated rate."""

    duration: Distribution = Field(description="days an event lasts")
    further: Several[Event] = Field((), description="events beyond those that made patients leave")


class Marker(Grid):
    """One biopsy marker: a quantity with its distribution, or presence."""

    marker: Column = Field(description="id of the marker in study.yaml")
    baseline: Distribution | None = Field(None, description="quantity before treatment")
    highest: Positive | None = Field(None, description="highest possible quantity")
    change_log_sd: Positive = Field(
        0.5, description="standard deviation of the logarithm of after divided by before"
    )
    unchanged: bool = Field(
        False,
        description="the paper states no significant change: drawn again until there is none among "
        "all, responders and others",
    )
    present_before: Share | None = Field(None, description="share of patients with it at baseline")
    present_after: Role | None = Field(None, description="present, absent or not assessed")

    @model_validator(mode="after")
    def _one_kind(self) -> "Marker":
        if (self.baseline is None) == (self.present_before is None):
            raise ValueError("exactly one of baseline and present_before must be given")
        return self


class Biopsies(Stated):
    """Which patients have which biopsy, when, and what is read from it."""

    repeat: Role | None = Field(None, description="yes or no; without it everyone has one")
    repeat_visit: Text = Field(description="id of the visit the repeat biopsy belongs to")
    markers: OneOrMore[Marker] = Field(description="what is read")


class Recipe(Part):
    """How patients who could have produced the published counts are drawn."""

    title: Text = Field(description="what is reconstructed")
    sources: dict[Identifier, Text] = Field(description="citations by id, for `source`")
    subject: Subject = Field(description="how subjects.csv is filled")
    course: Course = Field(description="which attributes tell the course")
    days: Days = Field(description="when visits took place")
    measures: OneOrMore[Measure] = Field(description="core set and functional index at baseline")
    change: Change = Field(description="how measures change")
    exposure: Exposure = Field(description="how much of the treatment was taken")
    concomitant: Several[Therapies] = Field((), description="therapies besides the treatment")
    adverse_events: AdverseEvents = Field(description="adverse events")
    biopsies: Biopsies | None = Field(None, description="biopsies")
