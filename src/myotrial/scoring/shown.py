"""A scored table and its report as they show themselves in a notebook."""

from typing import Any

import narwhals as nw

from myotrial import notebook
from myotrial.scoring.report import Report

__all__ = ["report", "scored"]

ROWS = 10  # of the table


def scored(table: Any, made: Report) -> str:
    """The verdicts counted, the head of the table, and the report.

    Args:
        table: The table with its scores, of any kind that `score` gives back; a lazy one is not
            computed to be shown.
        made: The report on it.
    """
    counts = [notebook.bars(name, words) for name, words in made.verdicts.items()]
    frame = nw.from_native(table)
    if isinstance(frame, nw.LazyFrame):
        return notebook.joined(*counts, report(made))
    head = frame.head(ROWS)
    more = len(frame) - len(head)
    rows = notebook.table("Scored visits", head.columns, head.iter_rows(), more=more)
    return notebook.joined(*counts, rows, report(made))


def report(made: Report) -> str:
    """What was recognised, and what could not be used."""
    told = [(name, text) for name, text in made.recognised.items()]
    told += [("no column", name) for name in made.absent]
    told += [("not used", name) for name in made.ignored]
    told += [("note", note) for note in made.notes]
    told += [("problem", str(problem)) for problem in made.problems]
    other = made.rows - made.scored - made.baselines
    caption = (
        f"{made.rows} rows: {made.scored} scored, {made.baselines} baselines, {other} not scored"
    )
    return notebook.table(caption, ("measure", "what became of it"), told)
