"""The page of published.yaml, from the parts of a paper and the forms of a claim."""

from typing import Any

from myotrial.evidence import claims
from myotrial.evidence.document import FORMS
from myotrial.evidence.methods import METHODS
from myotrial.evidence.vague import WORDS
from pages.markdown import MADE, listed, opening, table

__all__ = ["page"]

PARTS = (
    claims.Paper,
    claims.Attribute,
    claims.Claim,
    claims.Reading,
    claims.Statistic,
    claims.Vague,
)
INSIDE = ("file", "form")  # the reader's own: not keys of the file
TABLE = [  # a statistic's table stands in the file as its three keys
    ("row", "a 2x2 table: the condition of its first row,"),
    ("column", "that of its first column,"),
    ("among", "and of the patients it is made of (all of them, if left out); with"),
]
ENDS = (
    'In what `myotrial claims --json` prints, an end of a range is `"infinity"` where nothing '
    "bounds it, as with the odds ratio of a table with an empty cell, and null where no table "
    "that fits defines it.\n"
)


def page() -> str:
    """Every part, every form, every method."""
    text = [
        "# published.yaml\n\nThe keys of `published.yaml`. A claim, its `loosely`, and a reading "
        "hold the keys of one of the forms below beside their own. Editors complete and check them "
        "from the [JSON Schema](../schema/published.schema.json). How they are used is told in "
        "[how to check a paper's numbers](../how-to/check-a-paper.md).\n"
    ]
    text += [f"## {model.__name__}\n\n{_part(model)}" for model in PARTS]
    text += [f"What the words mean unless the file says otherwise:\n\n{_words()}"]
    text += ["## Forms\n"]
    text += [f"### {key}\n\n{_part(model)}" for key, model in sorted(FORMS.items())]
    text += ["## Methods\n\nOf a 2x2 table: " + ", ".join(f"`{key}`" for key in METHODS) + ".\n"]
    text += [ENDS]
    return MADE + "\n".join(text)


def _words() -> str:
    """The vague words and their bounds."""
    rows = [
        (word, ", ".join(f"{key.replace('_', ' ')} {end}" for key, ends in meaning for end in ends))
        for word, meaning in WORDS.items()
    ]
    return table(("word", "bounds"), rows)


def _part(model: Any) -> str:
    """A part of a paper: what it is, its keys, and what its docstring says of them."""
    told = listed(model)
    rows = [
        (f"`{key}`", "an error" if field.is_required() else "nothing", meaning)
        for name, field in model.model_fields.items()
        for key, meaning in _written(name, field, told.get(name, ""))
        if name not in INSIDE
    ]
    width = 3 if any(meaning for *_, meaning in rows) else 2
    head = ("key", "if left out", "meaning")[:width]
    return f"{opening(model)}\n\n" + table(head, [row[:width] for row in rows])


def _written(name: str, field: Any, meaning: str) -> list[tuple[str, str]]:
    return TABLE if name == "table" else [(field.alias or name, meaning)]
