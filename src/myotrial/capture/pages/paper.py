"""A print as PDF, typeset by Typst with bundled fonts only: no browser, no font of the machine."""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

__all__ = ["paper"]


def paper(content: Mapping[str, Any], words: Mapping[str, str]) -> bytes:
    """Typeset what `casebook` made.

    Args:
        content: The print.
        words: Headings in its language: "field", "value", "old" …
    """
    import matplotlib as mpl
    import typst

    return typst.compile(
        (files("myotrial.capture.pages") / "templates" / "casebook.typ").read_bytes(),
        format="pdf",
        font_paths=typst.Fonts(
            include_system_fonts=False, font_paths=[Path(mpl.get_data_path(), "fonts", "ttf")]
        ),
        sys_inputs={"content": json.dumps({**content, "words": {**words}}, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
