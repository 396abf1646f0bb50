"""Ordered outcomes: status at the last visit, and the win ratio of prioritised outcomes.

Status   worse, unchanged, improved at the last scheduled visit; a patient whose status is not known
         there is left out, and counted.
Win      first who stayed in the study against who left; among equals the better status at the last
ratio    scheduled visit; then the greater gain of strength from baseline to that visit. A status or
         gain that is not known decides nothing.
"""

from collections.abc import Iterator
from math import nan

from myotrial.analysis.comparison.arms import NO_PATIENTS, Pair
from myotrial.analysis.independence import independence
from myotrial.analysis.sheet import many
from myotrial.analysis.trial import Rows
from myotrial.errors import ModelError
from myotrial.results import Result
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.ordinal import proportional_odds, rank_sum
from myotrial.statistics.win_ratio import compare

__all__ = ["results"]

RULE = "ordered.results"
ORDER = ("WORSE", "UNCHANGED", "IMPROVED")
MANN = "Mann HB, Whitney DR. Ann Math Stat 1947;18:50-60."
BRUNNER = "Brunner E, Munzel U. Biom J 2000;42:17-25."
MCCULLAGH = "McCullagh P. J R Stat Soc B 1980;42:109-42."
POCOCK = "Pocock SJ, Ariti CA, Collier TJ, Wang D. Eur Heart J 2012;33:176-82."
BEBU = "Bebu I, Lachin JM. Biostatistics 2016;17:178-87."


def results(pair: Pair) -> Iterator[Result]:
    """Counts and tests of the status, then the win ratio."""
    if not pair.trial.visits:
        return
    visit = pair.trial.visits[-1]
    columns = ("USUBJID", "PARAMCD", "VISITID", "AVALC")
    rows = pair.trial.rows("ADRS", columns, step="comparison").of(pair.people.subjects())
    rows = rows.where(PARAMCD="STATUS", VISITID=visit["id"])
    yield from _status(pair, rows, visit["id"], visit["label"])
    yield from _wins(pair, rows, visit["id"], visit["label"])


def _status(pair: Pair, rows: Rows, key: str, label: str) -> Iterator[Result]:
    known = rows.where(lambda row: row["AVALC"] in ORDER)
    sheet = pair.sheet(RULE).but(estimand=f"at {label}; observed cases")
    arms = pair.split(known)
    counts = [[len(these.where(AVALC=state)) for state in ORDER] for these in arms]
    for side, these, arm in zip((True, False), arms, (pair.arm, pair.control), strict=True):
        for state in ORDER:
            yield sheet.but(groups={"ARM": pair.labels[side]}).count(
                f"{pair.key}.status.{key}.{state}.{arm['id']}",
                f"Status at {label}: {state.lower()}", these.where(AVALC=state), n=len(these),
            )  # fmt: skip
    lost = len(pair.people) - len(known)
    notes = [f"{many(lost, 'patient')} without a known status left out."] if lost else []
    empty = not all(map(sum, counts))
    notes += [NO_PATIENTS] if empty else []
    stem, words = f"{pair.key}.status.{key}", f"Status at {label}"
    found = rank_sum(*counts)
    equal = [] if empty or sum(map(bool, map(sum, zip(*counts, strict=True)))) > 1 else [
        "All patients have the same status: nothing to compare."
    ]  # fmt: skip
    yield sheet.estimate(
        f"{stem}.superiority", f"{words}: chance to be better than under {pair.labels[False]}",
        found.superiority, known, statistic="probability", n=len(known), unit="%", scale=100,
        method="chance that a patient of the arm has a better status than one of the control, ties "
        "counted half, with Brunner and Munzel's 95 % interval on the logit scale",
        reference=BRUNNER, warnings=notes,
    )  # fmt: skip
    idle = empty or bool(equal)
    whole = independence(counts)
    tests = (
        ("mann_whitney", "Mann-Whitney", found.p_value, [],
         "Mann-Whitney test of the ordered status, two-sided, asymptotic with tied ranks", MANN),
        ("freeman_halton", "Freeman-Halton", whole.p_value, whole.warnings,
         f"{whole.method}; it ignores the order", whole.reference),
    )  # fmt: skip
    for name, title, p_value, limits, method, reference in tests:
        yield sheet.p_value(
            f"{stem}.{name}", f"{words}: equal ({title})", None if idle else p_value, known,
            n=len(known), method=method, reference=reference, warnings=[*notes, *equal, *limits],
        )  # fmt: skip
    odds, why = Estimate(None), []
    try:
        odds = proportional_odds(*counts)
    except ModelError as error:
        why = [str(error)]
    yield sheet.estimate(
        f"{stem}.odds", f"{words}: odds ratio of a better status", odds, known,
        statistic="odds_ratio", n=len(known), method="proportional odds model by maximum "
        "likelihood with Wald's 95 % interval", reference=MCCULLAGH, warnings=[*notes, *why],
    )  # fmt: skip


