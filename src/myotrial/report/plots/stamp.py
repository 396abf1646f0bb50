"""A drawing that leaves the report says itself where its patients come from."""

import re
from html import escape

__all__ = ["stamped"]

ROOM, SIZE, LEFT = 14, 8, 4  # of the line below the drawing, in points
ROOT = re.compile(
    r'(?P<head><svg\b[^>]*?\bheight=")(?P<height>[\d.]+)'
    r'(?P<middle>pt"[^>]*?\bviewBox="0 0 (?P<width>[\d.]+) )[\d.]+(?P<tail>"[^>]*>)'
)


def stamped(drawing: str, words: str) -> str:
    """The drawing with a line of words below it; as it is where there are none.

    Args:
        drawing: SVG text as `canvas.svg` makes it.
        words: What the drawing must say.
    """
    found = ROOT.match(drawing)
    if not (words and found):
        return drawing
    height, whole = float(found["height"]), f"{float(found['height']) + ROOM:g}"
    root = f"{found['head']}{whole}{found['middle']}{whole}{found['tail']}"
    ground = f'<rect y="{height:g}" width="{found["width"]}" height="{ROOM}" fill="#ffffff"/>'
    line = (
        f'<text x="{LEFT}" y="{height + SIZE:g}" '
        f"style=\"font: italic {SIZE}px 'DejaVu Sans', sans-serif; fill: #59616b\">"
        f"{escape(words, quote=False)}</text>"
    )
    body = drawing[found.end() :].rstrip().removesuffix("</svg>")
    return f"{root}{body}{ground}\n{line}\n</svg>"
