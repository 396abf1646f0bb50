"""The report as a PDF, typeset by Typst with bundled fonts only; accessible (PDF/UA-1).

It holds what the page holds, except the listings: its numbers lead to the table of results at its
end, and that table names the rows. No date is written, so the same results give the same bytes.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst

from myotrial.report.build import build
from myotrial.report.content import Figure, plain
from myotrial.report.source import Record, Source, grouped
from myotrial.report.tables import shown
from myotrial.report.typography import interval

__all__ = ["paper"]

RESULTS = 1500  # results in the table at the end; the others are counted


def paper(source: Source, figures: Mapping[str, str], *, results: int = RESULTS) -> bytes:
    """Typeset the report.

    Args:
        source: The results.
        figures: SVG text by name.
        results: Most results to list at the end.
    """
    report = build(source, frozenset(figures))
    shown_results = source.results[:results]
    content = {
        "title": report.opening.title,
        "line": report.opening.line,
        "warning": source.warning,
        "note": source.note,
        "answers": plain(report.opening.answers),
        "sections": plain(report.sections),
        "figures": dict(figures),
        "alts": {block.name: block.alt for part in report.sections for block in part.blocks
                 if isinstance(block, Figure)},
        "results": [_line(record) for record in shown_results],
        "left_out": len(source.results) - len(shown_results),
        "version": str(source.data.get("myotrial") or ""),
    }  # fmt: skip
    return typst.compile(
        (files("myotrial.report") / "templates" / "paper.typ").read_bytes(),
        format="pdf",
        font_paths=typst.Fonts(
            include_system_fonts=False, font_paths=[Path(mpl.get_data_path(), "fonts", "ttf")]
        ),
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )


def _line(record: Record) -> dict[str, Any]:
    groups = ", ".join(grouped(value) for value in (record.get("groups") or {}).values())
    label = str(record.get("label") or record["id"])
    return {
        "id": record["id"],
        "label": f"{label} ({groups})" if groups else label,
        "value": " ".join(part for part in (shown(record), interval(record)) if part),
        "about": "; ".join(_about(record)),
        "rows": _rows(record.get("rows") or {}),
    }


def _about(record: Record) -> Iterator[str]:
    if record.get("n") is not None:
        yield f"n = {record['n']}"
    for key in ("population", "estimand", "method", "reference"):
        if record.get(key):
            yield str(record[key])
    yield from (str(text) for text in record.get("warnings") or [])


def _rows(rows: Mapping[str, Any]) -> str:
    keys = [str(key).rpartition(":")[2] for key in rows.get("keys") or []]
    return f"{rows.get('dataset', '')} {_ranges(keys)}".strip() if keys else ""


def _ranges(keys: list[str]) -> str:
    """Consecutive row numbers as ranges.

    >>> _ranges(["1", "2", "3", "7", "x"])
    '1–3, 7, x'
    """
    spans: list[list[str]] = []
    for key in keys:
        follows = spans and key.isdigit() and spans[-1][-1].isdigit()
        if follows and int(key) == int(spans[-1][-1]) + 1:
            spans[-1] = [spans[-1][0], key]
        else:
            spans.append([key])
    return ", ".join("–".join(span) for span in spans)
