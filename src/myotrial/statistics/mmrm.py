"""The mixed model for repeated measures (MMRM): a mean for each visit, correlated visits, REML.

Model    a subject's values over T visits are normal with mean X b and covariance V(theta); no
         random effects. Visits may be missing, at random given what was seen.
Speed    the likelihood and its derivatives need only the cross-products of the design and the
         values within each pattern of missing visits; a step costs the same for any number of
         subjects.
Search   Newton steps with exact second derivatives (scoring steps where these bend the wrong way)
         until the slope vanishes; where they fail, quasi-Newton steps in free coordinates first.
Refused  a design without full rank, a visit without values, two visits never seen together
         (unstructured), values that the design explains wholly: each a `ModelError`.
Source   Mallinckrodt CH, Lane PW, Schnell D et al. Drug Inf J 2008;42:303-19.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, pi

import numpy as np
from scipy.optimize import minimize

from myotrial.errors import ModelError
from myotrial.statistics.covariance import Structure, structure
from myotrial.statistics.linear import require_rank
from myotrial.statistics.mmrm_likelihood import (
    Curvature,
    Evaluation,
    Patterns,
    curvature,
    evaluate,
    patterns_of,
)

__all__ = ["Mixed", "fit"]

TOLERANCE = 1e-9  # slope of the deviance by the free coordinates, at most
ENOUGH = 1e-4  # the same, at least, for a fit to be accepted
NEWTON = 50  # steps


@dataclass(frozen=True)
class Mixed:
    """A fitted model.

    Attributes:
        coefficients: Estimates in the order of the design's columns.
        covariance: Their model-based covariance matrix.
        parameters: Parameters of the covariance structure.
        variance: Covariance matrix of the visits, shape (T, T).
        deviance: Minus twice the restricted log-likelihood, constants included.
        subjects: Subjects with at least one value.
        values: Values used.
        structure: The covariance structure.
        patterns: Cross-products of orthonormal design columns and standardised values.
        evaluation: The likelihood at the estimate, in those coordinates.
        columns: Turns coefficients of the orthonormal columns into those of the design.
        scale: Standard deviation that values were divided by.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    parameters: np.ndarray
    variance: np.ndarray
    deviance: float
    subjects: int
    values: int
    structure: Structure
    patterns: Patterns
    evaluation: Evaluation
    columns: np.ndarray
    scale: float


def fit(
    values: np.ndarray,
    design: np.ndarray,
    *,
    covariance: str = "unstructured",
    names: Sequence[str] = (),
) -> Mixed:
    """Fit the model by restricted maximum likelihood.

    Args:
        values: One row a subject, one column a visit; NaN where missing. Shape (N, T).
        design: The design's row for each subject and visit, shape (N, T, p); only rows with a
            value are read.
        covariance: "unstructured", "compound symmetry" or "AR(1)".
        names: Names of the design's columns, for messages.

    Raises:
        ModelError: The model cannot be fitted to these data.
        TooLargeError: Too many patterns of missing visits for so many columns.
        MyotrialError: There is no such structure.
    """
    values, design = np.asarray(values, float), np.asarray(design, float)
    kept = np.isfinite(values).any(axis=1)
    values, design = values[kept], design[kept]
    kind = structure(covariance, values.shape[1])
    seen = np.isfinite(values)
    _require_seen(seen, kind)
    rows, columns = _orthonormal(design[seen], names)
    residuals = values[seen] - rows @ (rows.T @ values[seen])
    scale = float(np.sqrt(residuals @ residuals / max(len(residuals) - rows.shape[1], 1)))
    if not scale > 1e-10 * (1.0 + float(np.abs(values[seen]).max())):
        raise ModelError("The values do not vary beyond what the model explains.")
    patterns = patterns_of(seen, rows, values[seen] / scale)
    parameters, found = _search(kind, patterns, _rough(seen, residuals / scale))
    coefficients = columns @ found.coefficients * scale
    n, p = len(residuals), rows.shape[1]
    logs = -2 * float(np.log(np.abs(np.diag(columns))).sum()) if p else 0.0
    deviance = found.deviance + (n - p) * (log(2 * pi) + 2 * log(scale)) + logs
    return Mixed(
        coefficients,
        columns @ found.inverse @ columns.T * scale**2,
        _rescaled(kind, parameters, scale),
        kind.matrix(parameters) * scale**2,
        deviance,
        len(values),
        n,
        kind,
        patterns,
        found,
        columns,
        scale,
    )


