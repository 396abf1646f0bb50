"""Assumptions to start from, each with where it is from; all of them can be changed.

Baselines of strength, function and CK are those of a published cohort. No source was found for the
globals' spread in adults, the correlations, or the course of each measure under placebo: those are
ours. With everyone seen, 41 % of controls meet the definition of improvement at the last visit and
their mean score is 23 points: published control arms have 42.5 % (abatacept, week 24) and means of
21.6 to 35.65 points (week 16 to 24). The effect makes it 73 % and 35 points.
"""

from myotrial.design.simulation.scenario import Arm, Dropout, Endpoint, Measure, Scenario
from myotrial.facts import Fact

__all__ = ["EXTRAMUSCULAR", "EXTRAMUSCULAR_SD", "FACTS", "add_on_therapy", "one_factor"]

COHORT = "Prague cohort of 277 adults, PMC8832010, Table 1"
INFLIXIMAB = "doi:10.1136/ard.2007.077974, Table"
OURS = "no source found; myotrial's choice"

STRENGTH, STRENGTH_SD = 65.0, 14.1  # MMT8 of 80; interquartile range of 55 to 74 over 1.349
FUNCTION, FUNCTION_SD = 0.9, 0.89  # HAQ; 0.3 to 1.5
LOG_CK, LOG_CK_SD = 0.956, 1.9  # of microkatal per litre: median 2.6, 0.9 to 12.4
CK_LIMIT = 3.33  # microkatal per litre, upper limit of normal
GLOBAL, GLOBAL_SD = 5.0, 2.0  # cm
EXTRAMUSCULAR, EXTRAMUSCULAR_SD = 3.0, 2.0  # cm
INDEX, INDEX_SD = 35.0, 12.0  # FI of 64
LOADINGS = (0.7, 0.7, 0.5, 0.5, 0.3, 0.7, 0.5)  # on one factor; strength and FI by their loss
OWN, NOISE = 0.5, 0.3  # in standard deviations at baseline
GRADUAL = (0.4, 0.7, 0.9, 1.0)  # share of the last visit's change that is reached at each visit
CONTROL, EFFECT = 0.28, 0.35  # mean change at the last visit, in standard deviations at baseline
LEAVING, MISSING = 0.025, 0.03
DROPOUT = Dropout(random=LEAVING, missing=MISSING)

FACTS = (
    Fact("MMT8 at baseline, median", STRENGTH, "of 80 points", COHORT, "verified"),
    Fact("MMT8 at baseline, SD", STRENGTH_SD, "points", f"{COHORT}: IQR 55-74 / 1.349", "derived"),
    Fact("HAQ at baseline, median", FUNCTION, "of 3 points", COHORT, "verified"),
    Fact("HAQ at baseline, SD", FUNCTION_SD, "points", f"{COHORT}: IQR 0.3-1.5 / 1.349", "derived"),
    Fact("log CK at baseline, mean", LOG_CK, "log µkat/L", f"{COHORT}: median 2.6", "derived"),
    Fact("log CK at baseline, SD", LOG_CK_SD, "log µkat/L", f"{COHORT}: IQR 0.9-12.4", "derived"),
    Fact("upper limit of normal of CK in simulations", CK_LIMIT, "µkat/L", OURS, "assumed"),
    Fact("globals at baseline, mean", GLOBAL, "cm", OURS, "assumed"),
    Fact("globals at baseline, SD", GLOBAL_SD, "cm", OURS, "assumed"),
    Fact("extramuscular activity at baseline, mean", EXTRAMUSCULAR, "cm", OURS, "assumed"),
    Fact("extramuscular activity at baseline, SD", EXTRAMUSCULAR_SD, "cm", OURS, "assumed"),
    Fact("FI at baseline, mean", INDEX, "of 64 points", f"{INFLIXIMAB}: range 15-56", "assumed"),
    Fact("FI at baseline, SD", INDEX_SD, "points", f"{INFLIXIMAB}: range 15-56", "assumed"),
    Fact(
        "loadings of physician, patient, MMT8, HAQ, CK, extramuscular, FI on one factor",
        ", ".join(map(str, LOADINGS)),
        "",
        OURS,
        "assumed",
    ),
    Fact("SD of a subject's own change", OWN, "SD at baseline", OURS, "assumed"),
    Fact("SD of a visit's noise", NOISE, "SD at baseline", OURS, "assumed"),
    Fact("mean change of controls at the last visit", CONTROL, "SD at baseline", OURS, "assumed"),
    Fact("effect of treatment at the last visit", EFFECT, "SD at baseline", OURS, "assumed"),
    Fact("chance to leave before each visit", LEAVING, "", OURS, "assumed"),
    Fact("chance to miss a visit", MISSING, "", OURS, "assumed"),
)


def one_factor(loadings: tuple[float, ...]) -> tuple[tuple[float, ...], ...]:
    """The correlations that one common factor gives.

    >>> one_factor((0.5, 0.4))
    ((1.0, 0.2), (0.2, 1.0))
    """
    return tuple(
        tuple(1.0 if i == j else one * other for j, other in enumerate(loadings))
        for i, one in enumerate(loadings)
    )


def add_on_therapy(
    size: int,
    control: float = CONTROL,
    effect: float = EFFECT,
    gradual: tuple[float, ...] = GRADUAL,
    dropout: Dropout = DROPOUT,
    endpoints: tuple[Endpoint, ...] = (Endpoint(),),
    loadings: tuple[float, ...] = LOADINGS,
) -> Scenario:
    """A treatment or placebo on top of usual therapy, in adults with active myositis.

    Args:
        size: Subjects of each arm.
        control: Mean change of controls at the last visit, in standard deviations at baseline.
        effect: By how much more the active arm changes, in the same unit.
        gradual: Share of that change which is reached at each visit.
        dropout: Who leaves.
        endpoints: What is counted.
        loadings: Of the seven measures on one factor, of baselines and of own changes.

    >>> add_on_therapy(40).visits
    4
    """
    items = (
        _measure("physician global", GLOBAL, GLOBAL_SD, 0.0, 10.0, step=0.1),
        _measure("patient global", GLOBAL, GLOBAL_SD, 0.0, 10.0, step=0.1),
        _measure(
            "MMT8", STRENGTH, STRENGTH_SD, 0.0, 80.0, better=1, step=1.0, extent=80.0, minimum=8.0
        ),
        _measure("HAQ", FUNCTION, FUNCTION_SD, 0.0, 3.0, step=0.125, extent=3.0, minimum=0.3),
        _measure("CK", LOG_CK, LOG_CK_SD, 0.1, 1e4, log=True, extent=15 * CK_LIMIT, minimum=5.0),
        _measure("extramuscular", EXTRAMUSCULAR, EXTRAMUSCULAR_SD, 0.0, 10.0, step=0.1),
        _measure("FI", INDEX, INDEX_SD, 0.0, 64.0, better=1, step=1.0, extent=64.0, minimum=6.4),
    )

    def course(change: float) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(part * change * item.sd for item in items) for part in gradual)

    correlation = one_factor(loadings)
    arms = Arm(size, course(control)), Arm(size, course(control + effect))
    return Scenario(items, correlation, correlation, *arms, endpoints, dropout)


def _measure(name: str, mean: float, sd: float, low: float, high: float, **more: float) -> Measure:
    return Measure(name, mean, sd, OWN * sd, NOISE * sd, low, high, **more)  # type: ignore[arg-type]
