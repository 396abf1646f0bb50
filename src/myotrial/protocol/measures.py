"""What is measured: assessments, the core set, biopsies, and other outcomes."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from myotrial.protocol.parts import (
    Column,
    Identifier,
    OneOrMore,
    Part,
    Positive,
    Several,
    Stated,
    Text,
    Word,
    listed,
)

__all__ = ["Assessment", "Biopsy", "CoreSet", "Marker", "OtherMeasures", "Outcome"]


def _as_written(value: tuple[str, ...]) -> str | list[str]:
    return value[0] if len(value) == 1 else [*value]


def _by_sex(value: Any) -> Any:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return {"F": value, "M": value} if plain else value


Enzymes = Annotated[
    tuple[str, ...],
    Field(strict=False, min_length=1),
    BeforeValidator(listed),
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
    accepted: bool = Field(
        False,
        description="its values are those accepted of blinded readers, in place of measurements",
    )


class Biopsy(Stated):
    """When biopsies are taken and what is read from them."""

    visits: OneOrMore[str] = Field(description="ids of the visits at which biopsies are due")
    markers: OneOrMore[Marker] = Field(description="what is read from each biopsy")
    exclude: Several[Literal["pen", "fold", "blurred", "necrosis"]] = Field(
        ("pen",), description="artefacts that are left out of tissue; others are only flagged"
    )
    operating: Positive | None = Field(
        None, description="chromogen OD above the floor from which tissue is positive; else 0.15"
    )


class Outcome(Stated):
    """An outcome that the protocol names besides the assessments and biopsies."""

    id: Identifier = Field(description="short name of the outcome")
    label: Text = Field(description="name of the outcome")
    method: str = Field("", description="how it is measured")
    visits: Several[str] = Field((), description="ids of the visits, where a source says")
