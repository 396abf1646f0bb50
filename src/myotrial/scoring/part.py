"""Score all rows of some subjects.

The step is the same for a table in memory, a part of a file, and a part on another machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from myotrial.instruments.kendall import HIGHEST
from myotrial.scoring import limits, verdicts, visits
from myotrial.scoring.core import Pairs, Values
from myotrial.scoring.core_sets import CRITERIA, ENZYME
from myotrial.scoring.packing import Coded, combined
from myotrial.scoring.plan import Plan
from myotrial.scoring.report import Problem, Report, Tally
from myotrial.scoring.rows import REASONS, Rows, arrange, previous
from myotrial.scoring.verdicts import Verdict
from myotrial.scoring.visits import Visits

__all__ = ["Part", "added", "before_of", "pairs_of", "reported", "scored"]

BASELINE = "baseline"
STRENGTH = ("MMT8", "MMT26")  # sums of muscle grades
COUNTS = (
    "DOILO", "DOIHI", "NIMPR", "NWORSE", "NASSESSED", "PRINTOLO", "PRINTOHI", "FI2IMPR",
    "FI2IMPRHI", "WORSELO", "WORSEHI", "WORSE30LO", "WORSE30HI", "DETERLO", "DETERHI",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Scored rows.

    Attributes:
        columns: Every added column, one cell for each row.
        tally: What was counted.
        numbers: Number of each row in the whole table.
        table: Of a long table, the visits that the columns stand beside.
    """

    columns: tuple[Coded, ...]
    tally: Tally
    numbers: np.ndarray
    table: pl.DataFrame | None

    def frame(self) -> pl.DataFrame:
        """The added columns, beside the visits of a long table."""
        made = pl.DataFrame([column.series() for column in self.columns])
        return made if self.table is None else self.table.hstack(made)


def added(plan: Plan) -> list[str]:
    """The columns that scoring adds."""
    names = [name for kind in plan.criteria for name in verdicts.COLUMNS[CRITERIA[kind].adds]]
    return [*names, *(["ENZYME"] if _several(plan) else []), "WHY"]


def scored(frame: pl.DataFrame, plan: Plan, numbers: np.ndarray) -> Part:
    """Score all rows of some subjects.

    Args:
        frame: The columns that the plan needs.
        plan: How they are scored.
        numbers: Number of each row in the whole table, from 1.
    """
    table = (visits.from_long if plan.is_long else visits.from_wide)(frame, plan, numbers)
    rows = arrange(table.subjects, table.visits, table.marked)
    here = np.flatnonzero(rows.scored)
    pairs = pairs_of(table, rows, here, plan)
    before = before_of(table, rows, here) if "deterioration" in plan.criteria else None
    made = {name: verdicts.judged(name, pairs, plan.held, before) for name in plan.criteria}
    columns = [column for name, verdict in made.items() for column in _columns(verdict, rows, here)]
    enzymes = _several(plan)
    if enzymes:
        which = pairs.enzyme(enzymes).which
        codes = np.where(which < 0, len(enzymes), which) if which is not None else here * 0
        columns.append(Coded("ENZYME", _spread(codes, len(enzymes), rows, here), enzymes, "word"))
    columns.append(_why(made, rows, here))
    tally = Tally(
        rows=len(rows.who),
        scored=len(here),
        baselines=int(rows.is_baseline.sum()),
        problems=(
            *_refused(rows, table.numbers),
            *table.problems,
            *_unlimited(table, rows, here, plan),
        ),
        highest=_highest(table, plan),
        doubtful=_doubtful(table, pairs, here, plan),
        verdicts=_counted(made),
        contrary=_contrary(made),
    )
    return Part(tuple(columns), tally, table.numbers, table.table)


def reported(plan: Plan, tally: Tally, notes: tuple[str, ...] = ()) -> Report:
    """What a person is told of a whole table."""
    used = {*plan.needed}
    return Report(
        rows=tally.rows,
        scored=tally.scored,
        baselines=tally.baselines,
        recognised=plan.recognised(),
        absent=plan.absent(),
        ignored=tuple(name for name in plan.columns if name not in used),
        notes=(*notes, *plan.notes, *_doubts(plan, tally)),
        problems=tally.problems,
        verdicts=tally.verdicts,
    )


def _several(plan: Plan) -> tuple[str, ...]:
    """The enzymes among which the most abnormal is sought, if several."""
    for name in plan.criteria:
        enzymes = plan.used(name).enzymes
        if len(enzymes) > 1:
            return enzymes
    return ()


def pairs_of(table: Visits, rows: Rows, here: np.ndarray, plan: Plan) -> Pairs:
    """The values of scored rows, at baseline and here."""
    start = rows.baseline[here]
    values = Values(
        {name: column[start] for name, column in table.values.items()},
        {name: column[here] for name, column in table.values.items()},
        {name: column[start] for name, column in table.limits.items()},
        {name: column[here] for name, column in table.limits.items()},
        len(here),
    )
    return Pairs(values, plan.held, float(plan.limits.get("CHQPHS", np.nan)))


def before_of(table: Visits, rows: Rows, here: np.ndarray) -> np.ndarray:
    """Among scored rows, the one of the same subject before each, -1 if none."""
    place = np.full(len(rows.who) + 1, -1)
    place[here] = np.arange(len(here))
    return place[previous(rows, table.order)[here]]


