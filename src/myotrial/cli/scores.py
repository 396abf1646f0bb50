"""Commands on a table of visits: score it."""

from pathlib import Path
from typing import Any

import click

from myotrial import study
from myotrial.cli.answers import PATH, as_json, show
from myotrial.cli.progress import Progress

__all__ = ["score"]


def _pairs(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict:
    """NAME=VALUE as a mapping."""
    for item in given:
        if not all(item.partition("=")[::2]):
            raise click.BadParameter(f"expected NAME=VALUE (got {item!r}).")
    return dict(item.split("=", 1) for item in given)


def _named(name: str, says: str, metavar: str) -> Any:
    return click.option(name, multiple=True, callback=_pairs, metavar=metavar, help=says)


@click.command()
@click.argument("file", type=PATH)
@as_json
@click.option("--out", type=PATH, help="Write the table with its scores: .csv or .parquet.")
@click.option("--baseline", help="Name of the baseline visit; without it, ABLFL is Y there.")
@_named("--column", "Column that holds a measure: PHGA=phys_vas.", "NAME=COL")
@_named("--unit", "Unit of a measure: PHGA=mm, CK=U/L.", "NAME=UNIT")
@_named("--variant", 'Variant of a measure: MMT8="one side".', "NAME=KIND")
@_named(
    "--limit",
    "Upper limit of normal: CK=200; by sex CK:F=150; by laboratory CK:F@LAB=150.",
    "NAME=LIMIT",
)
@click.option(
    "--criterion",
    multiple=True,
    help="doi, doi_paediatric, printo, fi20, fi2, tis_adult, tis_juvenile, tis_juvenile_printo, "
    "worsening, worsening_core_set or deterioration; without it doi, fi20 and tis_adult.",
)
@click.option("--sheet", help="Sheet of an XLSX file that has several.")
@click.option("--decimal", type=click.Choice([".", ","]), help="What stands before decimals.")
@click.option("--cluster", metavar="ADDRESS", help="Dask scheduler whose workers do the work.")
def score(file: Path, as_json: bool, out: Path | None, **options: Any) -> None:
    """Score the visits in FILE: CSV, XLSX or Parquet.

    Ends with 1 if something in it could not be used; the rest is scored.

    myotrial score visits.csv --baseline M0 --unit PHGA=mm --out scores.csv
    """
    with Progress() as progress:
        progress.say("Scoring the visits")
        scored = study.score(file, out=out, **options)
    show(scored, as_json)
