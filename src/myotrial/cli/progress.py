"""What is being done, on a terminal, while it takes time; silent anywhere else."""

import sys
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

__all__ = ["Progress"]


class Progress:
    """A spinner with a sentence and the seconds so far, on standard error, gone when done."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._bar: Any = None
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._stack.close()

    def watch(self, step: Any, state: str) -> None:
        """Show a step of a run when it starts; takes what `Study.run` tells."""
        if state == "started":
            self.say(step.says)

    def say(self, sentence: str) -> None:
        """Show a sentence in place of the one before."""
        if not self._shown:
            return
        if self._bar is None:
            self._bar = self._stack.enter_context(_spinner())
        for task in self._bar.task_ids:
            self._bar.remove_task(task)
        self._bar.add_task(sentence, total=None)


def _spinner() -> Any:
    from rich.console import Console  # only on a terminal
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    return Bar(*columns, console=Console(stderr=True), transient=True)
