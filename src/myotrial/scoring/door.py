"""`score`: a table of visits in, the same kind of table out with verdicts added, and a report."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from myotrial.scoring.report import Report

__all__ = ["USUAL", "Scored", "score"]

USUAL = ("doi", "fi20", "tis_adult")  # criteria, unless others are named


class Scored(NamedTuple):
    """What `score` gives back.

    Attributes:
        table: The input's kind of table, with columns added.
        report: What was recognised, and what could not be scored.
    """

    table: Any
    report: Report

    def _repr_html_(self) -> str:
        from myotrial.scoring import shown

        return shown.scored(self.table, self.report)


def score(
    table: Any,
    *,
    baseline: str | None = None,
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    variants: Mapping[str, str] | None = None,
    limits: Mapping[str, Any] | None = None,
    criteria: Sequence[str] = USUAL,
    decimal: str = ".",
) -> Scored:
    """Score a table of visits.

    Args:
        table: pandas, Polars (eager or lazy; a lazy one is collected), PyArrow, a relation of
            DuckDB or a dataframe of Dask. Wide: one row for each subject and visit, with columns
            USUBJID, AVISIT or VISIT, and measures: PHGA, PTGA, MMT8, MMT26, HAQDI, CHAQ, CMAS, CK,
            ALDOLASE, LDH, AST, ALT, EXTRAM (extramuscular global VAS), MYOACT, MITAX, DAS, CHQPHS,
            FI, and the tasks of the FI-2. Long: one row for each measure, with USUBJID, AVISIT,
            PARAMCD, AVAL and, if there is one, AVALU; the visits come back. What REDCap exports
            (`record_id`, `redcap_event_name`) and other plain names are recognised.
        baseline: Name of the baseline visit; if None, rows with ABLFL = Y are the baselines.
        columns: Other names of columns: `{"PHGA": "vas_doc"}`; in a long table, other PARAMCD.
        units: Unit of each measure that knows several: `{"PHGA": "mm", "CK": "ukat/L"}`; "points"
            is the Likert scale of a global. Not needed where the column's name or a column beside
            it tells: `PHGA (mm)`, `CKU`, AVALU. Values in other known units are then converted.
        variants: `{"MMT8": "one side"}` or "both sides"; `{"CMAS": "from 6 years"}`.
        limits: Upper limit of normal of each enzyme in its unit, one number, one by SEX, or either
            by laboratory (LBNAM): `{"CK": {"F": 150, "M": 200}}`. Limits in a column (CKULN, or
            ANRHI of a long table) come first. The total improvement score needs them, and the
            choice among several enzymes. Under "CHQPHS", the range of the CHQ-PhS.
        criteria: Any of "doi", "doi_paediatric", "printo", "fi20", "fi2", "tis_adult",
            "tis_juvenile", "tis_juvenile_printo", "worsening", "worsening_core_set" and
            "deterioration"; of those that add the same columns, one.
        decimal: What stands before the decimals in columns of text, "." or ",".

    Returns:
        The table with DOI (Y, N, INDETERMINATE, NOT ASSESSED) and its bounds DOILO and DOIHI (0 or
        1), NIMPR, NWORSE, NASSESSED (measures), STATUS, FI20, TIS (points; missing where open),
        TISLO, TISHI, TISCAT, those of the other criteria, ENZYME where several are held, and WHY;
        and the report. Baselines and rows that cannot be scored have only WHY. Words are
        categories. The input is not changed.

    Raises:
        MyotrialError: A unit, variant, limit or baseline is not stated, or is not known.
        MissingColumnsError: Subject, visit or every measure is missing.

    >>> import polars as pl
    >>> visits = pl.DataFrame({"USUBJID": ["A", "A"], "VISIT": ["M0", "M6"], "FI": [40, 48]})
    >>> score(visits, baseline="M0", criteria=["fi20"]).table["FI20"].to_list()
    [None, 'Y']
    """
    from myotrial.scoring import running  # what reads tables loads when there is one to read

    return Scored(
        *running.run(
            table,
            baseline=baseline,
            columns=columns or {},
            units=units or {},
            variants=variants or {},
            limits=limits or {},
            criteria=criteria,
            decimal=decimal,
        )
    )
