"""The core set measures of each scored row, at baseline and here, with the enzyme that counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from myotrial.instruments import enzymes
from myotrial.names import ENZYMES
from myotrial.response import tis_2016
from myotrial.response.core_set import CoreSet
from myotrial.scoring import core_sets
from myotrial.scoring.core_sets import Used
from myotrial.scoring.measures import Measure

__all__ = ["Pairs", "Values"]


class Enzyme(NamedTuple):
    """The enzyme of each row: at baseline, here (by the limit at baseline), its range, which."""

    before: np.ndarray
    after: np.ndarray
    extent: np.ndarray
    which: np.ndarray | None


@dataclass
class Values:
    """Values of scored rows.

    Attributes:
        before: Of each measure at baseline, in its unit.
        after: Here.
        upper_before: Upper limit of each enzyme at baseline.
        upper_after: Here.
        rows: How many.
    """

    before: Mapping[str, np.ndarray]
    after: Mapping[str, np.ndarray]
    upper_before: Mapping[str, np.ndarray]
    upper_after: Mapping[str, np.ndarray]
    rows: int


class Pairs:
    """The six measures at baseline and here, made once for all criteria that use the same."""

    def __init__(self, values: Values, held: Mapping[str, Measure], chq_phs: float) -> None:
        self.values, self.held, self.chq_phs = values, held, chq_phs
        self._none = np.full(values.rows, np.nan)
        self._enzymes: dict[tuple[str, ...], Enzyme] = {}

    def of(self, taken: Used) -> tuple[CoreSet, CoreSet]:
        """Values at baseline and here, for each place."""
        pairs = [
            (self.values.before[name], self.values.after[name])
            if name
            else (self._none, self._none)
            for name in taken.names
        ]
        before, after = CoreSet(*(one for one, _ in pairs)), CoreSet(*(two for _, two in pairs))
        if not taken.enzymes:
            return before, after
        enzyme = self.enzyme(taken.enzymes)
        return before._replace(enzyme=enzyme.before), after._replace(enzyme=enzyme.after)

    def extents(self, taken: Used) -> CoreSet:
        """The range of each measure, in its unit."""
        found = core_sets.extents(taken, self.held, self.chq_phs)
        return found._replace(enzyme=self.enzyme(taken.enzymes).extent) if taken.enzymes else found

    def rise(self, name: str) -> np.ndarray:
        """How much a global activity rose since baseline, in cm; NaN where it is not on a line."""
        if not name or not self.held[name].is_vas:
            return self._none
        before, after = self.values.before[name], self.values.after[name]
        percent = tis_2016.percent_of_range(before, after, 1.0, self.held[name].extent)
        return percent * tis_2016.VAS / 100.0

    def enzyme(self, names: tuple[str, ...]) -> Enzyme:
        """The enzyme that was most abnormal at baseline, at both visits."""
        if names not in self._enzymes:
            each = [self._one(name) for name in names]
            self._enzymes[names] = each[0] if len(each) == 1 else self._chosen(names, each)
        return self._enzymes[names]

    def _one(self, name: str) -> Enzyme:
        """One enzyme at both visits.

        Where the limit here differs from that at baseline, the value here is put on the scale of
        the latter, which is what multiples of the limit do; else values stay as measured.
        """
        values = self.values
        upper, later = values.upper_before[name], values.upper_after[name]
        after = values.after[name]
        differ = (upper != later) & (upper > 0) & (later > 0)
        if differ.any():
            after = np.where(differ, after / later * upper, after)
        extent = tis_2016.ENZYME_MULTIPLES[ENZYMES[name]] * upper
        return Enzyme(values.before[name], after, extent, None)

    def _chosen(self, names: tuple[str, ...], each: list[Enzyme]) -> Enzyme:
        multiples = [
            one.before / self.values.upper_before[name]
            for name, one in zip(names, each, strict=True)
        ]
        which = enzymes.most_abnormal(multiples)
        return Enzyme(
            enzymes.chosen([one.before for one in each], which),
            enzymes.chosen([one.after for one in each], which),
            enzymes.chosen([one.extent for one in each], which),
            which,
        )
