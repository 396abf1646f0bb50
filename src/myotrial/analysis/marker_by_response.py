"""Markers that are present or absent after treatment, in responders against the others.

Response  responders met the definition of improvement at any visit (EVER Y), the others did not
          (EVER N); patients whose response is not known are left out.
Assessed  patients with a known reading of the repeat biopsy; others are left out and counted.
"""

from collections.abc import Iterator
from typing import Any

from myotrial.analysis.adjusting import adjusted
from myotrial.analysis.sheet import Sheet, attempt, many
from myotrial.analysis.trial import Rows, Trial
from myotrial.results import Result
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.two_by_two import (
    barnard,
    boschloo,
    fisher,
    fisher_mid_p,
    odds_ratio,
    risk_difference,
    risk_difference_exact,
)

__all__ = ["results"]

RULE = "myotrial.analysis.marker_by_response.results"
COLUMNS = ("USUBJID", "PARAMCD", "AVISIT", "AVALC", "EVER")
MIETTINEN = "Miettinen O, Nurminen M. Stat Med 1985;4:213-26."
CHAN = "Chan ISF, Zhang Z. Biometrics 1999;55:1202-9."
CORNFIELD = "Cornfield J. Proc 3rd Berkeley Symp 1956;4:135-48."
TESTS = {
    "fisher": (
        "Fisher",
        fisher,
        "Fisher's exact test, two-sided: all tables with these margins that are no more probable "
        "than the observed one",
        "Fisher RA. J R Stat Soc 1935;98:39-54.",
    ),
    "fisher_mid_p": (
        "Fisher, mid-P",
        fisher_mid_p,
        "Fisher's exact test, two-sided, tables as probable as the observed one counted half",
        "Lancaster HO. J Am Stat Assoc 1961;56:223-34.",
    ),
    "boschloo": (
        "Boschloo",
        boschloo,
        "Boschloo's unconditional exact test, two-sided, tables ordered by Fisher's two-sided "
        "p-value, greatest probability over all common chances",
        "Boschloo RD. Stat Neerl 1970;24:1-35.",
    ),
    "barnard": (
        "Barnard",
        barnard,
        "Barnard's unconditional exact test, two-sided, tables ordered by the size of z with "
        "pooled variance, greatest probability over all common chances",
        "Suissa S, Shuster JJ. J R Stat Soc A 1985;148:317-27.",
    ),
}


def results(trial: Trial) -> Iterator[Result]:
    """For each marker the share in both groups, tests, risk difference and odds ratio."""
    found = trial.rows("ADBX", COLUMNS, step="marker_by_response").of(trial.treated.subjects())
    planned = (trial.plan.get("biopsy") or {}).get("markers") or []
    markers = [marker for marker in planned if marker.get("presence")]
    sheet = Sheet("marker_by_response", RULE, cautions=trial.cautions)
    raw: list[Result] = []
    for marker in markers:
        key, label = f"marker.{marker['id']}", f"{marker['label']} after treatment"
        rows = found.where(PARAMCD=marker["id"], AVISIT="Repeat")
        known = rows.where(lambda row: row["AVALC"] in ("PRESENT", "ABSENT"))
        notes = _left_out(trial, known)
        shares, table = _shares(sheet, key, label, found, known)
        yield from shares
        for result in _compared(sheet, key, label, known, table, notes):
            if result.id == f"{key}.by_response.fisher":
                raw.append(result)
            yield result
    yield from adjusted(sheet, raw)


def _left_out(trial: Trial, known: Rows) -> list[str]:
    lost = len(trial.treated) - len(known)
    unclear = len(known.where(lambda row: row["EVER"] not in ("Y", "N")))
    return _unread(lost) + (
        [f"{many(unclear, 'patient')} of unknown response left out."] if unclear else []
    )


def _unread(lost: int) -> list[str]:
    return [f"{many(lost, 'patient')} without a reading left out."] if lost else []


