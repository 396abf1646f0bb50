"""Commands that walk a study's numbers back: trace one, verify all."""

from pathlib import Path

import click

from myotrial import study
from myotrial.cli.answers import as_json, folder, show
from myotrial.cli.progress import Progress

__all__ = ["trace", "verify"]


@click.command()
@folder()
@click.argument("usubjid")
@click.argument("paramcd")
@click.argument("avisit")
@as_json
def trace(folder: Path, usubjid: str, paramcd: str, avisit: str, as_json: bool) -> None:
    """Walk one value of the study in FOLDER back.

    Shows its rule, the publication of the rule, and the rows it was made from.

    myotrial trace my-study A-01 DOI M6
    """
    with Progress() as progress:
        progress.say("Deriving the datasets")
        traced = study.Study(folder).trace(usubjid, paramcd, avisit)
    show(traced, as_json)


@click.command()
@folder(default=".")
@as_json
def verify(folder: Path, as_json: bool) -> None:
    """Derive all output of the study in FOLDER anew and compare.

    Nothing in the folder is changed. Ends with 1 if a file came out otherwise.

    myotrial verify my-study
    """
    with Progress() as progress:
        verified = study.Study(folder).verify(progress.watch)
    show(verified, as_json)
