"""Commands on the trial to come: design it."""

from pathlib import Path

import click

from myotrial import study
from myotrial.cli.answers import PATH, as_json, folder, show
from myotrial.cli.progress import Progress

__all__ = ["design"]


@click.command()
@folder(default=".")
@as_json
@click.option("--to", type=PATH, help="Write the recommended trial as a new study into a folder.")
def design(folder: Path, as_json: bool, to: Path | None) -> None:
    """Design the trial that follows the study in FOLDER, or here.

    Tells what the study says, compares designs by what design.yaml states (or by defaults), and
    recommends one. The report is written into FOLDER/design.

    myotrial design my-study --to my-trial
    """
    with Progress() as progress:
        designed = study.Study(folder).design(to=to, watch=progress.watch, say=progress.say)
    show(designed, as_json)
