"""A study is a folder: the protocol, the captured tables, and `out/`, derived from them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from myotrial.errors import MyotrialError
from myotrial.study.answers import Checked, Outcome
from myotrial.study.places import OUT, PROTOCOL
from myotrial.study.steps import Watch
from myotrial.study.steps import run as run_steps

if TYPE_CHECKING:
    from myotrial.study.designed import Designed

__all__ = ["Study"]


class Study:
    """The study in a folder.

    Args:
        folder: A folder with a study.yaml.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)

    def run(self, watch: Watch = lambda *_: None) -> Outcome:
        """Bring `out/` up to date: datasets, results, report.

        Args:
            watch: Told each step that starts, is computed or is reused.

        Raises:
            DocumentError: A file of the study breaks its form.
            OutputError: `out/` cannot be written; it is as it was.
            MyotrialError: There is no study here, nothing to analyse, or another run at work.
        """
        self._exists()
        from myotrial.study.stages import code, stages

        done = run_steps(self.folder, stages(self.folder), code=code(), watch=watch)
        return Outcome(self.folder / OUT, tuple(done))

    def design(
        self,
        *,
        to: Path | None = None,
        watch: Watch = lambda *_: None,
        say: Callable[[str], None] = lambda _: None,
    ) -> "Designed":
        """Design the trial that follows; bring `out/` up to date first.

        Args:
            to: Folder to write the new study into; it must hold nothing.
            watch: Told each step that starts, is computed or is reused.
            say: Told what is being worked out, and how long it may still take.

        Raises:
            DocumentError: A file of the study breaks its form.
            OutputError: A folder cannot be written, or `to` holds something.
            MyotrialError: There is no study here, or nothing can be learnt from it.
        """
        self._exists()
        from myotrial.study.designing import design
        from myotrial.study.start import require_new

        if to is not None:
            require_new(to)  # before anything takes long
        self.run(watch)

        return design(self.folder, to=to, watch=watch, say=say)

    def check(self) -> Checked:
        """Read everything the study holds, and list every problem found.

        Raises:
            MyotrialError: There is no study here.
        """
        self._exists()
        from myotrial.study.checking import check

        return check(self.folder)

    def _exists(self) -> None:
        try:
            if (self.folder / PROTOCOL).exists():
                return
            found = f"holds no {PROTOCOL}" if self.folder.is_dir() else "is no folder"
        except OSError as error:
            found = f"cannot be read, {(error.strerror or str(error)).lower()}"
        raise MyotrialError(
            f"There is no study in {self.folder}: it {found}.\n"
            "Hint: name the study's folder, or start one: myotrial init FOLDER"
        )
