"""Requests to a desk: which path is which call, and what comes back; no network in it.

Any server can stand before it: it hands over the method, the path, the query and the body, and
sends what comes back. Nothing but codes goes in, nothing but pixels, numbers and codes comes out;
all answers carry the same headers, and none is to be kept by a browser.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any

from myotrial.biopsy.viewing.desk import Desk
from myotrial.errors import MyotrialError, SlideError

__all__ = ["HEADERS", "LONGEST", "Answer", "respond"]

LONGEST = 1 << 18  # bytes of a body
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
)
ASSETS: Mapping[str, str] = MappingProxyType(
    {
        "": "text/html; charset=utf-8",
        "viewer.css": "text/css; charset=utf-8",
        **{
            f"{name}.js": "text/javascript; charset=utf-8"
            for name in ("main", "view", "tiles", "form", "regions", "threshold")
        },
    }
)
JSON = "application/json"
BROKEN = "The answers cannot be kept or read back; tell the study team."


@dataclass(frozen=True)
class Answer:
    """A response: status, media type, body."""

    status: int
    kind: str
    body: bytes


def respond(
    desk: Desk, method: str, path: str, query: Mapping[str, str], body: bytes = b""
) -> Answer:
    """Answer one request.

    Args:
        desk: Whose desk.
        method: "GET" or "POST".
        path: Below where the desk is served, without a slash in front.
        query: Names and values.
        body: JSON, for POST.
    """
    try:
        if method == "GET":
            return _got(desk, path, query)
        if method == "POST":
            return _posted(desk, path, body)
        return _told(405, "There is no such way to ask.")
    except SlideError as error:
        return _told(409, BROKEN if error.__cause__ else str(error))  # a cause names a file
    except OSError:
        return _told(500, BROKEN)
    except (MyotrialError, ValueError, TypeError, KeyError):
        return _told(400, "The request cannot be read.")


def _got(desk: Desk, path: str, query: Mapping[str, str]) -> Answer:
    if path in ASSETS:
        page = resources.files("myotrial.biopsy.viewing") / "page" / (path or "index.html")
        return Answer(200, ASSETS[path], page.read_bytes())
    name, *rest = path.split("/")
    if name == "state" and not rest:
        return _json(desk.state())
    if name in ("tile", "layer") and len(rest) == 4:
        code, *numbers = rest
        level, column, row = map(int, numbers)
        if name == "tile":
            return Answer(200, "image/jpeg", desk.tile(code, level, column, row))
        return Answer(200, "image/png", desk.layer(_helped(desk, code), level, column, row))
    if name == "about" and len(rest) == 1:
        return _json(desk.about(_helped(desk, rest[0])))
    parts: Mapping[str, Callable[..., Any]] = {"shares": desk.shares, "cells": desk.cells}
    if name in parts and len(rest) == 1:
        x, y, width, height = (float(query[key]) for key in ("x", "y", "width", "height"))
        return _json(parts[name](_helped(desk, rest[0]), (x, y, width, height)))
    return _told(404, "There is nothing here.")


def _helped(desk: Desk, code: str) -> str:
    """The code, where the session lets readers see what was measured."""
    if not desk.session.helped:
        raise SlideError("Readers of this session see the sections alone.")
    return code


def _posted(desk: Desk, path: str, body: bytes) -> Answer:
    if len(body) > LONGEST:
        return _told(413, "The request is too long.")
    given = json.loads(body)
    match path:
        case "answer":
            value = given["value"]
            reason = str(given.get("reason", ""))
            desk.answer(given["code"], None if value is None else float(value), reason)
        case "reject":
            desk.reject(given["code"], _outline(given["outline"]), str(given["reason"]))
        case "restore":
            desk.restore(given["code"], int(given["number"]))
        case "commit":
            desk.commit()
        case _:
            return _told(404, "There is nothing here.")
    return _json(desk.state())


def _outline(given: Any) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in given]


def _json(content: Any) -> Answer:
    return Answer(200, JSON, json.dumps(content).encode())


def _told(status: int, message: str) -> Answer:
    return Answer(status, JSON, json.dumps({"error": message}).encode())
