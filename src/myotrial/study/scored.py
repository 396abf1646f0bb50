"""A file of visits that was scored, told to a person."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myotrial.errors import MyotrialError
from myotrial.study.answers import FINDINGS

if TYPE_CHECKING:
    import polars as pl

    from myotrial.scoring import Report
    from myotrial.study.courses import Wanted
    from myotrial.study.parts import Pieces, Source

__all__ = ["ScoredFile", "score"]

KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
SHOWN = 40  # rows told one by one


@dataclass(frozen=True)
class ScoredFile:
    """The verdicts on a file of visits.

    Attributes:
        file: The file.
        out: Where the table with its scores was written, if it was.
        report: What was recognised, and what could not be scored.
        sentences: Why each row got its verdict, in a small table.
        numbers: The number of each of these rows.
        subjects: Where the course of each subject was written, if it was.
    """

    file: Path
    out: Path | None
    report: "Report"
    sentences: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    subjects: Path | None = None

    @property
    def code(self) -> int:
        """0, or findings: a row or value could not be used."""
        return FINDINGS if self.report.problems else 0

    def verdicts(self) -> dict[str, dict[str, int]]:
        """How many scored rows got which verdict."""
        return {name: dict(counts) for name, counts in self.report.verdicts.items()}

    def as_record(self) -> dict[str, Any]:
        """The report and the counts as plain data."""
        out = None if self.out is None else str(self.out)
        written = {} if self.subjects is None else {"subjects": str(self.subjects)}
        return {"file": str(self.file), "out": out, **written, **self.report.as_record()}

    def __str__(self) -> str:
        told = zip(self.numbers, self.sentences, strict=True)
        lines = [f"Row {row}: {sentence}." for row, sentence in told]
        for name, counts in self.verdicts().items():
            if counts:
                lines.append(f"{name}: " + ", ".join(f"{word} {n}" for word, n in counts.items()))
        lines.append(str(self.report))
        if self.out is not None:
            lines.append(f"Scores: {self.out}")
        if self.subjects is not None:
            lines.append(f"Subjects: {self.subjects}")
        return "\n".join(lines)


def score(
    file: Path,
    *,
    out: Path | None = None,
    baseline: str | None = None,
    column: Mapping[str, str],
    unit: Mapping[str, str],
    variant: Mapping[str, str],
    limit: Mapping[str, str],
    criterion: Sequence[str] = (),
    sheet: str | None = None,
    decimal: str | None = None,
    cluster: str | None = None,
    subjects: Path | None = None,
    visit: Sequence[str] = (),
    consecutive: int = 2,
    day: Mapping[str, str] | None = None,
) -> ScoredFile:
    """Score the visits in a CSV, XLSX or Parquet file.

    Args:
        file: The file. A Parquet file is never held in memory as a whole.
        out: Where to write the table with its scores, if anywhere.
        baseline: Name of the baseline visit.
        column: Column that holds a measure.
        unit: Unit of a measure.
        variant: Variant of a measure.
        limit: Upper limit of normal by "CK", or by "CK:F" and "CK:M", as text; of one laboratory
            by "CK@LAB" or "CK:F@LAB".
        criterion: Which criteria; none: the usual ones.
        sheet: Which sheet of an XLSX file.
        decimal: What stands before the decimals in a CSV file; None: found out.
        cluster: Address of a Dask scheduler whose workers share the work on a Parquet file; `out`
            is then a folder of Parquet files.
        subjects: Where to write the course of each subject, if anywhere; of a Parquet file the
            verdicts are then held in memory.
        visit: The scheduled visits after baseline in order, for `subjects`.
        consecutive: At how many visits in a row a verdict has to hold to be sustained.
        day: Day of each visit since baseline, as text, for the time to the first.

    Raises:
        MyotrialError: The file cannot be read, or something that is needed is not stated.
        OutputError: The scores cannot be written.
    """
    from myotrial.scoring.door import USUAL
    from myotrial.study import courses, limits, sinks

    kind = file.suffix.lower()
    if kind not in KINDS:
        raise MyotrialError(
            f"{file}: expected a file that ends in {', '.join(KINDS[:-1])} or {KINDS[-1]}."
        )
    if out is not None:
        sinks.check(out, file)
    if cluster is not None and (kind != ".parquet" or out is None or out.suffix != ".parquet"):
        raise MyotrialError(
            "a cluster works on a Parquet file and writes a folder of Parquet files.\n"
            "Hint: give a .parquet file and --out NAME.parquet, or leave --cluster out."
        )
    wanted = courses.asked(
        subjects, visit, consecutive, day or {}, file=file, scores=out, cluster=cluster
    )
    options: dict[str, Any] = {
        "baseline": baseline,
        "columns": column,
        "units": unit,
        "variants": variant,
        "limits": limits.stated(limit),
        "criteria": tuple(criterion) or USUAL,
    }
    if kind == ".parquet" and not _is_wide(file, column):
        return _in_parts(file, out, options | {"decimal": decimal or "."}, cluster, wanted)
    return _at_once(file, out, options, sheet, decimal, wanted)


def _at_once(
    file: Path,
    out: Path | None,
    options: Mapping[str, Any],
    sheet: str | None,
    decimal: str | None,
    wanted: "Wanted | None",
) -> ScoredFile:
    """A spreadsheet: read, scored and written as a whole."""
    from myotrial.scoring import part, running
    from myotrial.scoring.report import merged
    from myotrial.study import courses, sinks, spreadsheets

    if file.suffix.lower() == ".parquet":
        found = spreadsheets.parquet(file, decimal=decimal, columns=options["columns"])
    else:
        found = spreadsheets.read(file, sheet=sheet, decimal=decimal, columns=options["columns"])
    frame = found.table
    _require_rows(file, frame.height)
    plan = running.plan(
        frame.columns,
        lambda names: frame.select(names).unique(),
        **options,
        decimal=found.decimal,
    )
    made = part.scored(frame.select(plan.needed), plan, found.numbers)
    added = made.frame()
    report = part.reported(plan, merged([made.tally]), found.notes)
    whole = added if plan.is_long else frame.hstack(added)
    if wanted is not None:
        courses.write(
            wanted, [courses.kept(whole, plan.criteria, options["columns"])], plan.criteria
        )
    if out is not None:
        with sinks.beside(out) as folder:
            sinks.write(out, whole.schema, lambda: iter([whole]), folder)
    told = _told(added, made.numbers.tolist())
    return ScoredFile(file, out, report, *told, wanted.out if wanted else None)


def _in_parts(
    file: Path,
    out: Path | None,
    options: dict[str, Any],
    address: str | None,
    wanted: "Wanted | None",
) -> ScoredFile:
    """A Parquet file: scored part by part, here or on a cluster."""
    import tempfile

    import polars as pl

    from myotrial.scoring import part
    from myotrial.scoring.report import merged
    from myotrial.study import cluster, courses, parts, sinks

    try:
        source = parts.opened(file, options)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _unreadable(file, error) from error
    _require_rows(file, source.rows)
    try:
        with ExitStack() as stack:
            each = (
                parts.ahead if address is None else stack.enter_context(cluster.connected(address))
            )
            place = sinks.beside(out) if out else tempfile.TemporaryDirectory(prefix="myotrial-")
            folder = Path(stack.enter_context(place))
            (folder / "spread").mkdir()
            rows = parts.ROWS if address is None else parts.SHARED
            cut, tallies = parts.pieces(source, folder / "spread", each, rows)
            if address is not None and out is not None:
                tallies += _on_cluster(source, cut, folder, out, each)
                told: tuple[Any, Any] = ((), ())
            else:
                held: list[pl.DataFrame] = []
                keep = _keeping(held, source, options["columns"]) if wanted else None
                found, told = _here(source, cut, folder, out, keep)
                tallies += found
                if wanted is not None:
                    courses.write(wanted, held, source.plan.criteria)
    except pl.exceptions.PolarsError as error:  # a part of the file is damaged
        raise _unreadable(file, error) from error
    report = part.reported(source.plan, merged(tallies))
    return ScoredFile(file, out, report, *told, wanted.out if wanted else None)


def _is_wide(file: Path, column: Mapping[str, str]) -> bool:
    """Whether visits stand in the names of a Parquet file's columns; it is then read as a whole."""
    import polars as pl

    from myotrial.scoring import side_by_side

    try:
        names = pl.read_parquet_schema(file)
    except (OSError, pl.exceptions.PolarsError):
        return False  # what opens it tells why
    return side_by_side.is_wide([*names], column.values())


