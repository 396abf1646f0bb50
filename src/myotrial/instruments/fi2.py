"""Functional Index-2 (FI-2): muscle endurance, task by task.

Scale    seven tasks, each scored as the number of correct repetitions, up to a maximum at which the
         task ends. The tasks are reported one by one, or in percent of the maximum: there is no
         published total, and none is made here.
Better   higher.
Missing  a task not done is missing; the others stand.
Source   Alexanderson H et al. Arthritis Rheum 2006;55:114-22 (seven tasks, one side will do);
         NCT01813617 (names, scoring); the maxima are recalled, and an argument.
"""

from collections.abc import Mapping
from types import MappingProxyType

from myotrial.documents import nearest
from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.instruments.instrument import HIGHER, Instrument
from myotrial.instruments.items import Numbers, possible

__all__ = ["FACTS", "INSTRUMENTS", "MAXIMA", "percent"]

REGISTRY = "NCT01813617"
ABSTRACT = "Alexanderson H et al. Arthritis Rheum 2006;55:114-22 (abstract)"
SPIRITOVIC = "Špiritović M et al. Arthritis Res Ther 2021;23:173"
MAXIMA: Mapping[str, float] = MappingProxyType(  # repetitions at which a task ends
    {
        "shoulder flexion": 60.0,
        "shoulder abduction": 60.0,
        "neck flexion": 60.0,
        "hip flexion": 60.0,
        "step test": 60.0,
        "heel lift": 120.0,
        "toe lift": 120.0,
    }
)
IMPORTANT = (
    Fact("change of a task that one trial treated as meaningful, at least", 20, "% of baseline",
         SPIRITOVIC, "verified"),
)  # fmt: skip
FACTS = (
    Fact("tasks of the FI-2", len(MAXIMA), "tasks", ABSTRACT, "verified"),
    Fact("names of the tasks", ", ".join(MAXIMA), "", REGISTRY, "verified"),
    *(
        Fact(f"most repetitions of {task}", top, "repetitions", ABSTRACT, "recalled")
        for task, top in MAXIMA.items()
    ),
    *IMPORTANT,
)

INSTRUMENTS = (
    Instrument(
        id="fi2",
        label="Muscle endurance (FI-2)",
        better=HIGHER,
        units={"repetitions": 1.0},
        ranges={task: (0.0, top) for task, top in MAXIMA.items()},
        missing="a task not done is missing; the others stand",
        source=ABSTRACT,
        important=IMPORTANT,
    ),
)


def percent(repetitions: Numbers, task: str, *, maxima: Mapping[str, float] = MAXIMA) -> Numbers:
    """The repetitions of a task in percent of its maximum, 0 to 100.

    Args:
        repetitions: Number of correct repetitions; NaN where the task was not done.
        task: One of `MAXIMA`.
        maxima: The repetitions at which each task ends; the default is recalled.

    Returns:
        Percent, of the same shape; NaN where missing, above the maximum, or no whole number.

    Raises:
        MyotrialError: There is no such task.

    >>> float(percent(45, "hip flexion"))
    75.0
    """
    if task not in maxima:
        raise MyotrialError(f"the FI-2 has no task {task!r}.\nHint: {nearest(task, maxima)}")
    return possible(repetitions, 0.0, maxima[task]) * 100.0 / maxima[task]
