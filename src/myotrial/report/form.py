"""The published JSON Schema of results.json."""

import json
from importlib.resources import files
from typing import Any

__all__ = ["schema"]


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every results.json follows.

    >>> schema()["properties"]["schema"]["const"]
    'myotrial-results/1'
    """
    file = files("myotrial.report") / "results.schema.json"
    return json.loads(file.read_text(encoding="utf-8"))
