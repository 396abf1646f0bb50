"""What a column may be called, wherever a table comes from: names of measures, keys and visits."""

from myotrial.names.columns import (
    ENZYMES,
    INSTRUMENTS,
    KEYS,
    LIMITED,
    MEASURED,
    UNITED,
    beside,
    column_of,
    meaning,
    plain,
    stated_unit,
)

__all__ = [
    "ENZYMES",
    "INSTRUMENTS",
    "KEYS",
    "LIMITED",
    "MEASURED",
    "UNITED",
    "beside",
    "column_of",
    "meaning",
    "plain",
    "stated_unit",
]
