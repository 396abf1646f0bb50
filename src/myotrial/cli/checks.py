"""Commands that check a study's numbers: trace one, verify all, conform to the standards."""

from pathlib import Path

import click

from myotrial import study
from myotrial.cli.answers import as_json, folder, show
from myotrial.cli.progress import Progress

__all__ = ["conformance", "trace", "verify"]


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


@click.command()
@folder(default=".")
@as_json
@click.option("--engine", metavar="COMMAND", help="What runs CDISC's rules engine (core).")
def conformance(folder: Path, as_json: bool, engine: str | None) -> None:
    """Check the datasets of the study in FOLDER against the standards.

    ADaM by our own checks; SDTM by CDISC's open rules engine, where one is installed: named here,
    by the variable MYOTRIAL_CORE, or as core on the path. Rules met, broken, skipped and not run
    are counted apart. Ends with 1 if something is broken.

    myotrial conformance my-study --engine /opt/core/core
    """
    with Progress() as progress:
        progress.say("Deriving the datasets")
        found = study.Study(folder).conformance(engine=engine, say=progress.say)
    show(found, as_json)