def _columns(verdict: Verdict, rows: Rows, here: np.ndarray) -> list[Coded]:
    size = len(verdict.sentences)
    codes = _spread(verdict.codes, size, rows, here)
    return [Coded(name, codes, levels, _kind(name)) for name, levels in verdict.columns.items()]


def _kind(name: str) -> str:
    return "word" if name in verdicts.WORDS else "count" if name in COUNTS else "points"


def _spread(codes: np.ndarray, size: int, rows: Rows, here: np.ndarray) -> np.ndarray:
    """Put the codes of scored rows in their places; the others are missing."""
    whole = np.full(len(rows.who), size, dtype=np.uint32)
    whole[here] = codes
    return whole


def _why(made: Mapping[str, Verdict], rows: Rows, here: np.ndarray) -> Coded:
    codes, sentences = combined([(item.codes, item.sentences) for item in made.values()])
    first = len(REASONS)
    whole = rows.why_not.astype(np.uint32)
    whole[rows.is_baseline] = 0
    whole[here] = codes + first
    return Coded("WHY", whole, [BASELINE, *REASONS[1:], *sentences], "sentence")


def _refused(rows: Rows, numbers: np.ndarray) -> list[Problem]:
    """The rows that cannot be scored, by reason."""
    counts = np.bincount(rows.why_not, minlength=len(REASONS))
    return [
        Problem.at(numbers[rows.why_not == reason], says)
        for reason, says in enumerate(REASONS)
        if reason and counts[reason]
    ]


def _unlimited(table: Visits, rows: Rows, here: np.ndarray, plan: Plan) -> list[Problem]:
    """Values of enzymes that lack a limit where one is needed."""
    enzymes = {item for name in plan.criteria for item in plan.used(name).enzymes}
    asked = any(CRITERIA[name].adds == "tis" for name in plan.criteria) or len(enzymes) > 1
    found = []
    for name in (name for name in ENZYME if asked and name in enzymes):
        upper = table.limits[name]
        lacking = np.isnan(upper[here]) | np.isnan(upper[rows.baseline[here]])
        lacking &= ~np.isnan(table.values[name][here])
        if lacking.any():
            by = limits.needs(name, plan.limits)
            column = plan.keys.get("LAB" if "laboratory" in by else "SEX" if by else "", "")
            says = f"no upper limit of {name}" + (f" for this {by}" if by else "")
            column = column or plan.held[name].limit_column
            numbers = table.numbers[here[lacking]]
            found.append(Problem.at(numbers, says, column=column, scored=True))
    return found


def _highest(table: Visits, plan: Plan) -> dict[str, tuple[int, float]]:
    found = {}
    for name in (name for name in STRENGTH if name in plan.held):
        values = table.values[name]
        count = int(np.count_nonzero(values == values))
        if count:
            found[name] = count, float(np.nanmax(values))
    return found


def _doubtful(table: Visits, pairs: Pairs, here: np.ndarray, plan: Plan) -> tuple[Problem, ...]:
    """Rows whose strength looks like a mean grade at one visit and like a total at the other."""
    found = []
    for name in (name for name in STRENGTH if name in plan.held):
        one, two = pairs.values.before[name], pairs.values.after[name]
        half = plan.held[name].extent / 2.0
        odd = ((one <= HIGHEST) & (two >= half)) | ((two <= HIGHEST) & (one >= half))
        if odd.any():
            found.append(Problem.at(table.numbers[here[odd]], name, scored=True))
    return tuple(found)


def _doubts(plan: Plan, tally: Tally) -> list[str]:
    """What looks odd in the values of strength; nothing is changed for it."""
    told = []
    for name, (count, highest) in tally.highest.items():
        top = plan.held[name].extent
        if highest <= HIGHEST:
            told.append(
                f"all {count} values of {name} are at most {HIGHEST:g} on a scale of 0 to {top:g}: "
                "mean grades of a muscle, perhaps, not totals"
            )
    for item in tally.doubtful:
        shown = ", ".join(map(str, item.rows[:10])) + (" …" if item.count > 10 else "")
        told.append(
            f"{item.says} is at most {HIGHEST:g} at one visit and at least half of the scale at "
            f"the other in {item.count} rows (row {shown}): a mean grade beside a total, perhaps"
        )
    fell, improved = tally.contrary
    if fell and 2 * fell >= improved:
        told.append(
            f"in {fell} of {improved} rows where all other measures improved, strength worsened: "
            "its direction may be swapped"
        )
    return told


def _counted(made: Mapping[str, Verdict]) -> dict[str, dict[str, int]]:
    """How many rows got which word."""
    found: dict[str, dict[str, int]] = {}
    for verdict in made.values():
        counts = np.bincount(verdict.codes, minlength=len(verdict.sentences)).tolist()
        for name in (name for name in verdicts.WORDS if name in verdict.columns):
            words: dict[str, int] = {}
            for word, count in zip(verdict.columns[name], counts, strict=True):
                words[word] = words.get(word, 0) + count
            found[name] = dict(sorted(words.items()))
    return found


def _contrary(made: Mapping[str, Verdict]) -> tuple[int, int]:
    for verdict in made.values():
        if verdict.contrary is not None:
            counts = np.bincount(verdict.codes, minlength=len(verdict.sentences))
            fell, improved = (int(counts[where].sum()) for where in verdict.contrary)
            return fell, improved
    return 0, 0
