"""The primary analysis as the trial was designed: its test, its looks, and what follows from them.

Order    patients count in the order of the table of subjects, which is that of enrolment; a look
         takes the first so many whose outcome is known, or who ended the study.
Look     reached when as many patients have an outcome as it waits for; z is then compared with the
         bounds that study.yaml states, and the first bound that is met decides.
After    a trial that stopped, or was seen to its end: p-value, median-unbiased estimate and
         interval by the stagewise ordering. At a look that goes on: the repeated interval.
Source   Tsiatis AA, Rosner GL, Mehta CR. Biometrics 1984;40:797-803. Jennison C, Turnbull BW.
         J R Stat Soc B 1989;51:305-61.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from myotrial.analysis.comparison.arms import Pair
from myotrial.analysis.comparison.designed import Effect, named, tested
from myotrial.analysis.comparison.designed_measures import MEASURED, outcome_known
from myotrial.analysis.sheet import Sheet, many
from myotrial.analysis.trial import Record, Rows
from myotrial.results import Result
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.sequential.boundaries import Boundary
from myotrial.statistics.sequential.inference import repeated_interval, stagewise

__all__ = ["results"]

RULE = "interim.results"
STAGEWISE = "Tsiatis AA, Rosner GL, Mehta CR. Biometrics 1984;40:797-803."
REPEATED = "Jennison C, Turnbull BW. J R Stat Soc B 1989;51:305-61."
EFFICACY, FUTILITY, ON = "stop for efficacy", "stop for futility", "go on"
SUCCESS, NONE = "effect shown", "no effect shown"
OPEN = "not reached"
ENDED = ("COMPLETED", "DISCONTINUED")


@dataclass(frozen=True)
class _Seen:
    """One look at which as many patients as planned had an outcome."""

    number: int
    effect: Effect
    rows: Rows
    decision: str


def results(pair: Pair) -> Iterator[Result]:
    """The designed test, once or at each look; nothing where study.yaml states none."""
    plan = pair.trial.plan.get("primary_analysis")
    rows = _outcomes(pair, plan["test"]) if plan else Rows("ADEST", ())
    if not plan or not len(rows):
        return
    sheet = _sheet(pair)
    if plan.get("looks"):
        yield from _sequential(pair, sheet, plan, rows)
    else:
        yield from _once(pair, sheet, plan, rows)


def _sheet(pair: Pair) -> Sheet:
    endpoint = pair.leading
    return pair.sheet(RULE).but(estimand=pair.trial.asked(endpoint))


def _outcomes(pair: Pair, test: str) -> Rows:
    """Rows of the primary endpoint by its first handling, in the order of enrolment.

    Where it is no response, the rows of its subjects.
    """
    endpoint, people = pair.leading, pair.people
    if test in MEASURED:
        settled = outcome_known(pair, test) | _ended(pair)
        return people.where(lambda row: row["USUBJID"] in settled)
    columns = ("USUBJID", "ENDPOINT", "HANDLING", "AVAL")
    found = pair.trial.rows("ADEST", columns, step="comparison").where(ENDPOINT=endpoint["id"])
    by_subject = {row["USUBJID"]: row for row in found.where(HANDLING=endpoint["handlings"][0])}
    seen = set(found.where(HANDLING="OC").known("AVAL").subjects())
    settled = seen | _ended(pair)
    order = [who for who in people.subjects() if who in by_subject and who in settled]
    return Rows("ADEST", tuple(by_subject[who] for who in order))


def _ended(pair: Pair) -> set[str]:
    """Subjects who ended the study, so that nothing more will be known of them."""
    rows = pair.trial.rows("ADSL", ("USUBJID", "EOSSTT"), step="comparison")
    return {row["USUBJID"] for row in rows if row["EOSSTT"] in ENDED}


def _once(pair: Pair, sheet: Sheet, plan: Record, rows: Rows) -> Iterator[Result]:
    """One analysis of all patients."""
    test, key, label = named(plan["test"]), f"{pair.key}.designed", str(pair.leading["label"])
    effect = tested(pair, plan["test"], rows)
    if plan["test"] == "posterior":
        limit, told = 1 - plan["certainty"], f"a certainty of {100 * plan['certainty']:g} %"
    else:
        limit, told = plan["alpha"], f"a one-sided level of {100 * plan['alpha']:g} %"
    p_value = effect.p_value
    yield sheet.p_value(
        f"{key}.p_value", f"{label}: designed test, one-sided", p_value, rows, n=len(rows),
        method=f"{test.words}, at {told}", reference=test.reference,
        warnings=[*effect.why, *_short(pair, rows)],
    )  # fmt: skip
    decision = None if p_value is None else SUCCESS if p_value <= limit else NONE
    yield sheet.result(
        f"{key}.decision", f"{label}: decision", "decision", decision, n=len(rows),
        method=f"p-value of the designed test against {told}", rows=rows.keys(),
        warnings=effect.why,
    )  # fmt: skip


def _short(pair: Pair, rows: Rows) -> list[str]:
    lost = len(pair.people) - len(rows)
    return [f"{many(lost, 'patient')} without an outcome yet left out."] if lost else []


def _sequential(pair: Pair, sheet: Sheet, plan: Record, rows: Rows) -> Iterator[Result]:
    """Each look, then what the trial says where it stopped."""
    looks, stopped = plan["looks"], None
    for number, look in enumerate(looks, 1):
        if len(rows) < look["patients"]:
            yield _decision(pair, sheet, number, look, rows, OPEN, [
                f"{len(rows)} of {look['patients']} patients have an outcome."
            ])  # fmt: skip
            continue
        first = Rows(rows.dataset, rows.records[: look["patients"]])
        seen = _at(pair, plan, number, first)
        yield from _look(pair, sheet, plan, look, seen, stopped)
        if stopped is None and seen.decision != ON:
            stopped = seen
    if stopped is not None:
        yield from _after(pair, sheet, plan, stopped)


def _at(pair: Pair, plan: Record, number: int, rows: Rows) -> _Seen:
    look, effect = plan["looks"][number - 1], tested(pair, plan["test"], rows)
    last, z = number == len(plan["looks"]), effect.z
    high, low = look.get("efficacy"), look.get("futility")
    if z is not None and high is not None and z >= high:
        return _Seen(number, effect, rows, SUCCESS if last else EFFICACY)
    if last:
        return _Seen(number, effect, rows, NONE)
    if z is not None and low is not None and z <= low:
        return _Seen(number, effect, rows, FUTILITY)
    return _Seen(number, effect, rows, ON)


def _look(
    pair: Pair, sheet: Sheet, plan: Record, look: Record, seen: _Seen, stopped: _Seen | None
) -> Iterator[Result]:
    """Z with its bounds, the nominal p-value, the repeated interval, and the decision."""
    test, key = named(plan["test"]), f"{pair.key}.designed.look{seen.number}"
    words = f"Look {seen.number}"
    notes = list(seen.effect.why)
    if stopped is not None:
        notes.append(f"The trial had stopped at look {stopped.number}: shown for completeness.")

    def one(name: str, label: str, value: Any, method: str, reference: str = "") -> Result:
        return sheet.result(
            f"{key}.{name}", f"{words}: {label}", name, value, n=len(seen.rows), method=method,
            reference=reference, rows=seen.rows.keys(), warnings=notes,
        )  # fmt: skip

    about = f"{test.words}, of the first {many(len(seen.rows), 'patient')} with an outcome"
    yield one("z", "z", seen.effect.z, about, test.reference)
    yield one("p_value", "nominal p-value, one-sided", seen.effect.p_value, about, test.reference)
    for name, label in (("efficacy", "bound for efficacy"), ("futility", "bound for futility")):
        if look.get(name) is not None:
            yield one(name, label, look[name], _how(plan))
    if seen.effect.value is not None and seen.effect.error:
        found = repeated_interval(
            _bounds(plan), seen.number, seen.effect.value, standard_error=seen.effect.error
        )
        yield sheet.estimate(
            f"{key}.repeated", f"{words}: difference, repeated interval", found, seen.rows,
            statistic="difference", n=len(seen.rows), unit=seen.effect.unit,
            method=f"repeated interval of level {100 * found.level:g} %, which holds at every look",
            reference=REPEATED, warnings=notes,
        )  # fmt: skip
    yield _decision(pair, sheet, seen.number, look, seen.rows, seen.decision, notes)


def _decision(
    pair: Pair, sheet: Sheet, number: int, look: Record, rows: Rows, said: str, notes: list[str]
) -> Result:
    return sheet.result(
        f"{pair.key}.designed.look{number}.decision", f"Look {number}: decision", "decision", said,
        n=look["patients"], method="z against the bounds of the look", rows=rows.keys(),
        warnings=notes,
    )  # fmt: skip


def _how(plan: Record) -> str:
    """How the bounds were computed, in words."""
    how = plan.get("bounds") or {}
    named = "as stated at each look" if how.get("alpha_spent") else (
        f"by {str(how.get('spending') or 'obrien_fleming').replace('_', ' ')}"
    )  # fmt: skip
    raised = how.get("raised") or 0
    more = (
        f"; the last bound raised by {raised:.4f}, so that counts keep the level" if raised else ""
    )
    bind = "binding" if how.get("binding") else "not binding"
    return f"one-sided alpha {plan['alpha']:g} spent {named}; futility {bind}{more}"


def _bounds(plan: Record) -> Boundary:
    looks = plan["looks"]
    return Boundary(
        tuple(look["information"] for look in looks),
        tuple(inf if look.get("efficacy") is None else look["efficacy"] for look in looks),
        tuple(-inf if look.get("futility") is None else look["futility"] for look in looks[:-1]),
        plan["alpha"],
        binding=bool((plan.get("bounds") or {}).get("binding")),
    )


def _after(pair: Pair, sheet: Sheet, plan: Record, stopped: _Seen) -> Iterator[Result]:
    """The inference of a trial that stopped at a look."""
    key, label = f"{pair.key}.designed", str(pair.leading["label"])
    effect, rows = stopped.effect, stopped.rows
    why, p_value, estimate = list(effect.why), None, Estimate(None)
    if effect.z is None or not isfinite(effect.z) or not effect.error:
        why.append("The test has no standard error here, so that nothing more can be said.")
    else:
        found = stagewise(_bounds(plan), stopped.number, effect.z, standard_error=effect.error)
        p_value, estimate = found.p_value, found.estimate
    ordering = f"stagewise ordering, stopped at look {stopped.number} of {len(plan['looks'])}"
    yield sheet.p_value(
        f"{key}.p_value", f"{label}: designed test, one-sided", p_value, rows, n=len(rows),
        method=f"{named(plan['test']).words}; {ordering}", reference=STAGEWISE, warnings=why,
    )  # fmt: skip
    yield sheet.estimate(
        f"{key}.difference", f"{label}: difference after the looks", estimate, rows,
        statistic="difference", n=len(rows), unit=effect.unit,
        method=f"median-unbiased estimate with its interval of level {100 * estimate.level:g} %; "
        f"{ordering}",
        reference=STAGEWISE, warnings=why,
    )  # fmt: skip
    yield sheet.result(
        f"{key}.decision", f"{label}: decision", "decision", stopped.decision, n=len(rows),
        method=f"look {stopped.number}", rows=rows.keys(), warnings=why,
    )  # fmt: skip
