"""Why one subject was judged as it was, told to a person: as text, and as an HTML card."""

import tempfile
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myotrial.errors import MyotrialError
from myotrial.study.answers import FINDINGS
from myotrial.study.output import cannot_write

if TYPE_CHECKING:
    from myotrial.study.spreadsheets import Spreadsheet

__all__ = ["Explanation", "explain", "explain_file"]

Record = Mapping[str, Any]
HEAD = ("measure", "baseline", "here", "change", "of baseline", "of range", "points")
DASH = "-"
IN = " " * 4
COLUMNS = 100


@dataclass(frozen=True)
class Explanation:
    """A score card: what was measured in one subject, and which rule decided what.

    Attributes:
        card: The record of `scoring.explanation.explain`: plain data.
        out: Where the HTML card was written, if it was.
    """

    card: Record
    out: Path | None = None

    @property
    def code(self) -> int:
        """0, or findings: something in the subject's rows could not be used."""
        return FINDINGS if self.card["problems"] else 0

    def as_record(self) -> dict[str, Any]:
        """All of it as plain data."""
        return dict(self.card) | {"out": None if self.out is None else str(self.out)}

    def html(self) -> str:
        """The card as a page that needs no network."""
        from myotrial.report.scorecard import scorecard

        return scorecard(self.card)

    def _repr_html_(self) -> str:
        from myotrial.report.scorecard import fragment

        return fragment(self.card)

    def __str__(self) -> str:
        card = self.card
        blocks = [f"{card['subject']}: against {card['baseline']} (row {card['row']})"]
        blocks += [f"Problem: {problem}." for problem in card["problems"]]
        blocks += ["\n" + "\n".join(_visit(visit)) for visit in card["visits"]]
        if self.out is not None:
            blocks.append(f"\nCard: {self.out}")
        return "\n".join(blocks)


def explain(
    table: Any,
    subject: str,
    *,
    visit: str | None = None,
    baseline: str | None = None,
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    variants: Mapping[str, str] | None = None,
    limits: Mapping[str, Any] | None = None,
    criteria: Sequence[str] = ("doi", "fi20", "tis_adult"),
    decimal: str = ".",
) -> Explanation:
    """Explain the verdicts on one subject of a table of visits.

    Args:
        table: As in `myotrial.score`, and so is all that is not named here.
        subject: The subject, as in USUBJID.
        visit: One visit; None for every visit after baseline.
        baseline: Name of the baseline visit.
        columns: Other names of columns.
        units: Unit of each measure that knows several.
        variants: Variant of each measure that knows several.
        limits: Upper limits of normal.
        criteria: Those of `myotrial.score`.
        decimal: What stands before the decimals in columns of text.

    Returns:
        An `Explanation`: text with `str` or `print`, plain data with `as_record`, a page with
        `html`, and a card where it is shown in a notebook.

    Raises:
        MyotrialError: As `myotrial.score` raises; or subject or visit are not in the table.

    >>> import polars as pl
    >>> visits = pl.DataFrame({"USUBJID": ["A", "A"], "VISIT": ["M0", "M6"], "FI": [40, 48]})
    >>> print(explain(visits, "A", baseline="M0", criteria=["fi20"]))
    A: against M0 (row 1)
    <BLANKLINE>
    M6 (row 2)
      measure                baseline  here  change  of baseline               of range  points
      Functional index (FI)  40        48    8       better by 20 %, improved  -         -
      Functional index: Improved
        40 to 48 points is 20 % of baseline or more.
        (Dorph C et al. 2009)
    """
    from myotrial.scoring import explanation

    found = explanation.explain(
        table,
        subject,
        visit=visit,
        baseline=baseline,
        columns=columns,
        units=units,
        variants=variants,
        limits=limits,
        criteria=criteria,
        decimal=decimal,
    )
    return Explanation(found)


