"""The difference of responders stratified: Cochran-Mantel-Haenszel and its common effects."""

from collections.abc import Iterator

from myotrial.analysis.comparison.verdicts import Cells, empty, estimate
from myotrial.analysis.sheet import Sheet
from myotrial.analysis.trial import Rows
from myotrial.results import Result
from myotrial.statistics import stratified
from myotrial.statistics.mantel_haenszel import cmh_exact

__all__ = ["results"]

MIETTINEN = "Miettinen O, Nurminen M. Stat Med 1985;4:213-26."
COCHRAN = "Mantel N, Haenszel W. J Natl Cancer Inst 1959;22:719-48."
MEHTA = "Mehta CR, Patel NR, Gray R. J Am Stat Assoc 1985;80:969-73."
ROBINS = "Robins J, Breslow N, Greenland S. Biometrics 1986;42:311-23."
SATO = "Sato T. Biometrics 1989;45:1323-4."


def results(
    sheet: Sheet, key: str, label: str, known: Rows, layers: list[Cells], by: str, notes: list[str]
) -> Iterator[Result]:
    """Cochran-Mantel-Haenszel: test, exact test, common odds ratio and difference."""
    telling = [cells for cells in layers if not empty(cells)]
    alone = len(layers) - len(telling)
    notes = [*notes]
    if alone:
        strata = "1 stratum" if alone == 1 else f"{alone} strata"
        notes.append(f"{strata} with one arm only left out.")
    varied = [(a, b, c, d) for a, b, c, d in telling if a + c and b + d]
    if not varied:
        notes.append("No stratum has both arms and both outcomes: nothing to test.")
    tests = (
        ("cmh", "Cochran-Mantel-Haenszel", lambda: stratified.cochran_mantel_haenszel(
            varied).p_value, f"Cochran-Mantel-Haenszel test {by}, without continuity correction",
         COCHRAN),
        ("cmh_exact", "exact Cochran-Mantel-Haenszel", lambda: cmh_exact(varied),
         f"exact conditional test {by}, two-sided", MEHTA),
    )  # fmt: skip
    for name, words, test, method, reference in tests:
        yield sheet.p_value(
            f"{key}.{name}", f"{label}: equal rates ({words})", test() if varied else None, known,
            n=len(known), method=method, reference=reference, warnings=notes,
        )  # fmt: skip
    yield estimate(
        sheet, f"{key}.odds_ratio_common", f"{label}: common odds ratio",
        stratified.common_odds_ratio(varied), known,
        f"Mantel-Haenszel odds ratio {by}, with Robins, Breslow and Greenland's 95 % interval",
        ROBINS, notes, statistic="odds_ratio", unit="",
    )  # fmt: skip
    pooled = (
        ("difference_common", "common difference", stratified.common_risk_difference,
         f"Mantel-Haenszel risk difference {by}, with Sato's 95 % interval", SATO),
        ("difference_stratified", "stratified difference", stratified.stratified_risk_difference,
         f"risk difference {by} with Mantel-Haenszel weights and Miettinen and Nurminen's "
         "stratified score 95 % interval", MIETTINEN),
    )  # fmt: skip
    for name, words, function, method, reference in pooled:
        yield estimate(
            sheet, f"{key}.{name}", f"{label}: {words}", function(telling), known, method,
            reference, notes,
        )  # fmt: skip
