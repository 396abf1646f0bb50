"""One arm in two stages, after Simon: no comparison group, so its null is a stated rate."""

from myotrial.design.candidates.outcome import Analysis, Evaluated, Outcome
from myotrial.design.exact.simon import simon
from myotrial.design.planning.models import Plan, Scenario, TwoStage
from myotrial.design.wording import percent

__all__ = ["two_stage"]

MOST = 200


def two_stage(candidate: TwoStage, plan: Plan, aim: Scenario, doubtful: float) -> Evaluated:
    """A candidate of one arm in two stages.

    Args:
        candidate: The candidate.
        plan: The completed plan.
        aim: The scenario the power is wanted in.
        doubtful: A control rate that the field's trials do not rule out, above the expected one.
    """
    p0, p1 = candidate.p0 or aim.control, candidate.p1 or aim.treatment
    found = simon(p0, p1, alpha=plan.alpha, power=plan.power, max_n=MOST)
    design = found.optimal if candidate.criterion == "optimal" else found.minimax

    def at(control: float, treatment: float) -> Outcome:  # noqa: ARG001 - there is no control arm
        done = design.characteristics(treatment)
        stop = done.stopped
        return Outcome(done.success, done.expected_n, (stop, 1 - stop), 0.0, stop)

    wrong = design.characteristics(doubtful).success
    return Evaluated(
        candidate.id, "two_stage",
        candidate.label or f"One arm in two stages, Simon's {candidate.criterion} design",
        (design.n, 0), design.n, at, design.size, p0, 0,
        "responder counts of both stages are binomial and can be listed",
        (Analysis(design.n1), Analysis(design.n)),
        doubts=(
            f"it has no comparison group: were the placebo rate {percent(doubtful)}, which the "
            "field's trials do not rule out, it would succeed without any effect in "
            f"{percent(wrong)} of trials",
        ),
        barred=True,
        notes=(
            f"Goes on if more than {design.r1} of {design.n1} respond, succeeds if more than "
            f"{design.r} of {design.n} do.",
        ),
    )  # fmt: skip
