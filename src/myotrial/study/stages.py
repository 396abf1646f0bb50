"""The stages of a study as steps: what each reads, and what it leaves in `out/`.

protocol        study.yaml, published.yaml and reconstruction.yaml, read and checked
evidence        what the published claims allow (where there is a published.yaml)
captured        tables read from the study's server (where it holds patients)
reconstruction  tables drawn to fit the claims (where nobody was captured)
datasets        analysis datasets derived from the tables
results         the plan's analyses, and what was published beside what was reproduced
report          the page, the PDF, the Word document, the RTF tables and the figures

A stage whose output can be reused is not entered, and nothing it would import is imported.
"""

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

from myotrial.errors import ClaimsConflictError, MyotrialError
from myotrial.results import as_record
from myotrial.study import drawn, record, sensitivity, sources
from myotrial.study.places import (
    CAPTURED,
    DATA,
    DRAWN,
    OUT,
    PROTOCOL,
    PUBLISHED,
    RECIPE,
    tables,
)
from myotrial.study.published import compare
from myotrial.study.reading_table import TABLE as READINGS
from myotrial.study.reading_table import readings, require_known
from myotrial.study.steps import Step, code_digest

__all__ = ["Contents", "code", "contents", "stages"]

PACKAGE = Path(__file__).parents[1]
ENGINES = (
    "highspy", "jinja2", "matplotlib", "narwhals", "numba", "numpy", "polars", "pydantic",
    "python-docx", "ruamel.yaml", "scipy", "typst",
)  # fmt: skip
EVENTS = "adverse_events"


def code() -> str:
    """Digest of this package and of the engines whose version may change a result."""
    versions = {name: metadata.version(name) for name in ENGINES}
    return code_digest(PACKAGE, {"python": sys.version.split()[0], **versions})


def stages(folder: Path) -> list[Step]:
    """The steps that the study in a folder needs, in order.

    Raises:
        MyotrialError: There is nothing to analyse.
    """
    return _Stages(folder).steps()


@dataclass(frozen=True)
class Contents:
    """What a study holds.

    Attributes:
        protocol: Its protocol.
        tables: Its captured tables by name; where none were captured, the reconstructed ones.
        datasets: The analysis datasets derived from them.
        place: The folder the tables stand in, below that of the study.
    """

    protocol: Any
    tables: dict[str, Any]
    datasets: dict[str, Any]
    place: str


def contents(folder: Path) -> Contents:
    """Read the tables of the study in a folder, and derive its datasets.

    Raises:
        MyotrialError: There is nothing to derive them from, or a reconstruction was not run yet.
        DocumentError: A file of the study breaks its form.
    """
    stages = _Stages(folder)
    stages.steps()  # says what is missing, if anything is
    out = folder / OUT
    place = stages.source.place
    if not (folder / place).is_dir():
        made = "drawn" if stages.source.drawn else "read from its server"
        raise MyotrialError(
            f"The tables of {folder} are {made} when it runs, and it has not run yet.\n"
            f"Hint: myotrial run {folder}"
        )
    derived = stages.derived(out)
    return Contents(stages.protocol, stages.tables(out), derived, place)


