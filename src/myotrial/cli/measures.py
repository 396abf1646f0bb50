"""Commands on the measures that can be scored: list them."""

import click

from myotrial import study
from myotrial.cli.answers import as_json, show

__all__ = ["instruments"]


@click.command()
@click.argument("name", required=False)
@as_json
def instruments(name: str | None, as_json: bool) -> None:
    """List the instruments, or tell the one called NAME whole.

    Range, units, direction, what a missing part does, the smallest difference that matters where
    one is published, the source, and how far the numbers were verified.

    myotrial instruments mmt8
    """
    show(study.instruments(name), as_json)
