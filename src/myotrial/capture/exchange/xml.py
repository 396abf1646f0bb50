"""XML written piece by piece, never a whole document in memory.

Line ends and tabs are written so that no reader makes spaces of them.
"""

import re

__all__ = ["Writer", "attribute", "content"]

ODD = re.compile(r"[&<>\"\t\n\r]")

TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;",
     "\r": "&#13;"}
)  # fmt: skip


def content(text: str) -> str:
    """A text as it stands between tags."""
    return text.translate(TEXT) if ODD.search(text) else text


def attribute(text: str) -> str:
    """A text as it stands in an attribute."""
    return text.translate(ATTRIBUTE) if ODD.search(text) else text


class Writer:
    """Elements as they are opened and closed, one a line.

    >>> writer = Writer()
    >>> writer.begin("Study", OID="ST.1")
    >>> writer.leaf("Name", "a < b")
    >>> writer.end()
    >>> print(writer.taken().decode(), end="")
    <Study OID="ST.1">
     <Name>a &lt; b</Name>
    </Study>
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[str] = []

    @property
    def depth(self) -> int:
        """How many elements are open."""
        return len(self._open)

    def raw(self, text: str) -> None:
        """Put a line as it is."""
        self._parts.append(text)

    def begin(self, name: str, /, **attributes: str) -> None:
        """Open an element."""
        self._parts.append(f"{' ' * len(self._open)}<{name}{_attributes(attributes)}>\n")
        self._open.append(name)

    def end(self) -> None:
        """Close the element that was opened last."""
        name = self._open.pop()
        self._parts.append(f"{' ' * len(self._open)}</{name}>\n")

    def close(self, depth: int) -> None:
        """Close elements until no more are open than this."""
        while len(self._open) > depth:
            self.end()

    def leaf(self, name: str, text: str = "", /, **attributes: str) -> None:
        """An element that holds a text, or nothing."""
        start = f"{' ' * len(self._open)}<{name}{_attributes(attributes)}"
        end = f">{content(text)}</{name}>\n" if text else "/>\n"
        self._parts.append(start + end)

    def taken(self) -> bytes:
        """What was written since this was asked last."""
        made = "".join(self._parts).encode()
        self._parts.clear()
        return made


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{attribute(text)}"' for name, text in attributes.items())
