"""What every part of `study.yaml` is made of: kinds of value, and where a fact stands.

Each form is a frozen model. The description of each key serves three readers: the editor that
completes it (through the JSON Schema), the reference page, and the message when it is wrong.

Sources  `source` names entries of `sources`; `status` says how far a fact was verified there.
"""

from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

__all__ = [
    "COLUMN",
    "FILLED",
    "IDENTIFIER",
    "PARTIAL_DATE",
    "PATTERNS",
    "WORD",
    "Column",
    "Identifier",
    "Number",
    "OneOrMore",
    "Part",
    "PartialDate",
    "Positive",
    "Several",
    "Sources",
    "Stated",
    "Status",
    "Text",
    "Word",
    "listed",
]

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


def _year(value: Any) -> Any:
    """A year alone is a number in YAML."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def listed(value: Any) -> Any:
    """A list of one where one text stands for it."""
    return [value] if isinstance(value, str) else value


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
    BeforeValidator(listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
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