class _Stages:
    """The stages of one study; what several of them read is read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.published = (folder / PUBLISHED).exists()
        self.source = sources.source(folder)
        self._derived: dict[str, Any] = {}

    def steps(self) -> list[Step]:
        source = f"{self.source.place}/"
        found = (f"{OUT}/evidence.json",) if self.published else ()
        steps = [self._protocol()]
        if self.published:
            steps.append(self._evidence())
        if self.source.drawn:
            steps.append(self._reconstruction())
        if self.source.served:
            steps.append(self._reading())
        reads = (f"{OUT}/protocol.json", source)
        return [
            *steps,
            Step("datasets", "Deriving the datasets", reads, ("datasets/",), self.derive),
            Step("results", "Analysing", (PROTOCOL, PUBLISHED, RECIPE, *reads, *found),
                 ("results.json",), self.analyse),
            Step("report", "Writing the report", (f"{OUT}/results.json",),
                 ("report.html", "report.pdf", "report.docx", "tables.rtf", "figures/"), self.tell),
        ]  # fmt: skip

    def _protocol(self) -> Step:
        reads = (PROTOCOL, PUBLISHED, RECIPE)
        return Step("protocol", "Reading the protocol", reads, ("protocol.json",), self.read)

    def _evidence(self) -> Step:
        says = "Examining the published claims"
        return Step("evidence", says, (PUBLISHED,), ("evidence.json",), self.examine)

    def _reconstruction(self) -> Step:
        if not (self.published and (self.folder / RECIPE).exists()):
            raise MyotrialError(
                f"{self.folder} holds no captured tables ({DATA}/*.csv), and no {PUBLISHED} "
                f"with a {RECIPE} to draw them from.\n"
                f"Hint: enter rows in {self.folder / DATA}; `myotrial init` shows which tables."
            )
        reads = (f"{OUT}/protocol.json", PUBLISHED, RECIPE)
        return Step(DRAWN, "Drawing tables that fit the claims", reads, (f"{DRAWN}/",), self.draw)

    def _reading(self) -> Step:
        says, reads = "Reading the server's tables", (f"{OUT}/protocol.json",)
        if self.source.export:
            says, reads = "Reading the export", (*reads, self.source.export)
        return Step(CAPTURED, says, reads, (f"{CAPTURED}/",), self.serve, self.source.state)

    # What each stage does; `out` is the folder being filled.

    def read(self, out: Path) -> None:
        from myotrial import datasets

        datasets.check_protocol(self.protocol, file=str(self.folder / PROTOCOL))
        _write(out / "protocol.json", self.plan)
        if self.published:
            _ = self.paper
        if not self.source.served:
            _ = self.recipe if self.source.drawn else self.captured_tables

    def examine(self, out: Path) -> None:
        from myotrial import evidence

        _write(out / "evidence.json", evidence.examine(self.paper).as_record())

    def draw(self, out: Path) -> None:
        from myotrial import evidence, reconstruction

        self._consistent(_load(out / "evidence.json"))
        seed = self.protocol.study.seed
        worlds = evidence.draw(self.paper, seed)
        determined = evidence.determinacy(self.paper)
        tables = reconstruction.reconstruct(
            worlds, self.recipe, self.protocol, seed, determined=determined
        )
        drawn.write(tables, out / DRAWN)

    def serve(self, out: Path) -> None:
        sources.write(self.folder, self.protocol, out / CAPTURED)

    def derive(self, out: Path) -> None:
        from myotrial import datasets

        datasets.write(self.derived(out), out / "datasets")

    def analyse(self, out: Path) -> None:
        from myotrial import analysis

        derived = self.derived(out)
        results = analysis.run(self.plan, derived)
        published: list[dict[str, Any]] = []
        found = _load(out / "evidence.json") if self.published else None
        if found:
            published = compare(self.paper, found, [as_record(result) for result in results])
            results = [*results, *sensitivity.results(found)]
        listings = record.listings(derived, self.protocol)
        if self.source.drawn:
            listings["ATTRIBUTES"] = drawn.listing(out / DRAWN)
        whole = record.record(
            self.protocol,
            results=results,
            origin=record.origin_of(derived),
            listings=listings,
            evidence=found,
            published=published,
            files=self.inputs(out),
        )
        _write(out / "results.json", whole)

    def tell(self, out: Path) -> None:
        from myotrial import report

        report.write(_load(out / "results.json"), out)

    def _consistent(self, found: dict[str, Any]) -> None:
        if found["consistent"]:
            return
        clashes = "\n".join(f"  {group['explanation']}" for group in found["groups"])
        raise ClaimsConflictError(
            f"The claims of {self.folder / PUBLISHED} cannot all hold, so no tables can be drawn "
            f"from them:\n{clashes}\n"
            f"Hint: myotrial claims {self.folder / PUBLISHED} tells what could be withdrawn."
        )

    # What the stages read, once.

    @cached_property
    def protocol(self) -> Any:
        from myotrial import protocol

        return protocol.read(self.folder / PROTOCOL)

    @cached_property
    def plan(self) -> dict[str, Any]:
        return self.protocol.model_dump(mode="json")

    @cached_property
    def paper(self) -> Any:
        from myotrial import evidence

        return evidence.read(self.folder / PUBLISHED)

    @cached_property
    def recipe(self) -> Any:
        from myotrial import reconstruction

        return reconstruction.read_recipe(self.folder / RECIPE, self.protocol)

    def inputs(self, out: Path) -> list[dict[str, str]]:
        """The files the results rest on, each with its digest, and the server's trails as one."""
        captured = [f"{DATA}/{file.name}" for file in tables(self.folder)]
        recipe = [RECIPE] if self.source.drawn else []
        found = record.inputs(self.folder, [PROTOCOL, PUBLISHED, *recipe, *captured])
        if self.source.export:
            found += record.inputs(self.folder, [self.source.export])
        elif self.source.served:
            found.append({"file": "server", "sha256": sources.digest(out / CAPTURED)})
        return found

    @cached_property
    def captured_tables(self) -> dict[str, Any]:
        from myotrial import datasets

        return datasets.read_tables(self.folder / DATA, self.protocol)

    def tables(self, out: Path) -> dict[str, Any]:
        """The captured tables, those of the server, or those that were drawn."""
        if self.source.place == DATA:
            return self.captured_tables
        from myotrial import datasets

        return datasets.read_tables(out / Path(self.source.place).name, self.protocol)

    def derived(self, out: Path) -> dict[str, Any]:
        """The analysis datasets; derived once for all stages that need them."""
        if not self._derived:
            from myotrial import datasets

            self._derived = datasets.derive(self.protocol, self.tables(out))
            if (self.folder / DATA / READINGS).exists():
                require_known(
                    self.folder / DATA / READINGS, self.tables(out)["subjects"]["USUBJID"]
                )
                self._derived["ADRD"] = datasets.derive_readings(
                    self.protocol, readings(self.folder / DATA / READINGS)
                )
            kept = {file.stem for file in tables(self.folder)}
            if (
                self.source.place == DATA and EVENTS not in kept
            ):  # not recorded is not "none occurred"
                del self._derived["ADAE"]
        return self._derived


def _write(file: Path, data: Any) -> None:
    file.write_text(record.dumps(data), encoding="utf-8")


def _load(file: Path) -> Any:
    return json.loads(file.read_bytes())
