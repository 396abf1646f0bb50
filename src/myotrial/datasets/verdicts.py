"""ADRS: the verdict of each definition at each visit after baseline, with its bounds.

DOI      the IMACS definition of improvement (2004).
WORSE    the protocol's rule of worsening.
FI20     the functional index improved by 20 % of baseline.
STATUS   improved (1), unchanged (0) or worse (-1); improved comes first.
TIS, PRINTO, DETER …  where an endpoint asks for them: see `endpoints`. Bounds are whole numbers
         (0 or 1; -1 to 1 of STATUS) except of TIS, where they are points.

Every scheduled visit after baseline has its rows, held or not; an unscheduled visit has them where
it took place. A visit at which the protocol does not ask for all the measures of a definition has
its rows only where enough were assessed anyway to meet it.
NORMFL marks a verdict that would change if an enzyme that stays within normal limits counted as
unchanged; OFMAXFL one of the functional index that would change if 20 % meant 20 % of the scale's
maximum.
"""

from collections.abc import Callable, Iterable

import numpy as np
import polars as pl

from myotrial.datasets import definitions, endpoints, timeline
from myotrial.datasets.endpoints import Parameter, Verdict, rise, truth
from myotrial.datasets.grid import (
    along,
    along_core_set,
    at_baseline,
    changes,
    grid,
    of_enzyme,
    upper_limit,
)
from myotrial.datasets.provenance import finish
from myotrial.protocol.models import Assessment, Protocol
from myotrial.response import core_set, functional_index, imacs_2004, worsening
from myotrial.response.core_set import CoreSet

__all__ = ["COLUMNS", "derive", "functional_index_of"]

COLUMNS = (
    "PARAMCD", "PARAM", "AVISIT", "AVISITN", "VISITID", "ADY", "AVAL", "AVALC", "AVALLO", "AVALHI",
    "NIMPR", "NWORSE", "NASSESSED", "NORMFL", "OFMAXFL", "DIAG",
)  # fmt: skip
RULES = {
    "DOI": "myotrial.response.imacs_2004.bounds",
    "WORSE": "myotrial.response.worsening.core_set_bounds",
    "FI20": "myotrial.response.functional_index.bounds",
    "STATUS": "myotrial.response.worsening.status",
}
VALUES = np.array([0.0, 1.0, -1.0, np.nan])  # of the codes of `worsening.status`


def derive(
    protocol: Protocol, tables: dict[str, pl.DataFrame], measures: pl.DataFrame
) -> pl.DataFrame:
    """Derive ADRS from the visits and ADCS (`measures`)."""
    rows = grid(protocol, tables)
    change = changes(protocol, rows, measures)
    normal = _unless_normal(protocol, rows, measures, change)
    literal, other = (_verdicts(protocol, rows, measures, item) for item in (change, normal))
    seen = imacs_2004.assessed(change)
    better = imacs_2004.number_improved(change)
    worse = worsening.number_worse(change, protocol.worsening.percent)
    counts = {
        "DOI": (better, imacs_2004.number_worsened(change), seen),
        "WORSE": (better, worse, seen),
        "STATUS": (better, worse, seen),
    }
    due = _due(protocol, rows, definitions.ids(definitions.measures(protocol, "imacs_2004")))
    asked = pl.Series(due | (seen >= imacs_2004.NEEDED))
    parts = []
    for name, verdict in literal.items():
        hangs = {"NORMFL": (verdict.words != other[name].words) & (seen > 0)}
        parts.append(_rows(rows, name, verdict, counts[name], hangs).filter(asked))
    parts += _index_rows(protocol, rows, measures)
    found = [*endpoints.parameters(protocol, rows, measures)]
    parts += [_asked(protocol, rows, item) for item in found]
    labels, rules = _labels(protocol), _rules(protocol)
    labels |= {item.name: item.label for item in found}
    rules |= {item.name: item.rule for item in found}
    whole = (
        pl.concat(parts)
        .with_columns(
            pl.col("PARAMCD").replace_strict(labels).alias("PARAM"),
            pl.col("PARAMCD").replace_strict(rules).alias("RULE"),
            pl.col("PARAMCD")
            .replace_strict({name: number for number, name in enumerate(rules)})
            .alias("PARAMNR"),
            pl.col("AVALLO", "AVALHI").cast(pl.Float64 if "TIS" in rules else pl.Int64),
        )
        .sort("SUBJNR", "AVISITN", "ADY", "PARAMNR")
    )
    return finish(whole, "ADRS", protocol.study.id, COLUMNS)


def functional_index_of(protocol: Protocol) -> Assessment | None:
    """The assessment of the functional index, if the protocol has one."""
    found = (item for item in protocol.assessments if item.instrument == "functional_index")
    return next(found, None)


def _verdicts(
    protocol: Protocol, rows: pl.DataFrame, measures: pl.DataFrame, change: CoreSet
) -> dict[str, Verdict]:
    improved = imacs_2004.bounds(change)
    worse = _worse(protocol, rows, measures, change)
    code = worsening.status(*improved, *worse)
    low = np.where(improved[0], 1, np.where(worse[1], -1, 0))
    high = np.where(improved[1], 1, np.where(worse[0], -1, 0))
    status = Verdict(VALUES[code], np.array(worsening.STATUSES)[code], low, high)
    return {"DOI": truth(*improved), "WORSE": truth(*worse), "STATUS": status}


