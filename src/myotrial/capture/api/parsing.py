"""Bodies of requests: JSON in UTF-8, of bounded size, without what JSON does not have."""

import json
from typing import Any

from ninja.parser import Parser

from myotrial.capture.api.problems import UnreadableError

__all__ = ["StrictParser"]


class StrictParser(Parser):
    """Reads a body, or says why it cannot."""

    def parse_body(self, request: Any) -> Any:
        """The body as plain data.

        Raises:
            UnreadableError: It is no JSON object.
        """
        try:
            text = request.body.decode("utf-8")
        except UnicodeDecodeError:
            raise UnreadableError("The body is not UTF-8.") from None
        try:
            data = json.loads(text, parse_constant=_constant, object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            said = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise UnreadableError(f"The body is not JSON: {said[:200]}") from None
        if not isinstance(data, dict):
            raise UnreadableError("The body must be a JSON object.")
        return data


def _constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return made
