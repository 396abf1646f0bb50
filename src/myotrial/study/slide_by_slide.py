"""One task on each slide of a batch, here or on a cluster, telling how far it is."""

import os
import time
from collections.abc import Callable, Sequence
from typing import Any

from myotrial.study.cluster import Map

__all__ = ["SlideBySlide", "Tell"]

Tell = Callable[[str], object]


class SlideBySlide:
    """A task on each slide of a batch, here or on a cluster; tells how far it is.

    Args:
        tell: Told what is being done.
        each: The cluster's workers; None works here.
    """

    def __init__(self, tell: Tell, each: Map | None = None) -> None:
        self.tell, self.each = tell, each
        self.threads = 1 if each else os.cpu_count() or 1

    def __call__(self, task: Callable[[Any], Any], jobs: Sequence[Any], says: str) -> list[Any]:
        """Results in the order of the jobs."""
        start, many = time.monotonic(), len(jobs)

        def done(number: int) -> None:
            left = (time.monotonic() - start) / number * (many - number)
            more = f", {_about(left)} left" if number < many else ""
            self.tell(f"{says}: {number} of {many} slides{more}")

        self.tell(f"{says}: {many} slides")
        if self.each is None:
            found = []
            for number, job in enumerate(jobs, start=1):
                found.append(task(job))
                done(number)
            return found
        return list(self.each(task, jobs, done=done, lost=_lost))


def _about(seconds: float) -> str:
    """A time as a person says it.

    >>> _about(41), _about(200), _about(9000)
    ('about 41 s', 'about 3 min', 'about 2.5 h')
    """
    if seconds < 90:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


def _lost(_: Any) -> Any:
    """The result of a slide that one worker after another has died of."""
    from myotrial.biopsy.records import Failed

    return Failed(
        "one worker of the cluster after another was lost while it worked on the slide.\n"
        "Hint: see the workers' logs (memory, most often); give them more, or measure it here."
    )
