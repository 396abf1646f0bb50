"""Commands on a table of visits: score it."""

from pathlib import Path
from typing import Any

import click

from myotrial import study
from myotrial.cli.answers import PATH, as_json, show
from myotrial.cli.options import courses_options, visits_options
from myotrial.cli.progress import Progress

__all__ = ["score"]


@click.command()
@click.argument("file", type=PATH)
@as_json
@click.option("--out", type=PATH, help="Write the table with its scores: .csv or .parquet.")
@visits_options
@courses_options
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
