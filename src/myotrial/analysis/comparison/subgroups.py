"""The difference of responders within each diagnosis, plain and drawn towards each other.

Endpoint   the primary one, else the first; its first handling of missing data.
Plain      Miettinen and Nurminen's interval within the subgroup; few patients make it wide.
Shrunk     a hierarchical normal model borrows strength across subgroups; the spread of true
           differences has a half-normal prior of the scale below.
"""

from collections.abc import Iterator

from myotrial.analysis.comparison.arms import NO_PATIENTS, Pair
from myotrial.analysis.comparison.verdicts import responded
from myotrial.analysis.response import HANDLINGS
from myotrial.facts import Fact
from myotrial.results import Result
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.risk_difference import risk_difference
from myotrial.statistics.shrinkage import shrink
from myotrial.statistics.stratified import homogeneity

__all__ = ["FACTS", "results"]

RULE = "subgroups.results"
SCALE = 0.1  # of the half-normal prior, as a difference of rates
FACTS = (
    Fact(
        "scale of the half-normal prior of how far true differences between subgroups spread",
        SCALE,
        "difference of response rates",
        "assumed: diagnoses are thought to differ by some 10 percentage points in their effect",
        "assumed",
    ),
)
MIETTINEN = "Miettinen O, Nurminen M. Stat Med 1985;4:213-26."
FRIEDE = "Friede T, Röver C, Wandel S, Neuenschwander B. Res Synth Methods 2017;8:79-91."
AGRESTI = "Agresti A, Caffo B. Am Stat 2000;54:280-8."
TARONE = "Tarone RE. Biometrika 1985;72:91-5."


def results(pair: Pair) -> Iterator[Result]:
    """Each diagnosis, all of them shrunk, and a test that they agree."""
    endpoint = pair.leading
    handling = endpoint["handlings"][0]
    rows = pair.trial.rows(
        "ADEST", ("USUBJID", "ENDPOINT", "HANDLING", "AVAL", "DIAG"), step="comparison"
    ).of(pair.people.subjects())
    rows = rows.where(ENDPOINT=endpoint["id"], HANDLING=handling).known("AVAL")
    if not len(rows):
        return
    sheet = pair.sheet(RULE).but(estimand=f"{pair.trial.asked(endpoint)}; {HANDLINGS[handling]}")
    groups = [name for name in pair.trial.diagnoses if len(rows.where(DIAG=name))]
    cells = {name: pair.table(rows.where(DIAG=name), responded) for name in groups}
    told = {name: one for name, one in cells.items() if one[0] + one[1] and one[2] + one[3]}
    shrunk = dict(zip(told, _shrunk(list(told.values())), strict=True))
    key, label = f"{pair.key}.subgroup", endpoint["label"]
    for name, one in cells.items():
        inside = sheet.but(groups={"DIAG": name})
        these = rows.where(DIAG=name)
        notes = [] if name in told else [NO_PATIENTS]
        counts = f"{one[0]} of {one[0] + one[1]} against {one[2]} of {one[2] + one[3]}"
        yield inside.estimate(
            f"{key}.{name}.difference", f"{label}: difference", risk_difference(*one), these,
            statistic="difference", n=len(these), unit="%", scale=100,
            method=f"{counts}; Miettinen-Nurminen score 95 % interval", reference=MIETTINEN,
            warnings=notes,
        )  # fmt: skip
        yield inside.estimate(
            f"{key}.{name}.shrunk", f"{label}: difference, shrunk", shrunk.get(name),
            these, statistic="difference", n=len(these), unit="%", scale=100,
            method="posterior mean with the 95 % credible interval of a hierarchical normal model; "
            f"half-normal({SCALE:g}) prior of the spread, flat prior of the mean; Agresti and "
            "Caffo's standard errors", reference=f"{FRIEDE} {AGRESTI}", warnings=notes,
        )  # fmt: skip
    test = homogeneity(list(told.values()))
    idle = [] if test.freedom and test.statistic else [
        "Fewer than two diagnoses with both arms and both outcomes: nothing to compare."
    ]  # fmt: skip
    yield sheet.p_value(
        f"{key}.homogeneity", f"{label}: same odds ratio in all diagnoses",
        None if idle else test.p_value, rows, n=len(rows),
        method="Breslow and Day's test with Tarone's correction", reference=TARONE, warnings=idle,
    )  # fmt: skip


def _shrunk(cells: list[tuple[int, ...]]) -> list[Estimate]:
    """Differences with one response and one non-response more in each arm, then shrunk."""
    if not cells:
        return []
    values, errors = [], []
    for a, b, c, d in cells:
        n1, n2 = a + b + 2, c + d + 2
        p1, p2 = (a + 1) / n1, (c + 1) / n2
        values.append(p1 - p2)
        errors.append((p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) ** 0.5)
    return shrink(values, errors, scale=SCALE)
