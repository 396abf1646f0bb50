"""Commands on one subject of a table of visits: explain the verdicts."""

from pathlib import Path
from typing import Any

import click

from myotrial import study
from myotrial.cli.answers import PATH, as_json, show
from myotrial.cli.options import visits_options
from myotrial.cli.progress import Progress

__all__ = ["explain"]


@click.command()
@click.argument("file", type=PATH)
@as_json
@click.option("--subject", required=True, help="The subject, as in USUBJID.")
@click.option("--visit", help="One visit; without it, every visit after baseline.")
@click.option("--out", type=PATH, help="Write the card as a page: .html.")
@visits_options
def explain(file: Path, as_json: bool, **options: Any) -> None:
    """Explain the verdicts on one subject of FILE.

    Shows each measure with its change, band and points, what is missing and what could become of
    it, and the sentence of every rule that decided. Ends with 1 if something in the subject's rows
    could not be used.

    myotrial explain visits.csv --subject A-01 --baseline M0 --unit PHGA=mm --out card.html
    """
    with Progress() as progress:
        progress.say("Reading the visits")
        explained = study.explain_file(file, **options)
    show(explained, as_json)
