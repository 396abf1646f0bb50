"""A protocol as commented YAML text, so that a person can complete it."""

import io
from collections.abc import Mapping
from typing import Any

__all__ = ["text"]

WIDTH = 100
LAST = ("source", "status", "assumed", "note")  # keys of a part, after all others
HEADS = {
    "arms": "The treated arm is the pilot's; the placebo is assumed to match it.",
    "randomisation": "The list is kept in concealed/, which blinded people must not open.",
    "subject": "Recorded once for each patient, as in the pilot.",
    "visits": "The pilot's visits up to the one that the primary endpoint asks for.",
    "eligibility": "As in the pilot: to be reviewed for a trial with a placebo.",
    "concomitant": "As in the pilot.",
    "assessments": "As in the pilot, at the visits that remain.",
    "biopsy": "As in the pilot, at the visits that remain.",
    "endpoints": "The primary endpoint is that of the design; the others are secondary.",
    "worsening": "As in the pilot.",
    "comparison": "The treated arm against this one, by the strata of the randomisation.",
    "primary_analysis": "The test and bounds of the design; `check` computes the bounds again.",
    "analyses": "The analysis plan.",
}


def text(data: Mapping[str, Any], head: str) -> str:
    """Write a protocol.

    Args:
        data: The protocol as plain data, keys in the order to write them in.
        head: What stands above it, line by line.
    """
    from ruamel.yaml import YAML  # heavy: only where a file is written
    from ruamel.yaml.comments import CommentedMap

    writer = YAML()
    writer.width = WIDTH
    writer.indent(mapping=2, sequence=4, offset=2)
    whole = CommentedMap((key, _shaped(part)) for key, part in data.items())
    for key in whole:
        about = HEADS.get(key)
        whole.yaml_set_comment_before_after_key(key, before=f"\n{about}" if about else "\n")
    buffer = io.StringIO()
    writer.dump(whole, buffer)
    lines = "".join(f"# {line}".rstrip() + "\n" for line in head.splitlines())
    body = "\n".join(line.rstrip() for line in buffer.getvalue().splitlines())
    return f"{lines}{body}\n"


def _shaped(part: Any, *, entry: bool = False) -> Any:
    """Plain data with the keys of a part in order, and what is short on one line."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    if isinstance(part, Mapping):
        order = sorted(part, key=lambda name: (name in LAST, name != "id"))
        parts = type(part) is dict and all(isinstance(part[name], Mapping) for name in part)
        shaped = CommentedMap((name, _shaped(part[name], entry=parts)) for name in order)
        if (entry or _plain(part)) and _short(part):
            shaped.fa.set_flow_style()
        return shaped
    if isinstance(part, list):
        listed = CommentedSeq(_shaped(value, entry=True) for value in part)
        if _plain(part):
            listed.fa.set_flow_style()
        return listed
    return int(part) if isinstance(part, float) and part == int(part) else part


def _plain(part: Any) -> bool:
    """Whether it holds values only, no further parts."""
    values = part.values() if isinstance(part, Mapping) else part
    return all(not isinstance(value, Mapping | list) for value in values)


def _short(part: Mapping[str, Any]) -> bool:
    """Whether a part fits on a line of its own."""
    lists = all(_plain(value) for value in part.values() if isinstance(value, Mapping | list))
    return lists and len(repr(dict(part))) < WIDTH
