"""The pilot as the design reads it: its protocol, plan, captured tables and analysis datasets."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from myotrial.errors import MyotrialError
from myotrial.study import sources
from myotrial.study.places import OUT, PLAN, PROTOCOL

__all__ = ["Pilot"]

Rows = list[dict[str, Any]]
READ = ("ADSL", "ADRS")


@dataclass(frozen=True)
class Pilot:
    """A study that was run.

    Attributes:
        folder: The study's folder; its `out/` is current.
    """

    folder: Path

    @property
    def source(self) -> str:
        """The folder of captured tables, or of those drawn in their place."""
        return sources.source(self.folder).place

    @cached_property
    def protocol(self) -> Any:
        """Its protocol."""
        from myotrial import protocol

        read = protocol.read(self.folder / PROTOCOL)
        several = read.core_set.enzyme
        if len(several) > 1:
            raise MyotrialError(
                f"core_set in {self.folder / PROTOCOL} names the enzymes {', '.join(several)}; the "
                "patients of a simulated trial have one.\n"
                "Hint: design from a copy of the study whose core_set names a single enzyme."
            )
        return read

    @cached_property
    def plan(self) -> Any:
        """The plan of the next trial, with what it leaves out filled in."""
        from myotrial.design.pilot.counts import shares
        from myotrial.design.planning.defaults import complete
        from myotrial.design.planning.reading import parse_plan, read_plan

        file = self.folder / PLAN
        stated = read_plan(file, self.protocol) if file.exists() else parse_plan("", self.protocol)
        return complete(stated, self.protocol, shares(self.protocol, self.datasets))

    @cached_property
    def captured(self) -> dict[str, Rows]:
        """Rows of its captured tables."""
        from myotrial import datasets

        frames = datasets.read_tables(self.folder / self.source, self.protocol)
        return {name: frame.to_dicts() for name, frame in frames.items()}

    @cached_property
    def datasets(self) -> dict[str, Rows]:
        """Rows of the analysis datasets that the design reads."""
        import polars as pl  # only here

        place = self.folder / OUT / "datasets"
        return {
            name: pl.read_csv(place / f"{name}.csv", infer_schema_length=None).to_dicts()
            for name in READ
        }

    @cached_property
    def donors(self) -> Any:
        """Its patients as donors of simulated ones."""
        from myotrial.design.protocols.donors import donors

        given = self.captured
        return donors(
            self.protocol, given["subjects"], given["visits"], given["concomitant"],
            given.get("biopsies", ()),
        )  # fmt: skip

    @property
    def origin(self) -> str:
        """Where its rows come from."""
        from myotrial.terms import CAPTURED, ORIGINS

        found = {row["ORIGIN"] for rows in self.datasets.values() for row in rows}
        return next((kind for kind in ORIGINS if kind != CAPTURED and kind in found), CAPTURED)
