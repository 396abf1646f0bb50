"""A mixed model for repeated measures the slow way: dense matrices, numerical derivatives.

Textbook formulas over one covariance matrix for each subject; shares no code with the package.
"""

from itertools import product

import numpy as np


def unstructured(theta, visits):
    matrix = np.zeros((visits, visits))
    matrix[np.tril_indices(visits)] = theta
    return matrix + np.tril(matrix, -1).T


def compound(theta, visits):
    return np.full((visits, visits), theta[1]) + (theta[0] - theta[1]) * np.eye(visits)


def autoregressive(theta, visits):
    at = np.arange(visits)
    return theta[0] * theta[1] ** np.abs(at[:, None] - at)


def parts(values, design, theta, covariance):
    """X' V^-1 X, X' V^-1 y, y' V^-1 y and log |V|, subject by subject."""
    visits = values.shape[1]
    whole = covariance(theta, visits)
    p = design.shape[2]
    a, b, c, logs = np.zeros((p, p)), np.zeros(p), 0.0, 0.0
    for y, x in zip(values, design, strict=True):
        seen = ~np.isnan(y)
        if not seen.any():
            continue
        v = whole[np.ix_(seen, seen)]
        inverse = np.linalg.inv(v)
        a += x[seen].T @ inverse @ x[seen]
        b += x[seen].T @ inverse @ y[seen]
        c += y[seen] @ inverse @ y[seen]
        logs += np.log(np.linalg.det(v))
    return a, b, c, logs


def deviance(values, design, theta, covariance):
    """Minus twice the restricted log-likelihood, constants included."""
    a, b, c, logs = parts(values, design, theta, covariance)
    beta = np.linalg.solve(a, b)
    n, p = np.count_nonzero(~np.isnan(values)), design.shape[2]
    return logs + np.log(np.linalg.det(a)) + c - b @ beta + (n - p) * np.log(2 * np.pi)


def second_differences(function, at, steps):
    k = len(at)
    found = np.zeros((k, k))
    for i, j in product(range(k), repeat=2):
        total = 0.0
        for si, sj in product((1, -1), repeat=2):
            moved = np.array(at, float)
            moved[i] += si * steps[i]
            moved[j] += sj * steps[j]
            total += si * sj * function(moved)
        found[i, j] = total / (4 * steps[i] * steps[j])
    return found


def satterthwaite(values, design, theta, covariance, weights):
    """Estimate, standard error and degrees of freedom of one combination."""
    steps = 1e-3 * np.maximum(np.abs(theta), 0.1)
    curve = second_differences(lambda t: deviance(values, design, t, covariance), theta, steps)
    spread = 2 * np.linalg.inv(curve)

    def variance(t):
        return weights @ np.linalg.inv(parts(values, design, t, covariance)[0]) @ weights

    slope = np.array(
        [
            (variance(theta + step) - variance(theta - step)) / (2 * size)
            for step, size in zip(np.diag(steps), steps, strict=True)
        ]
    )
    a, b, *_ = parts(values, design, theta, covariance)
    freedom = 2 * variance(theta) ** 2 / (slope @ spread @ slope)
    return weights @ np.linalg.solve(a, b), np.sqrt(variance(theta)), freedom


def kenward_roger(values, design, theta, covariance):
    """The adjusted covariance of the coefficients, from the definition with dense matrices."""
    k, visits = len(theta), values.shape[1]
    small = 1e-4 * np.maximum(np.abs(theta), 0.1)

    def whole(t):
        return covariance(t, visits)

    first = [
        (whole(theta + s) - whole(theta - s)) / (2 * h)
        for s, h in zip(np.diag(small), small, strict=True)
    ]
    second = [[None] * k for _ in range(k)]
    for i, j in product(range(k), repeat=2):
        total = 0.0
        for si, sj in product((1, -1), repeat=2):
            moved = np.array(theta, float)
            moved[i] += si * small[i] * 10
            moved[j] += sj * small[j] * 10
            total = total + si * sj * whole(moved)
        second[i][j] = total / (400 * small[i] * small[j])
    steps = 1e-3 * np.maximum(np.abs(theta), 0.1)
    spread = 2 * np.linalg.inv(
        second_differences(lambda t: deviance(values, design, t, covariance), theta, steps)
    )
    p = design.shape[2]
    ps = np.zeros((k, p, p))
    qs = np.zeros((k, k, p, p))
    rs = np.zeros((k, k, p, p))
    for y, x in zip(values, design, strict=True):
        seen = ~np.isnan(y)
        if not seen.any():
            continue
        at = np.ix_(seen, seen)
        w = np.linalg.inv(whole(theta)[at])
        z = w @ x[seen]
        for i in range(k):
            ps[i] -= z.T @ first[i][at] @ z
            for j in range(k):
                qs[i, j] += z.T @ first[i][at] @ w @ first[j][at] @ z
                rs[i, j] += z.T @ second[i][j][at] @ z
    phi = np.linalg.inv(parts(values, design, theta, covariance)[0])
    middle = sum(
        spread[i, j] * (qs[i, j] - ps[i] @ phi @ ps[j] - rs[i, j] / 4)
        for i, j in product(range(k), repeat=2)
    )
    return phi + 2 * phi @ middle @ phi
