"""What a publication does not say, told where a chapter shows what was drawn in its place."""

from myotrial.report.content import Note
from myotrial.report.source import Source

__all__ = ["unstated"]

LISTING = "ATTRIBUTES"  # of each reconstructed column, what determined it


def unstated(source: Source, *tables: str) -> Note | None:
    """The notes on reconstructed tables, each once; None where nothing was reconstructed.

    Args:
        source: What the report is made of.
        tables: Names of captured tables, such as "adverse_events".
    """
    notes = [
        str(row["note"])
        for row in source.records(LISTING)
        if row.get("note") and str(row["column"]).partition(".")[0] in tables
    ]
    told = " ".join(dict.fromkeys(notes))
    return Note("origin", (f"How this was reconstructed: {told}",)) if told else None