def _shares(
    sheet: Sheet, key: str, label: str, found: Rows, known: Rows
) -> tuple[list[Result], list[int]]:
    """The share of one marker in both groups, and the 2x2 table they make."""
    groups = {
        "responders": ("RESPONDER", "responders with a repeat biopsy read", "Y"),
        "nonresponders": ("NOT RESPONDER", "other patients with a repeat biopsy read", "N"),
    }
    shares, table = [], []
    for name, (group, words, ever) in groups.items():
        here = known.where(EVER=ever)
        lost = len(found.where(EVER=ever).subjects()) - len(here)
        share = sheet.but(population=words, groups={"CLASS": group}).share(
            f"{key}.present.{name}",
            f"{label} present",
            here,
            lambda row: row["AVALC"] == "PRESENT",
            method="marker present in the repeat biopsy",
            warnings=_unread(lost),
        )
        table += [share.numerator or 0, (share.n or 0) - (share.numerator or 0)]
        shares.append(share)
    return shares, table


def _compared(
    sheet: Sheet, key: str, label: str, known: Rows, table: list[int], notes: list[str]
) -> Iterator[Result]:
    """Tests and effects of one marker."""
    rows = known.where(lambda row: row["EVER"] in ("Y", "N"))
    compared = sheet.but(population="patients with a repeat biopsy read and a known response")
    yield from _tests(compared, key, label, table, rows, notes)
    yield from _effects(compared, key, label, table, rows, notes)


def _tests(
    sheet: Sheet, key: str, label: str, table: list[int], rows: Rows, notes: list[str]
) -> Iterator[Result]:
    a, b, c, d = table
    trouble = _untestable(table)
    for name, (words, test, method, reference) in TESTS.items():
        p_value, limits = (None, trouble) if trouble else attempt(test, a, b, c, d)
        yield sheet.p_value(
            f"{key}.by_response.{name}",
            f"{label}: same in responders and non-responders ({words})",
            p_value,
            rows,
            n=sum(table),
            method=f"{method}; {a} of {a + b} against {c} of {c + d}",
            reference=reference,
            warnings=[*notes, *limits],
        )


def _untestable(table: list[int]) -> list[str]:
    a, b, c, d = table
    if not (a + b and c + d):
        return ["One of the two groups is empty: nothing to compare."]
    if not (a + c and b + d):
        return ["All patients have the same reading: nothing to compare."]
    return []


def _effects(
    sheet: Sheet, key: str, label: str, table: list[int], rows: Rows, notes: list[str]
) -> Iterator[Result]:
    """Risk difference with its score and exact intervals, and the odds ratio."""
    a, b, c, d = table
    empty = [] if a + b and c + d else ["One of the two groups is empty: nothing to compare."]
    exact, limits = attempt(risk_difference_exact, a, b, c, d)
    fixed: Any = {"n": sum(table), "warnings": [*notes, *empty]}
    points = {"statistic": "difference", "unit": "percentage points", "scale": 100}
    yield sheet.estimate(
        f"{key}.by_response.risk_difference",
        f"{label}: responders minus non-responders",
        risk_difference(a, b, c, d),
        rows,
        method="difference of shares, with Miettinen and Nurminen's score 95 % interval",
        reference=MIETTINEN,
        **points,
        **fixed,
    )
    yield sheet.estimate(
        f"{key}.by_response.risk_difference_exact",
        f"{label}: responders minus non-responders, exact interval",
        exact,
        rows,
        method="difference of shares, with Chan and Zhang's exact unconditional 95 % interval "
        "(two one-sided tests ordered by the score statistic)",
        reference=CHAN,
        **points,
        **(fixed | {"warnings": [*fixed["warnings"], *limits]}),
    )
    yield from _odds(sheet, key, label, odds_ratio(a, b, c, d), rows, fixed, alike=not empty)


def _odds(
    sheet: Sheet,
    key: str,
    label: str,
    estimate: Estimate,
    rows: Rows,
    fixed: Any,
    *,
    alike: bool,
) -> Iterator[Result]:
    notes = list(fixed["warnings"])
    if estimate.value is None and alike:
        notes.append("All patients have the same reading: the odds ratio is not defined.")
    yield sheet.estimate(
        f"{key}.by_response.odds_ratio",
        f"{label}: odds ratio, responders to non-responders",
        estimate,
        rows,
        statistic="odds_ratio",
        n=fixed["n"],
        method="conditional maximum likelihood odds ratio with the exact (Cornfield) 95 % interval",
        reference=CORNFIELD,
        warnings=notes,
    )
