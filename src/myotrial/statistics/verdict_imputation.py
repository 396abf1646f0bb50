"""Multiple imputation of verdicts, met or not, over visits.

Model   within an arm, whether a verdict is met at a visit depends on the verdict at the visit
        before alone; each of these chances has Jeffreys' prior, beta(1/2, 1/2).
Copies  for each copy the chances are drawn from their posterior given the verdicts that are known,
        visit by visit, and each unknown verdict from its chance. The chances at a visit rest on
        known verdicts only, those after an imputed one included.
Jump    to reference: after the last known verdict of a treated patient the chances are those of
        the control arm; a verdict missed in between is drawn as in the own arm.
Source  Rubin DB. Multiple Imputation for Nonresponse in Surveys, 1987, chapter 5. Carpenter JR,
        Roger JH, Kenward MG. J Biopharm Stat 2013;23:1352-71 (jump to reference).
"""

import numpy as np

from myotrial.errors import MyotrialError

__all__ = ["impute"]

PRIOR = 0.5  # of each count


def impute(
    verdicts: np.ndarray, treated: np.ndarray, *, seed: int, copies: int, jump: bool = False
) -> np.ndarray:
    """Complete the verdicts.

    Args:
        verdicts: 1, 0, or NaN where not known; shape (N, T), visits in order.
        treated: Whether each patient is in the treated arm, shape (N,).
        seed: Seed of all draws.
        copies: Number of completed copies.
        jump: Draw what treated patients would have had after their last known verdict as in the
            control arm.

    Returns:
        Shape (copies, N, T), 1 or 0.

    Raises:
        MyotrialError: A verdict is neither 1 nor 0, or there are fewer than two copies.
    """
    verdicts, treated = np.asarray(verdicts, float), np.asarray(treated, bool)
    if not np.isin(verdicts[np.isfinite(verdicts)], (0.0, 1.0)).all():
        raise MyotrialError("verdicts must be 1 (met), 0 (not met) or missing")
    if copies < 2:
        raise MyotrialError(f"copies must be at least 2 (got {copies})")
    known = np.isfinite(verdicts)
    later = np.cumsum(known[:, ::-1], axis=1)[:, ::-1] > 0  # known here or at a later visit
    sides = treated[:, np.newaxis] & (later | (not jump))  # whose chances hold at each visit
    generator = np.random.default_rng(seed)
    found = np.repeat(verdicts[np.newaxis], copies, axis=0)
    for copy in found:
        before = np.zeros(len(copy))
        for visit in range(verdicts.shape[1]):
            seen = known[:, visit]
            chance = _chances(copy[:, visit], seen, treated, before, generator)
            own = chance[sides[:, visit].astype(int), before.astype(int)]
            drawn = generator.random(len(copy)) < own
            copy[:, visit] = np.where(seen, copy[:, visit], drawn)
            before = copy[:, visit]
    return found


def _chances(
    column: np.ndarray,
    seen: np.ndarray,
    treated: np.ndarray,
    before: np.ndarray,
    generator: np.random.Generator,
) -> np.ndarray:
    """A draw of the chance of each arm (control, treated) after each verdict (0, 1)."""
    place = 2 * treated[seen].astype(int) + before[seen].astype(int)
    whole = np.bincount(place, minlength=4)
    yes = np.bincount(place, weights=column[seen], minlength=4)
    return generator.beta(PRIOR + yes, PRIOR + whole - yes).reshape(2, 2)
