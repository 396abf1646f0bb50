"""Which criteria there are, and which measures stand for the six of the core set in each.

Of the alternatives for one place the first that a column holds is used, for every row; where
several enzymes are held, the one that is most abnormal at the subject's baseline.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from myotrial.documents import nearest
from myotrial.errors import MyotrialError
from myotrial.names import ENZYMES
from myotrial.response import printo, tis_2016
from myotrial.response.core_set import BETTER, BETTER_CMAS, CoreSet
from myotrial.scoring.measures import Measure

__all__ = ["CRITERIA", "TASKS", "USUAL", "Criterion", "Used", "check_criteria", "used"]

VAS_ONLY = ("PHGA", "PTGA", "EXTRAM")
PLACES = CoreSet(*CoreSet._fields)
TASKS = ("FI2SF", "FI2SA", "FI2NF", "FI2HF", "FI2ST", "FI2HL", "FI2TL")
ENZYME = tuple(ENZYMES)
STRENGTH = ("MMT8", "MMT26")
ADULT: CoreSet = CoreSet(
    ("PHGA",), ("PTGA",), STRENGTH, ("HAQDI", "CHAQ", "CMAS"), ENZYME, ("EXTRAM", "MYOACT", "MITAX")
)
PAEDIATRIC = ADULT._replace(function=("CHAQ", "CMAS"))
PRINTO: CoreSet = CoreSet(("PHGA",), ("PTGA",), ("CMAS",), ("CHAQ",), ("CHQPHS",), ("DAS",))
TIS_ADULT = ADULT._replace(function=("HAQDI",), extramuscular=("EXTRAM",))
TIS_JUVENILE = TIS_ADULT._replace(strength=(*STRENGTH, "CMAS"), function=("CHAQ", "HAQDI"))
NO_CORE: CoreSet = CoreSet(*[()] * 6)


@dataclass(frozen=True)
class Criterion:
    """A criterion that `score` knows.

    Attributes:
        says: What it is, in words.
        adds: The kind of columns it adds; of criteria that add the same, one can be asked for.
        places: Which measures can stand in each place of the core set.
        needs: Measures that it asks for instead.
        scale_only: Whether global activity counts only when measured on a line of 10 cm.
    """

    says: str
    adds: str
    places: CoreSet = NO_CORE
    needs: tuple[str, ...] = ()
    scale_only: bool = False
    thresholds: tis_2016.Thresholds | None = None


CRITERIA: Mapping[str, Criterion] = MappingProxyType(
    {
        "doi": Criterion("IMACS definition of improvement (2004)", "doi", ADULT),
        "doi_paediatric": Criterion(
            "the same with the paediatric core set (CHAQ or CMAS)", "doi", PAEDIATRIC
        ),
        "printo": Criterion("PRINTO definition of improvement", "printo", PRINTO),
        "fi20": Criterion("functional index improved by 20 %", "fi20", needs=("FI",)),
        "fi2": Criterion("tasks of the FI-2 improved by 20 %", "fi2", needs=TASKS),
        "tis_adult": Criterion(
            "Total Improvement Score (2016), adult", "tis", TIS_ADULT, (), True, tis_2016.ADULT
        ),
        "tis_juvenile": Criterion(
            "Total Improvement Score, juvenile, IMACS core set", "tis", TIS_JUVENILE, (), True,
            tis_2016.JUVENILE,
        ),
        "tis_juvenile_printo": Criterion(
            "Total Improvement Score, juvenile, PRINTO core set", "tis", PRINTO, (), True,
            tis_2016.JUVENILE,
        ),
        "worsening": Criterion("IMACS worsening (2005)", "worsening", ADULT),
        "worsening_core_set": Criterion("3 of 6 measures worse by 30 %", "worsening30", ADULT),
        "deterioration": Criterion(
            "ProDERM deterioration, confirmed at two visits in a row", "deterioration", ADULT
        ),
    }
)  # fmt: skip
USUAL = ("doi", "fi20", "tis_adult")


@dataclass(frozen=True)
class Used:
    """The measures of a table that a criterion uses.

    Attributes:
        names: For each place the measure, "" where none is held; of the enzyme, the first.
        enzymes: The enzymes among which the most abnormal is sought; none in the PRINTO core set.
        better: The direction of each place.
    """

    names: CoreSet
    enzymes: tuple[str, ...]
    better: CoreSet

    @property
    def some(self) -> bool:
        """Whether any measure is used."""
        return any(self.names)


def check_criteria(wanted: Sequence[str]) -> None:
    """Refuse criteria that are not known, none, or two that would add the same columns.

    Raises:
        MyotrialError: Names them.
    """
    for name in wanted:
        if name not in CRITERIA:
            raise MyotrialError(
                f"there is no criterion {name!r} here.\nHint: {nearest(name, CRITERIA)}"
            )
    added = [CRITERIA[name].adds for name in wanted]
    if not added or len({*added}) < len(added):
        raise MyotrialError(
            "criteria names at least one, each once, and only one of those that add the same "
            "columns (doi and doi_paediatric; the three that begin with tis)."
        )


def used(criterion: Criterion, held: Mapping[str, Measure]) -> Used:
    """The measures that stand in each place."""
    chosen = CoreSet(*(_first(names, held, criterion.scale_only) for names in criterion.places))
    enzymes = tuple(name for name in criterion.places.enzyme if name in held and name in ENZYMES)
    better = BETTER_CMAS if chosen.function == "CMAS" else BETTER
    if "CHQPHS" in criterion.places.enzyme:
        better = printo.BETTER
    return Used(chosen, enzymes, better)


def notes(name: str, taken: Used, held: Mapping[str, Measure]) -> list[str]:
    """What a reader must know about the choice of measures."""
    criterion, told = CRITERIA[name], []
    for place, names, chosen in zip(PLACES, criterion.places, taken.names, strict=True):
        if place == "enzyme":
            continue
        there = [item for item in names if item in held]
        if len(there) > 1:
            told.append(f"{chosen} is used as {place} in {name}, not {' or '.join(there[1:])}")
    if criterion.scale_only:
        likert = [item for item in VAS_ONLY if item in held and not held[item].is_vas]
        told += [f"{item} is not the 10-cm scale that {name} asks for: missing there"
                 for item in likert]  # fmt: skip
        other = [item for item in ("MYOACT", "MITAX") if item in held]
        if (
            criterion.places.extramuscular == ("EXTRAM",)
            and not taken.names.extramuscular
            and other
        ):
            told.append(
                f"{' and '.join(other)} is not the VAS that TIS asks for, which counts as missing "
                "there"
            )
    if name == "tis_juvenile" and taken.names.function == "HAQDI":
        told.append("HAQDI is used where the juvenile core set has the CHAQ")
    if len(taken.enzymes) > 1:
        told.append(
            f"the enzyme in {name} is the most abnormal at baseline of {', '.join(taken.enzymes)}"
        )
    return told


def extents(taken: Used, held: Mapping[str, Measure], chq_phs: float) -> CoreSet:
    """The range of each measure but the enzyme, in its unit; 1 where none is held."""
    found: CoreSet = CoreSet(*(held[name].extent if name else 1.0 for name in taken.names))
    return found._replace(enzyme=chq_phs) if taken.names.enzyme == "CHQPHS" else found


def minima(taken: Used, held: Mapping[str, Measure]) -> CoreSet:
    """What counts as worse from a baseline of zero, for each measure."""
    return CoreSet(*(held[name].from_zero if name else np.inf for name in taken.names))


def _first(names: Sequence[str], held: Collection[str], scale_only: bool) -> str:
    there = [name for name in names if name in held]
    if scale_only and isinstance(held, Mapping):
        there = [name for name in there if name not in VAS_ONLY or held[name].is_vas]
    return there[0] if there else ""
