"""What the API takes and gives, as data."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, StrictFloat, StrictInt, StrictStr

Text = Annotated[StrictStr, Field(max_length=10_000)]
Short = Annotated[StrictStr, Field(min_length=1, max_length=40)]
Seen = Annotated[StrictInt, Field(ge=0, le=2**53)]


class Taken(Schema):
    """Base of what is taken: a name that is not known is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


class Absent(Taken):
    """Why there is no value: not done, unknown, or not applicable."""

    absent: Literal["ND", "UNK", "NA"]


Cell = (
    Text
    | Annotated[StrictInt, Field(ge=-(10**15), le=10**15)]
    | Annotated[StrictFloat, Field(allow_inf_nan=False)]
    | Absent
    | None
)


class Screening(Taken):
    """A patient who is screened."""

    site: Short
    number: Short


class Enrolment(Taken):
    """A patient who is taken into the study; day one is the day of the first dose."""

    arm: Short
    day_one: Short


class Saving(Taken):
    """Values of a form; a field that is left out stays as it is, null empties it."""

    values: dict[str, Cell] = Field(min_length=1, max_length=500)
    seen: Seen = 0
    reason: Text = ""
    entered: Annotated[StrictStr, Field(max_length=40)] = ""


class Said(Taken):
    """A text."""

    text: Text


class Closing(Taken):
    """A query is closed, or cancelled where it was asked in error."""

    text: Text = ""
    cancel: bool = False


class Asking(Taken):
    """A query about a field of a form."""

    form: Short
    event: Short
    number: Annotated[StrictInt, Field(ge=1, le=10**6)] = 1
    field: Short
    text: Text


class Reason(Taken):
    """Why."""

    reason: Text = ""


class Review(Reason):
    """What is done with a form in review."""

    action: Literal["verify", "freeze", "unfreeze", "lock", "unlock"]


class Wish(Taken):
    """A token that is asked for."""

    label: Annotated[StrictStr, Field(min_length=1, max_length=100)]
    scopes: list[Literal["read", "write", "review", "export"]] = Field(min_length=1, max_length=4)
    expires: Short


class Done(Schema):
    """What became of an act: the entries that it left in the trail of the record."""

    act: str
    subject: str
    first: int
    last: int
    repeated: bool


class Site(Schema):
    """A site."""

    code: str
    name: str
    zone: str


class Study(Schema):
    """The study, its version of the forms, and the sites of whoever asks."""

    id: str
    title: str
    version: str
    arms: list[str]
    events: list[dict[str, Any]]
    forms: list[str]
    sites: list[Site]


class Subject(Schema):
    """A patient."""

    id: str
    number: str
    site: str
    status: str
    head: int


class Subjects(Schema):
    """A page of patients; next is the number to go on after, null at the end."""

    items: list[Subject]
    next: str | None


class FormStatus(Schema):
    """How far a form is."""

    form: str
    event: str
    number: int
    status: str


class Whole(Subject):
    """A patient with every form that holds something."""

    forms: list[FormStatus]


class Kept(Schema):
    """What stands in a field: a text, or why there is none."""

    text: str | None
    absent: str


class FormValues(FormStatus):
    """A form of a patient; seen is what a change is sent back with."""

    subject: str
    label: str
    version: str
    seen: int
    verified: bool
    frozen: bool
    locked: bool
    removed: bool
    values: dict[str, Kept]


class MatrixCell(Schema):
    """One visit of a patient."""

    event: str
    status: str
    entered: int
    due: int
    day: str | None


class MatrixRow(Schema):
    """A patient's row."""

    subject: Subject
    status: str
    cells: list[MatrixCell]


class Matrix(Schema):
    """Patients by visits."""

    items: list[MatrixRow]
    next: str | None


class Query(Schema):
    """A query with what was said."""

    number: int
    state: str
    source: str
    on: str
    field: str
    said: list[str]


class Entry(Schema):
    """An entry of the trail."""

    seq: int
    at: str
    zone: str
    user: str
    name: str
    role: str
    organisation: str
    site: str
    action: str
    entity: str
    field: str
    old: Kept
    new: Kept
    reason: str
    noted: bool
    version: str
    act: str
    entered: str
    withheld: bool
    hash: str


class Trail(Schema):
    """A page of the trail; next is the number to go on after, null at the end."""

    items: list[Entry]
    next: int | None


class TokenShown(Schema):
    """A token, without what opens."""

    id: str
    user: str
    role: str
    label: str
    scopes: list[str]
    made: str
    expires: str
    state: str


class TokenGiven(Schema):
    """A token that was just made: it is shown this once."""

    id: str
    token: str