def _wins(pair: Pair, status: Rows, key: str, label: str) -> Iterator[Result]:
    """The win ratio over staying, status, and strength."""
    outcomes, rows = _prioritised(pair, status, key)
    sides = [[outcomes[who] for who in outcomes if pair.treated[who] is side]
             for side in (True, False)]  # fmt: skip
    found = compare(*sides)
    sheet = pair.sheet(RULE).but(estimand=f"at {label}")
    notes = [] if all(sides) else [NO_PATIENTS]
    if not notes:
        won, lost = sum(found.wins), sum(found.losses)
        notes = [f"{won} pairs won, {lost} lost, {found.ties} tied."]
    method = (
        "every patient of the arm against every one of the control: staying in the study, then "
        "status, then gain of strength; 95 % interval from the variance of the U-statistic"
    )
    parts = (
        ("ratio", "win ratio", found.ratio, POCOCK, "win_ratio", "", 1),
        ("odds", "win odds", found.odds, BEBU, "win_odds", "", 1),
        ("benefit", "net benefit", found.benefit, BEBU, "difference", "%", 100),
    )
    for name, words, value, reference, statistic, unit, scale in parts:
        yield sheet.estimate(
            f"{pair.key}.wins.{name}", f"Prioritised outcomes: {words}", value, rows,
            statistic=statistic, n=len(outcomes), unit=unit, scale=scale, method=method,
            reference=reference, warnings=notes,
        )  # fmt: skip
    nothing = [] if found.p_value is not None else ["The pairs do not vary: no test was possible."]
    yield sheet.p_value(
        f"{pair.key}.wins.p_value", "Prioritised outcomes: equal", found.p_value, rows,
        n=len(outcomes), method=f"net benefit divided by its standard error; {method}",
        reference=BEBU, warnings=[*notes, *nothing],
    )  # fmt: skip


def _prioritised(pair: Pair, status: Rows, key: str) -> tuple[dict[str, tuple[float, ...]], Rows]:
    people = pair.trial.rows("ADSL", ("USUBJID", "EOSSTT"), step="comparison").of(
        pair.people.subjects()
    )
    states = {row["USUBJID"]: row["AVALC"] for row in status}
    strength = (pair.trial.plan.get("core_set") or {}).get("strength")
    columns = ("USUBJID", "PARAMCD", "VISITID", "CHG")
    gains: dict[str, float] = {}
    if pair.trial.has("ADCS", *columns):
        rows = pair.trial.rows("ADCS", columns, step="comparison").where(
            PARAMCD=strength, VISITID=key
        )
        gains = {row["USUBJID"]: row["CHG"] for row in rows.known("CHG")}
    found = {
        row["USUBJID"]: (
            float(row["EOSSTT"] != "DISCONTINUED"),
            float(ORDER.index(states[row["USUBJID"]]))
            if states.get(row["USUBJID"]) in ORDER
            else nan,
            gains.get(row["USUBJID"], nan),
        )
        for row in people
    }
    return found, people
