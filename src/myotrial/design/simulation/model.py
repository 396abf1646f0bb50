"""A scenario as the arrays that the kernel reads."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from myotrial.design.simulation.arrays import Model
from myotrial.design.simulation.scenario import (
    CRITERIA,
    IMPUTATIONS,
    Dropout,
    Endpoint,
    Scenario,
)
from myotrial.response import course
from myotrial.response.core_set import CoreSet

__all__ = ["make_model", "make_table"]


def make_model(scenario: Scenario) -> Model:
    """The scenario in single precision; see `Model` for shapes."""
    from scipy.stats import norm, t

    items = scenario.measures
    better = _column(items, "better")
    upper = 1 - scenario.alpha / 2
    freedom = np.arange(1, scenario.control.size + scenario.active.size)
    arms = np.array([scenario.control.course, scenario.active.course])
    shift, strata = _strata(scenario)
    return Model(
        mean=_column(items, "mean"),
        mixing=_mixing(scenario.correlation, better * _column(items, "sd")),
        change=_mixing(scenario.own_correlation, better * _column(items, "own")),
        course=np.ascontiguousarray(arms * better, np.float32),
        shift=np.ascontiguousarray(shift * better, np.float32),
        strata=strata,
        noise=_column(items, "noise"),
        low=_column(items, "low"),
        high=_column(items, "high"),
        step=_column(items, "step"),
        log=np.array([item.log for item in items], np.uint8),
        leaving=_leaving(scenario.dropout, scenario.visits),
        missing=np.array(scenario.dropout.at("missing", scenario.visits), np.float32),
        sizes=np.array([scenario.control.size, scenario.active.size]),
        ranges=_six(_column(items, "extent")),
        minima=_six(_column(items, "minimum")),
        better=_six(better),
        imputation=IMPUTATIONS.index(scenario.score_imputation),
        tables=np.stack([make_table(item, scenario.visits) for item in scenario.endpoints]),
        criteria=np.array([CRITERIA.index(item.criterion) for item in scenario.endpoints]),
        critical=np.concatenate([[norm.ppf(upper)], t.ppf(upper, freedom)]),
    )


def make_table(endpoint: Endpoint, visits: int) -> np.ndarray:
    """What an endpoint makes of every pattern: by `pattern + (seen << visits)`.

    Returns:
        For each pattern, 0 not met, 1 met, 2 does not count.

    >>> make_table(Endpoint(estimand="ever"), visits=1).tolist()  # seen from the third on
    [0, 0, 0, 1]
    """
    codes = np.arange(4**visits)
    known = [(codes >> (visits + visit)) & 1 == 1 for visit in range(visits)]
    low = [((codes >> visit) & 1 == 1) & known[visit] for visit in range(visits)]
    estimand = _estimand(endpoint, visits)
    if endpoint.imputation == "carried":
        low = [course.at_last(low[: visit + 1], known[: visit + 1]) for visit in range(visits)]
    high = [met | ~settled for met, settled in zip(low, known, strict=True)]
    found = course.estimate(estimand, low, high, known)
    if endpoint.imputation == "observed":
        return np.where(found.known, found.observed, 2).astype(np.uint8)
    return np.asarray(found.imputed, np.uint8)


def _estimand(endpoint: Endpoint, visits: int) -> Callable[[Sequence[Any]], Any]:
    return {
        "at": partial(course.at, position=visits - 1),
        "ever": course.ever,
        "sustained": partial(course.sustained, consecutive=endpoint.consecutive),
    }[endpoint.estimand]


def _column(items: Sequence[Any], name: str) -> np.ndarray:
    return np.array([getattr(item, name) for item in items], np.float32)


def _six(values: np.ndarray) -> CoreSet:
    return CoreSet(*values[:6])


def _mixing(correlation: Any, spread: np.ndarray) -> np.ndarray:
    lower = np.linalg.cholesky(np.array(correlation, float)) * spread[:, None]
    return np.ascontiguousarray(lower, np.float32)


def _strata(scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    """By how much strata differ from their arms (S, V, M), and which subjects they are (S, 2)."""
    shifts, places, start = [], [], 0
    for arm in (scenario.control, scenario.active):
        at = start
        for size, own in arm.strata:
            shifts.append(np.subtract(own, arm.course))
            places.append((at, at + size))
            at += size
        start += arm.size
    shape = len(shifts), scenario.visits, len(scenario.measures)
    return np.array(shifts).reshape(shape), np.array(places, np.int64).reshape(-1, 2)


def _leaving(dropout: Dropout, visits: int) -> np.ndarray:
    """Chances (visits, 4) of the four kinds of subject, the last two without improvement."""
    stay, worse, failing = (
        1 - np.array(dropout.at(name, visits), float) for name in ("random", "worse", "inefficacy")
    )
    stays = [stay, stay * worse, stay * failing, stay * worse * failing]
    return np.ascontiguousarray(1 - np.transpose(stays), np.float32)