def _worse(
    protocol: Protocol, rows: pl.DataFrame, measures: pl.DataFrame, change: CoreSet
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of the protocol's rule of worsening."""
    rule = protocol.worsening
    if rule.definition == "core_set_30":
        return worsening.core_set_bounds(change, rule.measures, rule.percent)
    names = definitions.measures(protocol, rule.definition)
    if names != definitions.measures(protocol, "imacs_2004"):
        change = along_core_set(protocol, rows, measures, names, "IMPR")
    physician = rise(protocol, names.physician, rows, measures)
    extramuscular = rise(protocol, names.extramuscular, rows, measures)
    return worsening.imacs_2005_bounds(
        change, physician, extramuscular, rule.rise, rule.strength, rule.measures, rule.percent
    )


def _unless_normal(
    protocol: Protocol, rows: pl.DataFrame, measures: pl.DataFrame, change: CoreSet
) -> CoreSet:
    """The changes with an enzyme that stays within normal limits counted as unchanged."""

    def taken(made: Callable[[Assessment], np.ndarray]) -> np.ndarray:
        return of_enzyme(protocol, rows, measures, protocol.core_set.enzyme, made)

    upper = taken(lambda item: upper_limit(item, rows))
    before, after = (
        taken(lambda item, value=value: along(rows, measures, item.id, value))
        for value in ("BASE", "AVAL")
    )
    enzyme = core_set.enzyme_unless_normal(change.enzyme, before, after, upper)
    return change._replace(enzyme=enzyme)


def _index_rows(
    protocol: Protocol, rows: pl.DataFrame, measures: pl.DataFrame
) -> list[pl.DataFrame]:
    item = functional_index_of(protocol)
    if item is None:
        return []
    change, value = (along(rows, measures, item.id, name) for name in ("IMPR", "AVAL"))
    before = at_baseline(rows, measures, item.id)
    verdict = truth(*functional_index.bounds(change, before, value))
    seen = (~np.isnan(change)).astype(int)
    better = functional_index.improved(change).astype(int)
    asked = pl.Series(_due(protocol, rows, [item.id]) | (seen > 0))
    other = functional_index.improved(functional_index.of_maximum(before, value))
    hangs = {"OFMAXFL": (better != other) & (seen > 0)}
    return [_rows(rows, "FI20", verdict, (better, None, seen), hangs).filter(asked)]


def _due(protocol: Protocol, rows: pl.DataFrame, names: Iterable[str]) -> np.ndarray:
    """Whether the protocol asks for all of some assessments at each row's visit."""
    wanted = set(names)
    visits = [
        visit.id
        for visit in protocol.visits
        if wanted <= set(timeline.assessments_due(protocol, visit))
    ]
    return rows["VISITID"].is_in(visits).to_numpy()


def _asked(protocol: Protocol, rows: pl.DataFrame, item: Parameter) -> pl.DataFrame:
    """The rows of a parameter that an endpoint asks for, where it is due or was met anyway."""
    due = pl.Series(_due(protocol, rows, item.due) | item.enough)
    return _rows(rows, item.name, item.verdict, item.counts, {}).filter(due)


def _rows(
    rows: pl.DataFrame, name: str, verdict: Verdict, counts: tuple, hangs: dict[str, np.ndarray]
) -> pl.DataFrame:
    """The rows of one parameter; what was not assessed has no value, only bounds."""
    better, worse, seen = counts
    none = seen == 0
    parts = pl.DataFrame(
        {
            "AVAL": pl.Series(np.where(none, np.nan, verdict.value)).fill_nan(None),
            "AVALC": np.where(none, "NOT ASSESSED", verdict.words),
            "AVALLO": verdict.low.astype(float),
            "AVALHI": verdict.high.astype(float),
            "NIMPR": better if better is not None else [None] * len(none),
            "NWORSE": worse if worse is not None else [None] * len(none),
            "NASSESSED": seen,
            **{flag: _flagged(hangs.get(flag), len(none)) for flag in ("NORMFL", "OFMAXFL")},
        },
        schema_overrides=dict.fromkeys(("NIMPR", "NWORSE", "NASSESSED"), pl.Int64),
    )
    return pl.concat([rows, parts], how="horizontal").with_columns(pl.lit(name).alias("PARAMCD"))


def _flagged(hangs: np.ndarray | None, rows: int) -> pl.Series:
    """Y where a verdict hangs on a reading, else nothing."""
    flags = np.zeros(rows, dtype=bool) if hangs is None else hangs
    return pl.Series(flags).replace_strict({True: "Y", False: None}, return_dtype=pl.String)


def _labels(protocol: Protocol) -> dict[str, str]:
    rule = protocol.worsening
    core_set = f"At least {rule.measures} core set measures worse by {rule.percent:g} %"
    imacs_2005 = f"Worse by IMACS 2005: {core_set[0].lower()}{core_set[1:]}, or a global by "
    imacs_2005 += f"{rule.rise:g} cm"
    return {
        "DOI": "IMACS definition of improvement (2004)",
        "WORSE": core_set if rule.definition == "core_set_30" else imacs_2005,
        "FI20": "Functional index improved by 20 % of baseline",
        "STATUS": "Status of response",
    }


def _rules(protocol: Protocol) -> dict[str, str]:
    """The function behind each parameter, in their order."""
    by_rule = {"imacs_2005": "myotrial.response.worsening.imacs_2005_bounds"}
    return RULES | {"WORSE": by_rule.get(protocol.worsening.definition, RULES["WORSE"])}
