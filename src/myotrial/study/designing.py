"""Design the next trial from a study that was run: compare, recommend, report, write it down.

What is worked out stands in `design/` beside `out/`, kept by content like the steps of a run:
where study, tables, plan and code are the same, nothing is done again.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import myotrial
from myotrial.errors import MyotrialError
from myotrial.study import record
from myotrial.study.designed import Designed, Part
from myotrial.study.next_trial import write_next
from myotrial.study.pilot import Pilot
from myotrial.study.places import DESIGN, OUT, PARTS, PLAN, PROTOCOL
from myotrial.study.stages import code
from myotrial.study.steps import Step, Watch
from myotrial.study.steps import run as run_steps
from myotrial.terms import CAPTURED

__all__ = ["Say", "design", "part"]

Say = Callable[[str], None]
Device = Literal["cpu", "gpu", "auto"]
RECORD = "design.json"
SHARES = 8  # parts of a simulation where nobody says how many
ORIGIN = "The pilot is drawn: published counts hold in every draw, counts by visit in this one."


def design(
    folder: Path,
    *,
    to: Path | None = None,
    cluster: str | None = None,
    device: Device = "cpu",
    watch: Watch = lambda *_: None,
    say: Say = lambda _: None,
) -> Designed:
    """Design the trial that follows the study in a folder, whose `out/` is current.

    Args:
        folder: The study's folder.
        to: Folder to write the new study into; it must hold nothing.
        cluster: Address of a Dask scheduler that simulates; by default this machine does.
        device: What simulates: "cpu", "gpu", or "auto" for a GPU where there is one.
        watch: Told each step that starts, is computed or is reused.
        say: Told what is being worked out, and how long it may still take.

    Raises:
        DocumentError: design.yaml breaks its form, or contradicts itself or the study.
        OutputError: A folder cannot be written.
        MyotrialError: Nothing can be learnt from the study, or no patient simulated.
    """
    pilot = Pilot(folder)
    require_device(device)
    steps = _Steps(pilot, cluster, device, say).steps()
    done = run_steps(folder, steps, code=code(), watch=watch, out=DESIGN)
    out = folder / DESIGN
    found = json.loads((out / RECORD).read_bytes())
    if to is not None:
        say("Writing the new study")
        write_next(pilot, found, to)
    return Designed(folder, out, tuple(done), found, to)


class _Steps:
    """The steps of one design."""

    def __init__(self, pilot: Pilot, cluster: str | None, device: Device, say: Say) -> None:
        self.pilot, self.cluster, self.say = pilot, cluster, say
        self.device: Device = device

    def steps(self) -> list[Step]:
        reads = (PROTOCOL, PLAN, f"{OUT}/datasets/", f"{self.pilot.source}/")
        made = ("report.html", "report.pdf", "report.docx", "tables.rtf", "figures/")
        return [
            Step("design", "Comparing designs", reads, (RECORD,), self.compare),
            Step("report", "Writing the report", (f"{DESIGN}/{RECORD}",), made, self.tell),
        ]

    def compare(self, out: Path) -> None:
        from myotrial import design as room

        pilot = self.pilot
        whole = room.record(self.worked_out())
        origin = pilot.origin
        files = (PROTOCOL, PLAN, *(f"{OUT}/datasets/{name}.csv" for name in ("ADSL", "ADRS")))
        data = {
            "schema": room.SCHEMA,
            "myotrial": myotrial.__version__,
            "study": pilot.protocol.model_dump(mode="json"),
            "origin": origin,
            "origin_note": "" if origin == CAPTURED else ORIGIN,
            "seed": pilot.plan.simulation.seed,
            **whole,
            "inputs": record.inputs(pilot.folder, files),
        }
        (out / RECORD).write_text(record.dumps(data), encoding="utf-8")

    def tell(self, out: Path) -> None:
        from myotrial import report

        report.write(json.loads((out / RECORD).read_bytes()), out)

    def worked_out(self) -> Any:
        """Everything there is to tell of the plan."""
        from myotrial import design as room

        with _Remaining(self.say).counting(self.pilot.plan) as watch:
            return room.worked_out(
                self.pilot.protocol,
                self.pilot.plan,
                self.pilot.datasets,
                self.pilot.donors,
                watch=watch,
                simulate=self.simulate,
            )

    def simulate(self, scenario: Any) -> Any:
        """Simulate the trials of a scenario in parts; finished parts are kept and not redone."""
        from myotrial.design.simulation.shards import simulate_in

        given, folder = self.pilot.plan.simulation, self.pilot.folder / PARTS
        start = time.perf_counter()

        def progress(done: int, of: int) -> None:
            left = (time.perf_counter() - start) / done * (of - done)
            self.say(f"Simulating trials (part {done} of {of}, about {left:.0f} s left)")

        return simulate_in(
            folder, scenario, given.trials, given.seed, _parts(folder, given.trials),
            cluster=self.cluster, threads=os.cpu_count() or 1, progress=progress,
            device=self.device,
        )  # fmt: skip


def require_device(device: Device) -> None:
    """Refuse a GPU where none can be used, before anything is worked out."""
    if device == "cpu":
        return
    from myotrial.design.simulation.trials import chosen

    chosen(device)


def part(folder: Path, index: int, of: int, device: Device = "cpu") -> Part:
    """Simulate one part of the trials, for another machine to merge.

    Args:
        folder: The study's folder; its `out/` is current.
        index: Number of the part, from 1.
        of: How many parts there are.
        device: What simulates it, as in `design`.

    Raises:
        MyotrialError: There is no such part, or no size to simulate.
        OutputError: The part cannot be written.
    """
    from myotrial import design as room
    from myotrial.design.simulation.shards import place, save, shard

    require_device(device)
    pilot = Pilot(folder)
    made: list[Any] = []

    def keep(scenario: Any) -> Any:
        made.append(scenario)
        given = pilot.plan.simulation
        tallies = shard(scenario, given.trials, given.seed, index, of, device)
        save(tallies, place(folder / PARTS, scenario, given.trials, given.seed, index, of))
        return tallies

    found = room.worked_out(pilot.protocol, pilot.plan, pilot.datasets, pilot.donors, simulate=keep)
    if not made:
        raise MyotrialError(f"Nothing was simulated: {found.unsimulated}")
    kept = len(list((folder / PARTS).glob(f"{made[0].key}-*-of-{of}.npz")))
    return Part(folder, index, of, kept)


def _parts(folder: Path, trials: int) -> int:
    """In how many parts to simulate: as many as parts that are there say, else a few."""
    found = [int(file.stem.rpartition("-")[2]) for file in folder.glob("*-of-*.npz")]
    return max(found, default=min(SHARES, trials))


class _Remaining:
    """Tells how much of a known number of things is done, and how long the rest may take."""

    def __init__(self, say: Say) -> None:
        self.say = say

    @contextmanager
    def counting(self, plan: Any) -> Iterator[Callable[[str], None]]:
        """Give a function that is told what comes next."""
        parts = plan.candidates
        total = sum(len(getattr(parts, kind)) for kind in type(parts).model_fields) + 1
        start, done = time.perf_counter(), 0

        def told(name: str) -> None:
            nonlocal done
            left = (time.perf_counter() - start) / done * (total - done) if done else 0.0
            about = f", about {left:.0f} s left" if left >= 1 else ""
            self.say(f"Working out {name} ({done + 1} of {total}{about})")
            done += 1

        yield told
