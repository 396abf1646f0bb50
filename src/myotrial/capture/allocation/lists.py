"""A list of allocations as data: drawn here, or read from the folder that a design wrote.

Blocks        each slot of a stratum has a kit; each kit an arm.
Minimisation  no slots: an arm follows from who is there, and the next kit of that arm is given.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial.errors import MyotrialError
from myotrial.protocol.models import Protocol
from myotrial.randomisation.blocks import strata
from myotrial.randomisation.concealment import Concealed, conceal
from myotrial.randomisation.sealed import Sealed, fresh

__all__ = ["AllocationList", "Slot", "drawn", "from_folder", "stratum_key"]

CHANCE = 0.8  # of the better arm in minimisation, where nothing else is said
FIRST_KIT, KITS = 100_000, 900_000
SPARE = 2  # kits of each arm for minimisation, as a multiple of the patients planned


@dataclass(frozen=True)
class Slot:
    """One allocation of a stratum: its place in order and its kit."""

    stratum: str
    number: int
    kit: str


@dataclass(frozen=True)
class AllocationList:
    """A list.

    Attributes:
        method: "permuted_blocks" or "minimisation".
        by: Attributes that it is stratified or balanced by.
        slots: Allocations in order; none in minimisation.
        arms: Arm of each kit.
        order: Kits of each arm in the order of use, in minimisation.
        ratio: Patients of each arm in the planned ratio, in minimisation.
        seed: The seed; of a list that was read, None where it is not with it.
        probability: Chance of the better arm in minimisation.
    """

    method: str
    by: tuple[str, ...]
    slots: tuple[Slot, ...]
    arms: Mapping[str, str]
    order: Mapping[str, tuple[str, ...]]
    ratio: Mapping[str, int]
    seed: int | None
    probability: float = CHANCE

    @property
    def length(self) -> int:
        """Patients that it suffices for at most."""
        return len(self.slots) or len(self.arms)

    def head(self) -> dict[str, Any]:
        """What belongs to no single slot or kit, as plain data."""
        return {
            "method": self.method,
            "by": list(self.by),
            "order": {arm: list(kits) for arm, kits in self.order.items()},
            "ratio": dict(self.ratio),
            "seed": None if self.seed is None else str(self.seed),
            "probability": self.probability,
        }

    def content(self) -> list[Any]:
        """All it says, as plain data in one order; its digest is taken over this."""
        slots = sorted((slot.stratum, slot.number, slot.kit) for slot in self.slots)
        return [self.head(), [list(slot) for slot in slots], sorted(self.arms.items())]


def stratum_key(values: Mapping[str, str], by: Sequence[str]) -> str:
    """A stratum's name in the tables.

    >>> stratum_key({"DIAG": "PM", "SEX": "F"}, ["DIAG", "SEX"])
    '["PM","F"]'
    """
    return json.dumps([values[name] for name in by], separators=(",", ":"), ensure_ascii=True)


def drawn(protocol: Protocol, *, patients: int = 0, seed: int | None = None) -> AllocationList:
    """Draw a list for a protocol.

    Args:
        protocol: A protocol with a randomisation.
        patients: Patients each stratum must suffice for; 0 for all that are planned.
        seed: For an audit of a list drawn before; without it a fresh one is drawn.

    Raises:
        MyotrialError: The protocol does not randomise, or stratifies by what has no fixed values.
    """
    given = protocol.randomisation
    if given is None:
        raise MyotrialError(
            "this protocol does not randomise: there is no list to draw.\n"
            "Hint: study.yaml says how under `randomisation`."
        )
    seed = fresh() if seed is None else seed
    planned = patients or sum(arm.planned for arm in protocol.arms)
    ratio = {arm.id: given.ratio.get(arm.id, 1) for arm in protocol.arms}
    by = tuple(given.by)
    if given.method == "minimisation":
        order = _kits_of_arms(seed, ratio, planned)
        return _minimised(by, order, ratio, seed, CHANCE)
    found = [dict(zip(by, one, strict=True)) for one in strata(_values(protocol, by))]
    listed = conceal([(one, 1.0) for one in found], list(ratio), list(ratio.values()), planned,
                     seed=seed)  # fmt: skip
    return _blocks(by, listed)


def from_folder(folder: Path, protocol: Protocol) -> AllocationList:
    """The list that a design wrote: allocation.csv and kits.csv, or minimisation.yaml.

    Raises:
        MyotrialError: A file is not there, or does not fit the protocol or the other file.
    """
    given = protocol.randomisation
    if given is None:
        raise MyotrialError("this protocol does not randomise: a list has no use.")
    ratio = {arm.id: given.ratio.get(arm.id, 1) for arm in protocol.arms}
    if given.method == "minimisation":
        said = _yaml(folder / "minimisation.yaml")
        planned = sum(arm.planned for arm in protocol.arms)
        order = _kits_of_arms(int(said["seed"]), ratio, planned)
        by = tuple(said["by"])
        return _minimised(by, order, ratio, int(said["seed"]), float(said["probability"]))
    allocation, kits = _rows(folder / "allocation.csv"), _rows(folder / "kits.csv")
    _require_fitting(allocation, kits, protocol, folder)
    seed = folder / "seed.txt"
    known = int(seed.read_text()) if seed.exists() else 0
    listed = Concealed(tuple(allocation), tuple(kits), known)
    return _blocks(tuple(given.by), listed)


def _blocks(by: tuple[str, ...], listed: Concealed) -> AllocationList:
    slots = tuple(
        Slot(stratum_key({name: str(row[name]) for name in by}, by), int(row["NUMBER"]),
             str(row["KIT"]))
        for row in listed.allocation
    )  # fmt: skip
    arms = {str(row["KIT"]): str(row["ARM"]) for row in listed.kits}
    return AllocationList("permuted_blocks", by, slots, arms, {}, {}, listed.seed or None)


def _minimised(
    by: tuple[str, ...],
    order: Mapping[str, tuple[str, ...]],
    ratio: Mapping[str, int],
    seed: int,
    probability: float,
) -> AllocationList:
    arms = {kit: arm for arm, kits in order.items() for kit in kits}
    return AllocationList("minimisation", by, (), arms, order, ratio, seed, probability)


def _kits_of_arms(seed: int, ratio: Mapping[str, int], planned: int) -> dict[str, tuple[str, ...]]:
    """Kits of each arm in the order of use; numbers say nothing of arm or order."""
    total, each = sum(ratio.values()), {}
    wanted = {arm: SPARE * -(-planned * part // total) + 1 for arm, part in ratio.items()}
    numbers = iter(Sealed(seed, "kits").sample(KITS, sum(wanted.values())))
    for arm, n in wanted.items():
        each[arm] = tuple(str(FIRST_KIT + next(numbers)) for _ in range(n))
    return each


def _values(protocol: Protocol, by: Sequence[str]) -> list[tuple[str, ...]]:
    found = []
    for name in by:
        values = protocol.subject[name].values if name in protocol.subject else None
        if not values:
            raise MyotrialError(
                f"allocation cannot be stratified by {name}: it has no fixed values.\n"
                "Hint: give the attribute `values` in study.yaml."
            )
        found.append(tuple(values))
    return found


def _require_fitting(
    allocation: Sequence[Mapping[str, Any]],
    kits: Sequence[Mapping[str, Any]],
    protocol: Protocol,
    folder: Path,
) -> None:
    by = tuple(protocol.randomisation.by) if protocol.randomisation else ()
    lacking = [
        f"{file}: {name}"
        for file, rows, names in (
            ("allocation.csv", allocation, (*by, "NUMBER", "KIT")),
            ("kits.csv", kits, ("KIT", "ARM")),
        )
        for name in names
        if not rows or name not in rows[0]
    ]
    if lacking:
        raise MyotrialError(f"the list in {folder.name}/ lacks columns: {', '.join(lacking)}.")
    listed, packed = [row["KIT"] for row in allocation], [row["KIT"] for row in kits]
    strange = {row["ARM"] for row in kits} - {arm.id for arm in protocol.arms}
    if len(set(listed)) != len(listed) or sorted(listed) != sorted(packed):
        raise MyotrialError("allocation.csv and kits.csv must name the same kits, each once.")
    if strange:
        raise MyotrialError("kits.csv names arms that the protocol does not have.")
    places = [(*(row[name] for name in by), int(row["NUMBER"])) for row in allocation]
    if len(set(places)) != len(places):
        raise MyotrialError("allocation.csv gives one number of a stratum twice.")


def _rows(file: Path) -> list[dict[str, str | int]]:
    try:
        with file.open(newline="", encoding="utf-8") as opened:
            return [dict(row) for row in csv.DictReader(opened)]
    except OSError:
        raise _not_there(file) from None


def _yaml(file: Path) -> Mapping[str, Any]:
    import yaml

    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError:
        raise _not_there(file) from None


def _not_there(file: Path) -> MyotrialError:
    return MyotrialError(
        f"{file.name} cannot be read in {file.parent.name}/.\n"
        "Hint: `myotrial design --to` writes it there; give the folder that holds it."
    )
