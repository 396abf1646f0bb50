"""Drawings as pictures for documents that cannot hold SVG; the same bytes from the same drawing."""

import re
from pathlib import Path

import matplotlib as mpl
import typst

__all__ = ["INCHES", "picture", "size"]

INCHES = 6.3  # width of a picture in a document
DOTS = 200.0  # for each inch
BOX = re.compile(r'viewBox="[\d.\-]+ [\d.\-]+ ([\d.]+) ([\d.]+)"')


def size(svg: str) -> tuple[float, float]:
    """Width and height of a drawing in a document, in inches.

    >>> size('<svg viewBox="0 0 200 100">')
    (6.3, 3.15)
    """
    found = BOX.search(svg)
    width, height = (float(part) for part in found.groups()) if found else (2.0, 1.0)
    return INCHES, INCHES * height / width


def picture(svg: str) -> bytes:
    """The drawing as PNG."""
    width, height = size(svg)
    page = (
        f"#set page(width: {width}in, height: {height}in, margin: 0pt)\n"
        '#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    )
    return typst.compile(
        page.encode(),
        format="png",
        ppi=DOTS,
        font_paths=typst.Fonts(
            include_system_fonts=False, font_paths=[Path(mpl.get_data_path(), "fonts", "ttf")]
        ),
        sys_inputs={"svg": svg},
    )
