"""Each analysis a second time for each arm of a study with several.

Arm      the one allocated (TRT01P); for exposure and tolerability the one received (TRT01A).
Results  those of the whole study with "arm.<id>." before their id and ARM among their groups. What
         is listed patient by patient, and tests, are not repeated.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from myotrial.analysis.trial import Trial
from myotrial.results import Result

__all__ = ["results"]

RECEIVED = ("exposure", "safety")
ONCE = (
    "comparison",
    "marker_by_response",
    "estimands",
)  # analyses that look at the study as a whole
LISTED = ("concomitant.violation.",)


def results(
    trial: Trial, name: str, analysis: Callable[[Trial], Iterator[Result]]
) -> Iterator[Result]:
    """The results of one analysis in each arm; none with a single arm.

    Args:
        trial: The whole study.
        name: The analysis.
        analysis: Gives its results.
    """
    arms = trial.plan.get("arms") or ()
    if len(arms) < 2 or name in ONCE:
        return
    column = "TRT01A" if name in RECEIVED else "TRT01P"
    for arm in arms:
        for result in analysis(trial.of_arm(arm, column)):
            if result.statistic != "p_value" and not result.id.startswith(LISTED):
                yield _of_arm(result, arm["id"], arm.get("label") or arm["id"])


def _of_arm(result: Result, key: str, label: str) -> Result:
    return replace(
        result,
        id=f"arm.{key}.{result.id}",
        analysis="by_arm",
        groups={"ARM": label, **result.groups},
        population=f"{result.population}, {label}",
    )