def explain_file(
    file: Path,
    *,
    subject: str,
    visit: str | None = None,
    out: Path | None = None,
    baseline: str | None = None,
    column: Mapping[str, str],
    unit: Mapping[str, str],
    variant: Mapping[str, str],
    limit: Mapping[str, str],
    criterion: Sequence[str] = (),
    sheet: str | None = None,
    decimal: str | None = None,
) -> Explanation:
    """Explain the verdicts on one subject of a file of visits.

    Args:
        file: The file, as in `score`, and so is all that is not named here.
        subject: The subject.
        visit: One visit; None for every visit after baseline.
        out: Where to write the card, if anywhere: a file that ends in .html.
        baseline: Name of the baseline visit.
        column: Column that holds a measure.
        unit: Unit of a measure.
        variant: Variant of a measure.
        limit: Upper limits of normal, as text.
        criterion: Which criteria; none: the usual ones.
        sheet: Which sheet of an XLSX file.
        decimal: What stands before the decimals in a CSV file; None: found out.

    Raises:
        MyotrialError: The file cannot be read, or something that is needed is not stated.
        OutputError: The card cannot be written.
    """
    from myotrial.scoring import explanation
    from myotrial.study import limits

    if out is not None and out.suffix.lower() not in {".html", ".htm"}:
        raise MyotrialError(f"{out}: expected a file that ends in .html.")
    chosen: dict[str, Any] = {"criteria": criterion} if criterion else {}
    found = _read(file, sheet, decimal, column)
    card = explanation.explain(
        found.table,
        subject,
        visit=visit,
        baseline=baseline,
        columns=column,
        units=unit,
        variants=variant,
        limits=limits.stated(limit),
        decimal=found.decimal,
        numbers=found.numbers,
        **chosen,
    )
    if out is not None:
        _write(Explanation(card).html(), out)
    return Explanation(card, out)


def _read(
    file: Path, sheet: str | None, decimal: str | None, columns: Mapping[str, str]
) -> "Spreadsheet":
    """The whole table of a file; what had to be found out in a spreadsheet is found out again."""
    from myotrial.study import spreadsheets
    from myotrial.study.scored import KINDS

    kind = file.suffix.lower()
    if kind not in KINDS:
        known = f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"
        raise MyotrialError(f"{file}: expected a file that ends in {known}.")
    if kind != ".parquet":
        return spreadsheets.read(file, sheet=sheet, decimal=decimal, columns=columns)
    return spreadsheets.parquet(file, decimal=decimal, columns=columns)


def _write(text: str, out: Path) -> None:
    """Write beside the place and move there, so that a file is whole or as it was."""
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".myotrial-") as folder:
            part = Path(folder) / out.name
            part.write_text(text, encoding="utf-8")
            part.replace(out)
    except OSError as error:
        raise cannot_write(out, error) from error


def _visit(visit: Record) -> Iterator[str]:
    yield f"{visit['visit']} (row {visit['row']})"
    rows = [HEAD, *(_cells(item) for item in visit["measures"])]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    for cells in rows:
        yield "  " + "  ".join(map(str.ljust, cells, widths)).rstrip()
    for item in visit["measures"]:
        told = [word for word in (item["missing"], item["could"], item["note"]) if word]
        if told:
            yield f"  {item['label']}: {'; '.join(told)}."
    for rule in visit["rules"]:
        yield f"  {rule['name']}: {rule['words']}"
        yield textwrap.fill(rule["sentence"], COLUMNS, initial_indent=IN, subsequent_indent=IN)
        yield f"{IN}({rule['source']})"


def _cells(item: Record) -> tuple[str, ...]:
    named = item["label"] + (f" ({item['unit']})" if item["unit"] not in {"", "points"} else "")
    marked = item["mark"] in {"improved", "worsened"}
    points = DASH
    if item["most"] is not None:
        points = f"0 to {item['most']:g}" if item["points"] is None else f"{item['points']:g}"
        points += f" of {item['most']:g}" if item["points"] is not None else ""
    return (
        named,
        _shown(item["baseline"]),
        _shown(item["value"]),
        _shown(item["change"]),
        (item["relative_words"] or DASH) + (f", {item['mark']}" if marked else ""),
        _in_band(item),
        points,
    )


def _shown(number: float | None) -> str:
    return DASH if number is None else f"{number:.10g}"


def _in_band(item: Record) -> str:
    if item["band"] is None:
        return DASH
    over, to = item["band"]["over"], item["band"]["to"]
    ends = f"over {over:g}" if over is not None else ""
    ends = f"{ends}{' to' if ends else 'up to'} {to:g}" if to is not None else ends
    return f"{item['absolute_words']} ({ends} %)"
