"""The answer to a design: tables for a person, a record for a program."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from myotrial.study.places import PARTS
from myotrial.study.steps import Done

__all__ = ["Designed", "Part"]


@dataclass(frozen=True)
class Designed:
    """A designed trial.

    Attributes:
        folder: The study it follows.
        out: The folder of everything worked out.
        steps: What became of each step.
        found: The record of the design.
        next: The new study, where one was written.
    """

    folder: Path
    out: Path
    steps: tuple[Done, ...]
    found: Mapping[str, Any] = field(repr=False)
    next: Path | None = None
    code: int = 0

    def as_record(self) -> dict[str, Any]:
        """Where the output is, what is recommended, and every result, as plain data."""
        told = self.found["design"]
        return {
            "report": str(self.out / "report.html"),
            "design": str(self.out / "design.json"),
            "next": str(self.next) if self.next else None,
            "recommended": told["recommended"] or None,
            "reasons": told["reasons"],
            "others": dict(told["others"]),
            "unavailable": dict(told["unavailable"]),
            "results": self.found["results"],
            "steps": [asdict(step) for step in self.steps],
        }

    def __str__(self) -> str:
        parts = [self._pilot(), self._candidates(), self._sensitivity(), self._simulated(),
                 self._advice()]  # fmt: skip
        told = [list(part) for part in parts]
        lines = [line for part in told if part for line in (*part, "")]
        if self.next:
            lines.append(f"New study: {self.next}; next: myotrial run {self.next}")
        return "\n".join([*lines, f"Report: {self.out / 'report.html'}"])

    @property
    def _results(self) -> dict[str, Mapping[str, Any]]:
        return {item["id"]: item for item in self.found["results"]}

    def _value(self, *names: str, places: int = 0) -> str:
        """The value of the result whose id is made of these names, with its unit if a share."""
        found = self._results[".".join(names)]
        if found["value"] is None:
            return "–"
        return f"{found['value']:.{places}f}" + (" %" if found["unit"] == "%" else "")

    def _pilot(self) -> Iterator[str]:
        origin = self.found["origin"]
        told = f" ({origin} tables)" if origin != "captured" else ""
        asked = self.found["design"]
        by = "" if asked["same_definition"] else (
            f", by {asked['pilot_by']}: it was not analysed by the endpoint's definition"
        )  # fmt: skip
        yield f"What the pilot says{told}{by}"
        against = asked["against"]
        head = [
            "",
            "responders",
            "95 % interval",
            *(item["short"].replace(", ", " ") for item in against),
        ]
        rows = []
        for key, item in self._results.items():
            if key.startswith("pilot.") and key.endswith(".rate") and not item["groups"]:
                stem = key.removesuffix(".rate")
                ends = item["interval"]
                above = [self._value(stem, "above", other["key"]) for other in against]
                counted = f"{item['numerator']}/{item['n']} ({item['value']:.0f} %)"
                span = f"{ends['low']:.0f} to {ends['high']:.0f} %"
                rows.append([item["label"].removeprefix("Responders "), counted, span, *above])
        yield from _table(head, rows)
        yield "  Last columns: probability that the pilot's rate is above that trial's placebo arm."

    def _candidates(self) -> Iterator[str]:
        told = self.found["design"]
        scenarios = told["plan"]["scenarios"]
        aim = told["expected"]
        power = [f"power {item['id']}" for item in scenarios]
        yield f"Designs for: {told['endpoint']}"
        head = ["", "enrol", *power, "type I", "mean", "months", "early", "assurance", "tier"]
        rows = []
        for item in told["candidates"]:
            stem = f"design.{item['id']}"
            mark = "* " if item["id"] == told["recommended"] else "  "
            rows.append(
                [
                    f"{mark}{item['label']}",
                    self._value(stem, "n"),
                    *(self._value(stem, case["id"], "power", places=1) for case in scenarios),
                    self._value(stem, "size", places=2),
                    self._value(stem, aim, "entered"),
                    self._value(stem, aim, "months"),
                    self._value(stem, aim, "early"),
                    self._value(stem, "assurance"),
                    str(item["tier"]),
                ]
            )
        yield from _table(head, rows)
        for case in told["scenarios"]:
            yield f"  {case['id']}: {case['values']}. {case['label']}."
        tiers = {item["tier"]: item["tier_name"] for item in told["candidates"]}
        yield f"  Tiers: {', '.join(f'{number} {name}' for number, name in sorted(tiers.items()))}."
        yield from (f"  {name} cannot be had: {why}" for name, why in told["unavailable"])

    def _sensitivity(self) -> Iterator[str]:
        varied = self.found["design"]["variations"]
        if not varied:
            return
        yield "What dropout and estimand do to the recommended design"
        names = ("control", "treatment", "power")
        rows = [
            [
                item["label"],
                *(self._value("sensitivity", item["id"], key, places=1) for key in names),
            ]
            for item in varied
        ]
        yield from _table(["", *names], rows)

    def _simulated(self) -> Iterator[str]:
        told = self.found["design"]
        if told["unsimulated"]:
            yield f"Not simulated: {told['unsimulated']}"
        if not told["simulated"]:
            return
        yield "The same size on simulated trajectories (tier 3), by endpoint"
        names = ("control", "treatment", "power")
        rows = [
            [item["label"], *(self._value("simulated", item["id"], key, places=1) for key in names)]
            for item in told["simulated"]
        ]
        yield from _table(["", *names], rows)

    def _advice(self) -> Iterator[str]:
        told = self.found["design"]
        labels = {item["id"]: item["label"] for item in told["candidates"]}
        yield f"Recommended: {labels.get(told['recommended'], 'none')}"
        yield from (f"  {reason}" for reason in told["reasons"])
        if told["others"]:
            yield "Why not the others"
        yield from (f"  {labels[name]}: {why}" for name, why in told["others"])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of a table: the first column to the left, the others to the right."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    for row in (head, *rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield f"  {'  '.join(cells)}".rstrip()


@dataclass(frozen=True)
class Part:
    """One part of a simulation, kept for the others.

    Attributes:
        folder: The study's folder.
        index: Number of the part.
        of: How many parts there are.
        kept: How many of them are there.
    """

    folder: Path
    index: int
    of: int
    kept: int
    code: int = 0

    def as_record(self) -> dict[str, Any]:
        """The part as plain data."""
        return {"folder": str(self.folder), "part": self.index, "of": self.of, "kept": self.kept}

    def __str__(self) -> str:
        told = f"Part {self.index} of {self.of} is kept in {self.folder / PARTS}; "
        if self.kept < self.of:
            return f"{told}{self.of - self.kept} to go."
        return f"{told}all are there: myotrial design {self.folder} merges them."
