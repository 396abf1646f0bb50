"""The file of subjects that `score` writes beside its scores: the course of every verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from myotrial import names
from myotrial.errors import MyotrialError, OutputError
from myotrial.scoring import courses
from myotrial.study import sinks

__all__ = ["Wanted", "asked", "kept", "write"]


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Attributes:
        out: Where it goes.
        visits: The scheduled visits after baseline, in order.
        consecutive: At how many visits in a row a verdict has to hold to be sustained.
        days: Day of each visit since baseline, as text; none: no times.
    """

    out: Path
    visits: Sequence[str]
    consecutive: int
    days: Mapping[str, str]

    def numbers(self) -> dict[str, float] | None:
        """The days as numbers.

        Raises:
            MyotrialError: A day is no number, or not every visit has one.
        """
        if not self.days:
            return None
        if {*self.days} != {*self.visits}:
            raise MyotrialError(
                f"a day for each visit is needed: {', '.join(self.visits)} "
                f"(got {', '.join(self.days)}).\nHint: --day {self.visits[0]}=90."
            )
        try:
            return {name: float(text) for name, text in self.days.items()}
        except ValueError as error:
            raise MyotrialError(
                f"the day of a visit is a number ({error}).\nHint: --day {self.visits[0]}=90."
            ) from error


def asked(
    out: Path | None,
    visits: Sequence[str],
    consecutive: int,
    days: Mapping[str, str],
    *,
    file: Path,
    scores: Path | None,
    cluster: str | None,
) -> Wanted | None:
    """What is asked for, if anything; what cannot be done is refused before any work is.

    Args:
        out: Where the subjects go.
        visits: As in `Wanted`, like `consecutive` and `days`.
        consecutive: At least 2.
        days: As text.
        file: The file to score.
        scores: Where the scores go.
        cluster: Address of a scheduler, if others do the work.

    Raises:
        MyotrialError: The visits are not stated, or days are wrong.
        OutputError: The file would take the place of another.
    """
    if out is None:
        if visits or days:
            raise MyotrialError(
                "visits and their days are for the course of each subject.\n"
                "Hint: say where it goes: --subjects subjects.csv."
            )
        return None
    if cluster is not None:
        raise MyotrialError(
            "the course of each subject is not made on a cluster.\nHint: leave --cluster out."
        )
    if not visits:
        raise MyotrialError(
            "the course of each subject needs the scheduled visits after baseline, in order.\n"
            "Hint: --visit M3 --visit M6."
        )
    wanted = Wanted(out, tuple(visits), consecutive, days)
    wanted.numbers()
    sinks.check(out, file)
    if scores is not None and out.resolve() == scores.resolve():
        raise OutputError(f"{scores} is where the scores go.\nHint: write the subjects elsewhere.")
    return wanted


def kept(frame: pl.DataFrame, criteria: Sequence[str], columns: Mapping[str, str]) -> pl.DataFrame:
    """The columns of a scored table that the courses need, under their CDISC names."""
    wanted = [one.column for one in courses.verdicts_of(criteria)]
    verdicts = [name for one in dict.fromkeys(wanted) for name in _columns_of(one)]
    stated = {name: column for name, column in columns.items() if column in frame.columns}
    keys = {name: names.column_of(name, frame.columns, stated) for name in ("USUBJID", "VISIT")}
    return frame.select(
        *(pl.col(column).cast(pl.String).alias(name) for name, column in keys.items() if column),
        *(pl.col(name).cast(pl.Float64 if name.startswith("TIS") else pl.String)
          for name in verdicts),
    )  # fmt: skip


def write(wanted: Wanted, parts: Sequence[pl.DataFrame], criteria: Sequence[str]) -> None:
    """Write one row for each subject and verdict.

    Args:
        wanted: What is asked for.
        parts: The scored table in parts, as `kept` leaves them.
        criteria: Those by which it was scored.

    Raises:
        MyotrialError: The table does not have a visit.
        OutputError: The file cannot be written.
    """
    made = courses.courses(
        pl.concat(parts),
        criteria=criteria,
        visits=wanted.visits,
        consecutive=wanted.consecutive,
        days=wanted.numbers(),
    )
    with sinks.beside(wanted.out) as folder:
        sinks.write(wanted.out, made.schema, lambda: iter([made]), folder)


def _columns_of(column: str) -> tuple[str, ...]:
    return ("TISLO", "TISHI") if column == "TIS" else (column,)