def _require_seen(seen: np.ndarray, kind: Structure) -> None:
    if not len(seen):
        raise ModelError("No subject has a value.")
    if not seen.any(axis=0).all():
        raise ModelError("A visit has no value at all.")
    pairs = seen.T.astype(int) @ seen
    if kind.name == "unstructured" and not (pairs > 1).all():
        raise ModelError(
            "Two visits were seen together in fewer than 2 subjects, so that an unstructured "
            "covariance cannot be estimated."
        )


def _orthonormal(rows: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The design in orthonormal columns, and the matrix that turns coefficients back."""
    require_rank(rows, names)
    basis, triangle = np.linalg.qr(rows)
    return basis, np.linalg.inv(triangle)


def _rough(seen: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    """A positive definite covariance near that of the residuals."""
    laid = np.zeros(seen.shape)
    laid[seen] = residuals
    pairs = np.maximum(seen.T.astype(float) @ seen, 1.0)
    rough = laid.T @ laid / pairs
    variances = np.maximum(np.diag(rough), 0.05)
    rough = 0.8 * rough
    np.fill_diagonal(rough, variances)
    sizes = np.sqrt(variances)
    levels, vectors = np.linalg.eigh(rough / np.outer(sizes, sizes))
    mended = (vectors * np.maximum(levels, 0.05)) @ vectors.T
    return mended * np.outer(sizes, sizes)


def _search(
    kind: Structure, patterns: Patterns, rough: np.ndarray
) -> tuple[np.ndarray, Evaluation]:
    """Parameters at which the deviance is least.

    Raises:
        ModelError: None were found.
    """
    free = kind.start(rough)
    parameters, found = _newton(kind, patterns, kind.parameters(free))
    if found is None or _steepness(kind, parameters, found) > ENOUGH:
        parameters, found = _newton(kind, patterns, _descended(kind, patterns, free))
    if found is None or _steepness(kind, parameters, found) > ENOUGH:
        raise ModelError(
            "The covariance of the visits could not be estimated: the likelihood has no maximum "
            "that the search could reach."
        )
    return parameters, found


def _steepness(kind: Structure, parameters: np.ndarray, found: Evaluation) -> float:
    """The greatest change of the deviance as a parameter moves by a hundredth."""
    sizes = np.maximum(np.abs(parameters), np.diag(kind.matrix(parameters)).min()) / 100
    return float(np.abs(_slope(kind, parameters, found) * sizes).max())


def _slope(kind: Structure, parameters: np.ndarray, found: Evaluation) -> np.ndarray:
    return np.einsum("kst,st->k", kind.first(parameters), found.slope)


def _descended(kind: Structure, patterns: Patterns, free: np.ndarray) -> np.ndarray:
    """Parameters near the least deviance, by quasi-Newton steps."""

    def measured(free: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = kind.parameters(free)
        found = evaluate(patterns, kind.matrix(parameters))
        if found is None or not np.isfinite(found.deviance):
            return 1e100, np.zeros_like(free)
        return found.deviance, _slope(kind, parameters, found) @ kind.slope(free)

    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        best = minimize(measured, free, jac=True, method="BFGS", options={"gtol": 1e-3})
    return kind.parameters(best.x)


def _newton(
    kind: Structure, patterns: Patterns, parameters: np.ndarray
) -> tuple[np.ndarray, Evaluation | None]:
    found = evaluate(patterns, kind.matrix(parameters))
    for _ in range(NEWTON):
        if found is None or _steepness(kind, parameters, found) < TOLERANCE:
            break
        curve = curvature(kind, patterns, found, parameters)
        slope = _slope(kind, parameters, found)
        step = _step(curve, slope)
        moved = step is not None and _moved(kind, patterns, parameters, step, found.deviance)
        if not moved:
            break
        parameters, found = moved
    return parameters, found


def _step(curve: Curvature, slope: np.ndarray) -> np.ndarray | None:
    """A Newton step, or one of scoring where the curve bends the wrong way; None without either."""
    for matrix in (curve.observed, curve.expected):
        try:
            np.linalg.cholesky(matrix)
            return np.linalg.solve(matrix, slope)
        except np.linalg.LinAlgError:
            continue
    return None


def _moved(
    kind: Structure, patterns: Patterns, parameters: np.ndarray, step: np.ndarray, least: float
) -> tuple[np.ndarray, Evaluation] | None:
    """Where the first of ever shorter steps leads that does not raise the deviance."""
    for _ in range(20):
        found = evaluate(patterns, kind.matrix(parameters - step))
        if found is not None and found.deviance <= least + 1e-10 * abs(least):
            return parameters - step, found
        step = step / 2
    return None


def _rescaled(kind: Structure, parameters: np.ndarray, scale: float) -> np.ndarray:
    powers = [1, 0] if kind.name == "AR(1)" else [1] * len(parameters)
    return parameters * scale ** (2.0 * np.array(powers))
