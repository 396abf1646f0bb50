"""Write the next trial as a study of its own: protocol, plan, concealed list, simulated data.

The folder is made beside its place and named last, so that it is whole or not there. Blinded
people read study.yaml and data/; `concealed/` can be opened by its owner only.
"""

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from myotrial.errors import MyotrialError
from myotrial.study.output import replacing
from myotrial.study.pilot import Pilot
from myotrial.study.places import CONCEALED, DATA, PROTOCOL
from myotrial.study.start import SCHEMA

__all__ = ["write_next"]

OWNER, OWNERS = 0o600, 0o700
TWO_ARMS = (
    "fixed", "group_sequential", "stratified", "reestimation", "bayesian", "placebo_switch",
)  # fmt: skip


def write_next(pilot: Pilot, found: Mapping[str, Any], to: Path) -> None:
    """Write the recommended trial.

    Args:
        pilot: The study it follows.
        found: The record of the design.
        to: Folder to make; it holds nothing yet.

    Raises:
        MyotrialError: No design is recommended, or it is none of two parallel arms.
        OutputError: The folder cannot be written.
    """
    candidate = _recommended(found)
    with replacing(to) as fresh:
        _Next(pilot, candidate, fresh).write()


def _recommended(found: Mapping[str, Any]) -> Mapping[str, Any]:
    name = found["design"]["recommended"]
    chosen = [item for item in found["design"]["candidates"] if item["id"] == name]
    if not chosen or chosen[0]["kind"] not in TWO_ARMS:
        reasons = " ".join(found["design"]["reasons"])
        raise MyotrialError(
            f"No trial can be written: {reasons}\n"
            f"Hint: add a candidate of {', '.join(TWO_ARMS)} that reaches the power, or lower the "
            "power wanted, in design.yaml."
        )
    return chosen[0]


class _Next:
    """One new study."""

    def __init__(self, pilot: Pilot, candidate: Mapping[str, Any], folder: Path) -> None:
        from myotrial import design
        from myotrial.design.protocols import prose

        self.pilot, self.plan, self.folder = pilot, pilot.plan, folder
        self.candidate, self.prose = candidate, prose
        told = prose.words(candidate)
        self.rehearsal, self.body = design.rehearsal(
            pilot.protocol, self.plan, pilot.donors, tuple(candidate["sizes"]), told, candidate
        )
        self.protocol = self.rehearsal.protocol

    def write(self) -> None:
        """Write every file, and read back what a run would read."""
        from myotrial import datasets, protocol

        top = "".join(
            f"# {line}".rstrip() + "\n"
            for line in self.prose.head(self.pilot.protocol, self.candidate).splitlines()
        )
        self._text(PROTOCOL, top + self.body)
        schema = json.dumps(protocol.json_schema(), indent=1, ensure_ascii=False)
        self._text(SCHEMA, f"{schema}\n")
        plan = self.prose.analysis_plan(self.protocol, self.plan, self.candidate)
        self._text("analysis-plan.md", plan)
        minimised = self.plan.randomisation.method == "minimisation"
        scenario = self.rehearsal.scenario.label
        self._text("README.md", self.prose.guide(self.protocol, scenario, minimised))
        self._text(".gitignore", f"{CONCEALED}/\nout/\n")
        for name, rows in self.rehearsal.trial(self.plan.simulation.seed).items():
            datasets.write_table(rows, self.folder / DATA / f"{name}.csv")
        self._conceal(minimised)
        read = protocol.read(self.folder / PROTOCOL)
        datasets.check_protocol(read, file=PROTOCOL)
        datasets.read_tables(self.folder / DATA, read)

    def _text(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def _conceal(self, minimised: bool) -> None:
        (self.folder / CONCEALED).mkdir(mode=OWNERS)
        if minimised:
            self._secret("minimisation.yaml", self._minimisation())
            return
        from myotrial.randomisation.concealment import conceal

        given = self.protocol.randomisation
        arms = [arm.id for arm in self.protocol.arms]
        ratio = [given.ratio[arm] if given else 1 for arm in arms]
        listed = conceal(self._strata(), arms, ratio, sum(self.candidate["sizes"]))
        self._secret("allocation.csv", _csv(listed.allocation))
        self._secret("kits.csv", _csv(listed.kits))
        self._secret("seed.txt", f"{listed.seed}\n")

    def _minimisation(self) -> str:
        import secrets

        chance = self.plan.randomisation.probability
        by = ", ".join(self.plan.randomisation.by)
        return f"seed: {secrets.randbits(128)}\nprobability: {chance:g}\nby: [{by}]\n"

    def _strata(self) -> list[tuple[dict[str, str], float]]:
        """Every stratum with the share of the patients expected in it."""
        from myotrial.randomisation.blocks import strata

        by = list(self.plan.randomisation.by)
        shares = {item.value: item.share for item in self.plan.strata}
        values = [
            [
                value
                for value in self.protocol.subject[name].values or ()
                if name != "DIAG" or value in shares
            ]
            for name in by
        ]
        found = []
        for stratum in strata(values):
            named = dict(zip(by, stratum, strict=True))
            others = [len(each) for name, each in zip(by, values, strict=True) if name != "DIAG"]
            share = shares.get(named.get("DIAG", ""), 1.0)
            for number in others:
                share /= number
            found.append((named, share))
        return found

    def _secret(self, name: str, text: str) -> None:
        """A file that its owner alone can read, from its first byte on."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        handle = os.open(self.folder / CONCEALED / name, flags, OWNER)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
