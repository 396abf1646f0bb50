"""Commands on a publication: whether its claims can all hold."""

from pathlib import Path

import click

from myotrial import study
from myotrial.cli.answers import PATH, as_json, show
from myotrial.cli.progress import Progress

__all__ = ["claims"]


@click.command()
@click.argument("file", type=PATH)
@as_json
def claims(file: Path, as_json: bool) -> None:
    """Say whether the claims in FILE can all hold.

    myotrial claims studies/anakinra-2009/published.yaml
    """
    with Progress() as progress:
        progress.say("Examining the published claims")
        verdict = study.examine(file)
    show(verdict, as_json)
