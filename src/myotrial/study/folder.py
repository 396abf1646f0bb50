"""A study is a folder: the protocol, the captured tables, and `out/`, derived from them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from myotrial.study.answers import Checked, Outcome
from myotrial.study.exporting import Exported, export
from myotrial.study.importing import Imported, bring
from myotrial.study.places import OUT, require_study
from myotrial.study.steps import Watch
from myotrial.study.steps import run as run_steps
from myotrial.study.tracing import Traced, trace
from myotrial.study.verifying import Verified, verify

if TYPE_CHECKING:
    from myotrial.study.conformance import Conformance
    from myotrial.study.designed import Designed, Part
    from myotrial.study.mapped import Reading
    from myotrial.study.server_imports import BroughtIn

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
        require_study(self.folder)
        from myotrial.study.stages import code, stages

        done = run_steps(self.folder, stages(self.folder), code=code(), watch=watch)
        return Outcome(self.folder / OUT, tuple(done))

    def design(
        self,
        *,
        to: Path | None = None,
        cluster: str | None = None,
        device: Literal["cpu", "gpu", "auto"] = "cpu",
        watch: Watch = lambda *_: None,
        say: Callable[[str], None] = lambda _: None,
    ) -> "Designed":
        """Design the trial that follows; bring `out/` up to date first.

        Args:
            to: Folder to write the new study into; it must hold nothing.
            cluster: Address of a Dask scheduler that simulates; by default this machine does.
            device: What simulates: "cpu", "gpu", or "auto" for a GPU where there is one.
            watch: Told each step that starts, is computed or is reused.
            say: Told what is being worked out, and how long it may still take.

        Raises:
            DocumentError: A file of the study breaks its form.
            OutputError: A folder cannot be written, or `to` holds something.
            MyotrialError: There is no study here, or nothing can be learnt from it.
        """
        require_study(self.folder)
        from myotrial.study.designing import design
        from myotrial.study.start import require_new

        if to is not None:
            require_new(to)  # before anything takes long
        self.run(watch)

        return design(self.folder, to=to, cluster=cluster, device=device, watch=watch, say=say)

    def part(
        self,
        index: int,
        of: int,
        watch: Watch = lambda *_: None,
        device: Literal["cpu", "gpu", "auto"] = "cpu",
    ) -> "Part":
        """Simulate one part of the design's trials, for another machine to merge.

        Args:
            index: Number of the part, from 1.
            of: How many parts there are.
            watch: As in `run`.
            device: As in `design`.

        Raises:
            MyotrialError: There is no study here, no such part, or nothing to simulate.
        """
        self.run(watch)
        from myotrial.study.designing import part

        return part(self.folder, index, of, device)

    def check(self) -> Checked:
        """Read everything the study holds, and list every problem found.

        Raises:
            MyotrialError: There is no study here.
        """
        require_study(self.folder)
        from myotrial.study.checking import check

        return check(self.folder)

    def bring(
        self, source: Path, *, dictionary: Path | None = None, dry_run: bool = False
    ) -> "Imported | Reading | BroughtIn":
        """Fill its tables from CDISC files, spreadsheets or REDCap, or its server from an export.

        Args:
            source: Folder of SAS transport files, Dataset-JSON 1.1 or Parquet; an ODM file; or
                tables as CSV, XLSX or Parquet, which are read by the study's mapping.yaml.
            dictionary: The data dictionary of a REDCap project.
            dry_run: Whether to write nothing into the tables.

        Raises:
            MyotrialError: There is no study here, a table has captured rows, or nothing to import.
            DocumentError: The records do not fit the protocol; nothing is written.
            OutputError: The tables cannot be written.
        """
        require_study(self.folder)
        return bring(Path(source), self.folder, dictionary=dictionary, dry_run=dry_run)

    def verify(self, watch: Watch = lambda *_: None) -> Verified:
        """Do every step anew elsewhere, and compare with `out/`.

        Raises:
            MyotrialError: There is no study here, or no output to verify.
        """
        require_study(self.folder)
        return verify(self.folder, watch)

    def conformance(
        self,
        *,
        engine: str | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> "Conformance":
        """Check its datasets: our own checks of ADaM, and CDISC's rules engine on SDTM.

        Args:
            engine: The command that runs the engine.
            say: Told what is being done.

        Raises:
            MyotrialError: There is no study here, or the engine that was named cannot be run.
        """
        require_study(self.folder)
        from myotrial.study.conformance import conformance

        return conformance(self.folder, engine=engine, say=say)

    def trace(self, subject: str, parameter: str, visit: str) -> Traced:
        """Walk one value back to its rule, its publication and the rows it was made from.

        Raises:
            MyotrialError: There is no study here, or no such value in it.
        """
        require_study(self.folder)
        return trace(self.folder, subject, parameter, visit)

    def export(self, to: Path, kind: str = "xpt") -> Exported:
        """Write its SDTM and ADaM datasets with their define.xml into a new folder.

        Args:
            to: Folder to make.
            kind: "xpt", "json" (Dataset-JSON), "parquet" or "odm".

        Raises:
            MyotrialError: There is no study here, or the folder holds something.
            DocumentError: A name, label or text does not fit the format.
            OutputError: A file cannot be written.
        """
        require_study(self.folder)
        return export(self.folder, Path(to), kind)
