"""Tests of two means in many simulated trials at once; each gives z, positive for the active arm.

z        the normal quantile of the test's one-sided p-value.
t        Student's t of the last visit.
ANCOVA   of the last visit on arm, baseline where there is one, and strata, by least squares.
MMRM     of all visits with an unstructured covariance and Kenward and Roger's degrees of freedom,
         one trial after another: `statistics.mmrm`, as an analysis fits it.
Missing  who was not seen at the last visit counts for MMRM only.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import ndtri, stdtr

from myotrial.errors import ModelError
from myotrial.statistics import mmrm
from myotrial.statistics.mmrm_inference import Inference

__all__ = ["TESTS", "ancova", "repeated", "student"]

SMALLEST = 1e-300  # a p-value below counts as this
Test = Callable[[np.ndarray, np.ndarray | None, np.ndarray, np.ndarray], np.ndarray]


def student(
    values: np.ndarray, _before: np.ndarray | None, treated: np.ndarray, _layers: np.ndarray
) -> np.ndarray:
    """Student's t test at the last visit; arguments as of `ancova`."""
    last = values[:, :, -1]
    return _least_squares(last, np.zeros((*last.shape, 0)), treated)


def ancova(
    values: np.ndarray, before: np.ndarray | None, treated: np.ndarray, layers: np.ndarray
) -> np.ndarray:
    """Analysis of covariance at the last visit.

    Args:
        values: Improvement (T, N, V), NaN where missing.
        before: Baseline (T, N), or None.
        treated: Whether each subject is of the active arm (N).
        layers: Number of each subject's stratum (N).
    """
    last = values[:, :, -1]
    more = _indicators(layers)
    parts = [np.broadcast_to(more, (*last.shape, more.shape[1]))]
    if before is not None:
        parts.append((before - before.mean(axis=1, keepdims=True))[:, :, np.newaxis])
    return _least_squares(last, np.concatenate(parts, axis=2), treated)


def repeated(
    values: np.ndarray, before: np.ndarray | None, treated: np.ndarray, layers: np.ndarray
) -> np.ndarray:
    """The mixed model for repeated measures, at the last visit; arguments as of `ancova`.

    A trial to which the model cannot be fitted has z of 0.
    """
    starts = [None] * len(values) if before is None else list(before)
    return np.array(
        [_one_model(one, start, treated, layers) for one, start in zip(values, starts, strict=True)]
    )


def _one_model(
    values: np.ndarray, before: np.ndarray | None, treated: np.ndarray, layers: np.ndarray
) -> float:
    seen = np.isfinite(values).any(axis=1)
    values, arm, layers = values[seen], treated[seen].astype(float), layers[seen]
    n, visits = values.shape
    each = np.broadcast_to(np.eye(visits), (n, visits, visits))
    parts = [each, each * arm[:, np.newaxis, np.newaxis]]
    if before is not None:
        start = before[seen] - before[seen].mean()
        parts.append(each * start[:, np.newaxis, np.newaxis])
    more = _indicators(layers)
    parts.append(np.broadcast_to(more[:, np.newaxis], (n, visits, more.shape[1])))
    design = np.concatenate(parts, axis=-1)
    weights = np.zeros(design.shape[-1])
    weights[2 * visits - 1] = 1.0
    try:
        model = mmrm.fit(values, design)
        found = Inference(model, "kenward-roger").combination(model, weights)
    except ModelError:
        return 0.0
    value = found.estimate.value or 0.0
    return float(_z(np.array(value / found.error), found.freedom))


def _indicators(layers: np.ndarray) -> np.ndarray:
    """Columns (N, strata - 1) that are 1 for the members of a stratum, the first left out."""
    return (layers[:, np.newaxis] == np.unique(layers)[1:]).astype(float)


def _least_squares(last: np.ndarray, more: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Values of z of the arm in each trial, with what else the model holds (T, N, K)."""
    known = np.isfinite(last)
    arm = np.broadcast_to(treated.astype(float), last.shape)
    design = np.concatenate([np.ones((*last.shape, 1)), arm[:, :, np.newaxis], more], axis=2)
    design = design * known[:, :, np.newaxis]
    values = np.where(known, last, 0.0)
    cross = np.einsum("tni,tnj->tij", design, design)
    inverse = np.linalg.pinv(cross)
    found = np.einsum("tij,tnj,tn->ti", inverse, design, values, optimize=True)
    residuals = values - np.einsum("tni,ti->tn", design, found)
    freedom = known.sum(1) - np.linalg.matrix_rank(cross)
    variance = (residuals**2).sum(1) / np.maximum(freedom, 1)
    error = np.sqrt(variance * inverse[:, 1, 1])
    t = np.divide(found[:, 1], error, out=np.zeros_like(error), where=error > 0)
    return _z(t, np.maximum(freedom, 1))


def _z(t: np.ndarray, freedom: np.ndarray | float) -> np.ndarray:
    return -ndtri(np.clip(stdtr(freedom, -t), SMALLEST, 1 - 1e-16))


TESTS: dict[str, Test] = {"t": student, "ancova": ancova, "mmrm": repeated}
