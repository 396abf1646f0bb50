"""The report as a PDF, typeset by Typst with bundled fonts only; accessible (PDF/UA-1).

It holds what the page holds, except the listings: its numbers lead to the list of results at its
end, and that list names the rule and the rows. No date is written: same results, same bytes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst

from myotrial.report.build import build
from myotrial.report.content import Section, Table, plain
from myotrial.report.source import Record, Source, grouped
from myotrial.report.tables import shown
from myotrial.report.typography import interval
from myotrial.report.widths import widths

__all__ = ["paper"]

RESULTS = 1500  # results listed at the end; the others are counted
SPANS = 12  # runs of rows named with one result
SHARED = ("population", "estimand", "method", "reference", "rule")


def paper(source: Source, figures: Mapping[str, str], *, results: int = RESULTS) -> bytes:
    """Typeset the report.

    Args:
        source: The results.
        figures: SVG text by name.
        results: Most results to list at the end.
    """
    report = build(source, frozenset(figures))
    content = {
        "title": report.opening.title,
        "line": report.opening.line,
        "warning": source.warning,
        "note": source.note,
        "answers": plain(report.opening.answers),
        "sections": [_section(part) for part in report.sections],
        "figures": dict(figures),
        "results": list(_groups(source.results[:results])),
        "left_out": max(0, len(source.results) - results),
        "version": str(source.data.get("myotrial") or ""),
    }
    return typst.compile(
        (files("myotrial.report") / "templates" / "paper.typ").read_bytes(),
        format="pdf",
        font_paths=typst.Fonts(
            include_system_fonts=False, font_paths=[Path(mpl.get_data_path(), "fonts", "ttf")]
        ),
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )


def _section(part: Section) -> dict[str, Any]:
    """A section as plain data; its tables know how wide their columns want to be."""
    found = plain(part)
    for block, given in zip(found["blocks"], part.blocks, strict=True):
        if isinstance(given, Table):
            block["widths"] = widths(given)
    return found


def _groups(results: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """Results that share their method under it, each on a line of its own."""
    groups: dict[tuple[str, ...], list[Record]] = {}
    for record in results:
        key = tuple(str(record.get(name) or "") for name in ("analysis", *SHARED))
        groups.setdefault(key, []).append(record)
    for (analysis, *shared), records in sorted(groups.items(), key=lambda item: item[0][0]):
        yield {
            "analysis": analysis.replace("_", " ").capitalize(),
            "about": ". ".join(text.rstrip(".") for text in shared if text) + ".",
            "lines": [_line(record) for record in records],
        }


def _line(record: Record) -> dict[str, str]:
    groups = ", ".join(grouped(value) for value in (record.get("groups") or {}).values())
    label = str(record.get("label") or record["id"])
    told = [f"n = {record['n']}"] if record.get("n") is not None else []
    told += [_rows(record.get("rows") or {}), *map(str, record.get("warnings") or ())]
    return {
        "id": record["id"],
        "label": f"{label} ({groups})" if groups else label,
        "value": " ".join(part for part in (shown(record), interval(record)) if part),
        "about": "; ".join(text.rstrip(".") for text in told if text),
    }


def _rows(rows: Mapping[str, Any]) -> str:
    keys = [str(key).rpartition(":")[2] for key in rows.get("keys") or []]
    return f"{rows.get('dataset', '')} {_ranges(keys)}".strip() if keys else ""


def _ranges(keys: list[str]) -> str:
    """Consecutive row numbers as ranges; beyond some, the others are counted.

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
    text = ", ".join("–".join(span) for span in spans[:SPANS])
    return text if len(spans) <= SPANS else f"{text} and {len(spans) - SPANS} more places"