def _require_rows(file: Path, rows: int) -> None:
    """Refuse a table of nothing but its header: there is nothing to score."""
    if not rows:
        raise MyotrialError(f"{file} holds no rows below its header: there is nothing to score.")


def _keeping(
    held: "list[pl.DataFrame]", source: "Source", columns: Mapping[str, str]
) -> "Callable[[pl.DataFrame], None]":
    """Keeps of each batch what the courses need."""
    from myotrial.study import courses

    return lambda frame: held.append(courses.kept(frame, source.plan.criteria, columns))


def _unreadable(file: Path, error: Exception) -> MyotrialError:
    return MyotrialError(f"{file} cannot be read: {str(error).splitlines()[0]}")


def _here(
    source: "Source",
    cut: "Pieces",
    folder: Path,
    out: Path | None,
    keep: "Callable[[pl.DataFrame], None] | None",
) -> tuple[list[Any], tuple[Any, Any]]:
    """Score every piece and write it; what was counted, and the sentences of a small table."""
    from myotrial.study import parts, sinks

    small = source.rows <= SHOWN
    shown = out is not None or small or keep is not None
    tallies: list[Any] = []
    told: list[Any] = [(), ()]

    def batches() -> Iterator["pl.DataFrame"]:
        jobs = [(source, cut, place, shown) for place in range(len(cut))]
        for frame, tally in parts.ahead(parts.piece, jobs):
            if tally is not None:
                tallies.append(tally)
            if frame is None:
                continue
            if keep is not None:
                keep(frame)
            if small:
                told[:] = _told(frame, [*range(1, frame.height + 1)])
            yield frame

    if out is not None:
        sinks.write(out, source.schema(), batches, folder)
    else:
        for _ in batches():
            pass
    return tallies, (told[0], told[1])


def _on_cluster(
    source: "Source", cut: "Pieces", folder: Path, out: Path, each: Callable[..., Any]
) -> list[Any]:
    """Have workers write every piece; the folder takes its place when all are there."""
    from myotrial.errors import OutputError
    from myotrial.study import parts

    growing = folder / out.name
    growing.mkdir()
    jobs = [(source, cut, place, growing / f"part-{place:06}.parquet") for place in range(len(cut))]
    tallies = [tally for tally in each(parts.written, jobs) if tally is not None]
    old = folder / "old"
    try:
        if out.exists():
            out.rename(old)
        growing.rename(out)
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {error}") from error
    return tallies


def _told(frame: "pl.DataFrame", numbers: list[int]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The sentences of a small table, with the numbers of their rows."""
    if frame.height > SHOWN:
        return (), ()
    return tuple(frame["WHY"].cast(str).to_list()), tuple(numbers)
