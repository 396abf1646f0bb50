"""The commands on blinded readings of a study's slides."""

from pathlib import Path

import click

from myotrial import study
from myotrial.cli.answers import as_json, folder, show

__all__ = ["reading"]


@click.group()
def reading() -> None:
    """Read slides of a study blinded, and unblind them.

    myotrial reading view my-study cd3 --reader "Reader A"
    """


@reading.command()
@folder()
@click.argument("name")
@click.option("--marker", required=True, help="Whose slides are read, as in study.yaml.")
@click.option("--question", required=True, help="What readers are asked of each section.")
@click.option("--reader", "readers", multiple=True, required=True, help="Who reads; name each.")
@click.option("--adjudicator", default="", help="Who decides where readers disagree.")
@click.option("--grades", default=0, help="Number of grades; without it the answer is a number.")
@click.option(
    "--tolerance",
    default=0.0,
    show_default=True,
    help="Difference between readers up to which their mean stands.",
)
@click.option("--repeats", default=0.2, show_default=True, help="Share of slides that come twice.")
@click.option("--alone", is_flag=True, help="Show no positive areas, cells or threshold.")
@as_json
def new(
    folder: Path, name: str, readers: tuple[str, ...], alone: bool, as_json: bool, **given: object
) -> None:
    """Start the blinded session NAME on the slides of one marker of the study in FOLDER.

    myotrial reading new my-study cd3 --marker CD3 --question "CD3+ cells" --reader A --reader B
    """
    asked = study.Asked(readers=readers, helped=not alone, **given)  # pyright: ignore[reportArgumentType]
    show(study.new_reading(folder, name, asked), as_json)


@reading.command()
@folder()
@click.argument("name")
@click.option("--reader", required=True, help="Who sits at the screen.")
@click.option("--port", default=0, help="Port on this machine; without it, a free one.")
@as_json
def view(folder: Path, name: str, reader: str, port: int, as_json: bool) -> None:
    """Show the session NAME to one reader, or what is disputed to its adjudicator.

    Prints an address of this machine to open in a browser here; Ctrl+C ends the sitting. Answers
    are kept as they are given.

    myotrial reading view my-study cd3 --reader A
    """
    read = study.view(folder, name, reader, lambda at: click.echo(at, err=as_json), port=port)
    show(read, as_json)


@reading.command()
@folder()
@click.argument("name")
@as_json
def unblind(folder: Path, name: str, as_json: bool) -> None:
    """Unblind the session NAME once all its readers have committed.

    Writes data/readings.csv, tells how far the readers agree, and hands rejected regions to the
    next measurement.

    myotrial reading unblind my-study cd3
    """
    show(study.unblind(folder, name), as_json)
