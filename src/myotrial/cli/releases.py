"""The command that releases a changed study.yaml to the sites."""

from pathlib import Path

import click

from myotrial import study
from myotrial.cli.answers import as_json, folder, show

__all__ = ["release"]


@click.command()
@folder()
@click.option("--approval", default="", help="What was approved, by whom, and when: releases.")
@click.option("--site", "sites", multiple=True, help="A site it is approved for; without, all.")
@click.option("--reason", default="", help="What the amendment is for.")
@click.option("--by", default="", help="The data manager who releases it.")
@as_json
def release(
    folder: Path, approval: str, sites: tuple[str, ...], reason: str, by: str, as_json: bool
) -> None:
    """Show what a changed study.yaml changes, and release it.

    Without --approval nothing is changed: the report says which forms and fields come, go or
    change, and whose data they touch. Data keep the version they were entered under.

    myotrial release my-study --approval "ethics board, 2026-11-02" --site A --by "Dana Berg"
    """
    show(study.release(folder, approval, sites=sites, reason=reason, by=by), as_json)
