"""Who left the study early: how many, why, and when."""

from collections.abc import Iterator

from myotrial.analysis.disposition import reached
from myotrial.analysis.sheet import Sheet
from myotrial.analysis.trial import Rows, Trial, slug
from myotrial.results import Result

__all__ = ["results"]

RULE = "myotrial.analysis.withdrawals.results"
UNKNOWN = "Not stated"


def results(trial: Trial) -> Iterator[Result]:
    """Withdrawals in all, by reason, between visits, by reason and time, and their study day."""
    subjects = trial.rows(
        "ADSL",
        ("USUBJID", "SAFFL", "EOSSTT", "DCSREAS", "EOSDY", "LSTVIS"),
        step="withdrawals",
    ).where(SAFFL="Y")
    left = subjects.where(EOSSTT="DISCONTINUED")
    sheet = Sheet("withdrawals", RULE)
    yield sheet.count("withdrawals.total", "Withdrew", left, n=len(subjects))
    reasons = _by_reason(left)
    for reason, rows in reasons.items():
        key = f"withdrawals.reason.{slug(reason)}"
        yield sheet.count(key, f"Withdrew: {reason}", rows, n=len(subjects))
    for words, key, rows in _by_time(trial, left):
        yield sheet.count(
            f"withdrawals.before.{key}",
            f"Withdrew {words}",
            rows,
            n=len(subjects),
            method="by the last scheduled visit held",
        )
        for reason, these in _by_reason(rows).items():
            yield sheet.count(
                f"withdrawals.reason.{slug(reason)}.before.{key}",
                f"Withdrew {words}: {reason}",
                these,
                n=len(subjects),
                method="by the last scheduled visit held",
            )
    yield from sheet.but(population="patients who withdrew").summaries(
        "withdrawals.day", "Study day of withdrawal", left, "EOSDY", unit="days"
    )


def _by_reason(left: Rows) -> dict[str, Rows]:
    """Rows by reason as first written, whatever the case of its letters; none stated comes last."""
    written: dict[str, str] = {}
    for reason in left.values("DCSREAS"):
        if reason:
            written.setdefault(slug(reason), reason)
    found = {
        reason: left.where(
            lambda row, key=key: bool(row["DCSREAS"]) and slug(row["DCSREAS"]) == key
        )
        for key, reason in sorted(written.items())
    }
    silent = left.where(lambda row: not row["DCSREAS"])
    return found | ({UNKNOWN: silent} if len(silent) else {})


def _by_time(trial: Trial, left: Rows) -> Iterator[tuple[str, str, Rows]]:
    """For each visit those who left between the one before and it; then those of unknown time."""
    before = "baseline"
    for place, visit in enumerate(trial.visits):
        rows = left.where(lambda row, place=place: reached(trial, row) == place)
        yield f"between {before} and {visit['label']}", visit["id"], rows
        before = visit["label"]
    last = len(trial.visits)
    after = left.where(lambda row: reached(trial, row) == last)
    unknown = left.where(lambda row: reached(trial, row) is None)
    if len(after):
        yield f"after {before}", "end", after
    if len(unknown):
        yield "at a time that is not known", "unknown", unknown
