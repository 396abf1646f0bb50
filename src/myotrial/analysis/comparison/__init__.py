"""Randomised arms compared: each arm against the control, as allocated (full analysis set).

Difference  treatment minus control; odds, rate and win ratios treatment over control.
Results     have ids that start with "comparison.<arm>.", for each arm but the control.
Nothing     to compare, such as an empty arm, or a model that cannot be fitted: a value of None
            with the reason as a warning.
"""

from collections.abc import Iterator

from myotrial.analysis.comparison import (
    interim,
    leavers,
    ordered,
    repeated,
    responders,
    subgroups,
    times,
    tolerability,
)
from myotrial.analysis.comparison.arms import pairs
from myotrial.analysis.trial import Trial
from myotrial.results import Result

__all__ = ["results"]


def results(trial: Trial) -> Iterator[Result]:
    """The designed test first, then responders, means, times, ordered outcomes, events."""
    for pair in pairs(trial):
        yield from interim.results(pair)
        yield from responders.results(pair)
        yield from subgroups.results(pair)
        yield from repeated.results(pair)
        yield from leavers.results(pair)
        yield from times.results(pair)
        yield from ordered.results(pair)
        yield from tolerability.results(pair)
