"""How far the comparison of responders hangs on missing verdicts: every way they could lie."""

from collections.abc import Iterator, Mapping
from typing import Any

from myotrial.analysis.comparison.arms import Pair
from myotrial.analysis.comparison.verdicts import empty, estimate, responded
from myotrial.analysis.trial import Rows
from myotrial.results import Result
from myotrial.statistics.risk_difference import risk_difference
from myotrial.statistics.two_by_two import fisher

__all__ = ["results"]

RULE = "tipping.results"
MIETTINEN = "Miettinen O, Nurminen M. Stat Med 1985;4:213-26."
FISHER = "Fisher RA. J R Stat Soc 1935;98:39-54."


def results(pair: Pair, endpoint: Mapping[str, Any], rows: Rows) -> Iterator[Result]:
    """The p-values that the missing verdicts could lead to."""
    low, high = (rows.where(HANDLING=name).known("AVAL") for name in ("LOW", "HIGH"))
    if not (len(low) and len(high)):
        return
    least, most = pair.table(low, responded), pair.table(high, responded)
    if empty(least):
        return
    sheet = pair.sheet(RULE).but(
        estimand=f"{pair.trial.asked(endpoint)}; every way the missing verdicts could lie"
    )
    ways = [
        (x, y, fisher(x, sum(least[:2]) - x, y, sum(least[2:]) - y))
        for x in range(least[0], most[0] + 1)
        for y in range(least[2], most[2] + 1)
    ]
    key, label = f"{pair.key}.{endpoint['id']}.tipping", endpoint["label"]
    for name, words, chosen in (
        ("least", "missing verdicts least favourable", (least[0], most[2])),
        ("most", "missing verdicts most favourable", (most[0], least[2])),
    ):
        n1, n2 = sum(least[:2]), sum(least[2:])
        yield estimate(
            sheet, f"{key}.{name}", f"{label}: difference, {words}",
            risk_difference(chosen[0], n1 - chosen[0], chosen[1], n2 - chosen[1]), low,
            "difference with the Miettinen-Nurminen score 95 % interval", MIETTINEN, [],
        )  # fmt: skip
    below = sum(p <= 0.05 for *_, p in ways)
    yield sheet.result(
        f"{key}.share",
        f"{label}: ways of the missing verdicts with Fisher's p of at most 0.05",
        "share",
        100 * below / len(ways),
        unit="%",
        numerator=below,
        n=len(ways),
        method="all numbers of responders among the missing verdicts of each arm, each taken once",
        reference=FISHER,
        rows=low.keys(),
        warnings=[],
    )
