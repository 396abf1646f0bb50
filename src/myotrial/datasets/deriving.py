"""Derive the analysis datasets of a study from its captured tables, in order."""

import polars as pl

from myotrial.datasets import (
    biopsies,
    courses,
    deviations,
    intercurrent,
    measures,
    people,
    safety,
    strategies,
    therapy,
    times,
    verdicts,
)
from myotrial.protocol.models import Protocol

__all__ = ["derive"]


def derive(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Derive every analysis dataset.

    Args:
        protocol: The protocol.
        tables: Captured tables as `read_tables` or `tables_from` gives them; they are not changed.

    Returns:
        ADSL, ADCS, ADRS, ADCOURSE, ADEST, ADTTE, ADBX, ADAE, ADEX, ADCM and ADDV; with
        estimands also ADICE and ADESTV. Each row names its source rows (SRCROWS), the function that
        derived it (RULE) and itself (ROWID).
    """
    subjects = people.derive(protocol, tables)
    changes = measures.derive(protocol, tables)
    response = verdicts.derive(protocol, tables, changes)
    course = courses.derive(protocol, tables, changes, response)
    therapies = therapy.derive(protocol, tables)
    return {
        "ADSL": subjects,
        "ADCS": changes,
        "ADRS": response,
        "ADCOURSE": course,
        "ADEST": courses.estimands(protocol, tables, response, course),
        "ADTTE": times.derive(protocol, tables, response),
        "ADBX": biopsies.derive(protocol, tables, course),
        "ADAE": safety.events(protocol, tables),
        "ADEX": safety.exposure(protocol, tables),
        "ADCM": therapies,
        "ADDV": deviations.derive(protocol, tables, subjects, therapies),
        **_estimated(protocol, tables, response, therapies),
    }


def _estimated(
    protocol: Protocol,
    tables: dict[str, pl.DataFrame],
    response: pl.DataFrame,
    therapies: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """ADICE and ADESTV, where the protocol declares intercurrent events or estimands."""
    if not (protocol.estimands or protocol.intercurrent_events):
        return {}
    events = intercurrent.derive(protocol, tables, therapies)
    return {"ADICE": events, "ADESTV": strategies.derive(protocol, response, events)}
