"""Commands on a whole study: start one, check it, run it."""

from pathlib import Path

import click

from myotrial import study
from myotrial.cli.answers import PATH, as_json, folder, show
from myotrial.cli.progress import Progress

__all__ = ["bring", "check", "demo", "export", "init", "run"]


@click.command()
@folder()
@as_json
def init(folder: Path, as_json: bool) -> None:
    """Start a study in FOLDER.

    Writes a commented study.yaml, empty tables to fill in, and a README that explains them.

    myotrial init my-study
    """
    show(study.init(folder), as_json)


@click.command()
@folder(default=".")
@as_json
def check(folder: Path, as_json: bool) -> None:
    """List every problem of the study in FOLDER, or here.

    myotrial check my-study
    """
    with Progress() as progress:
        progress.say("Reading the study")
        checked = study.Study(folder).check()
    show(checked, as_json)


@click.command()
@folder(default=".")
@as_json
def run(folder: Path, as_json: bool) -> None:
    """Run the study in FOLDER, or here, into its folder out.

    Reads the protocol and the captured tables, derives the datasets, analyses them and writes the
    report; what has not changed since the last run is kept.

    myotrial run my-study
    """
    with Progress() as progress:
        outcome = study.Study(folder).run(progress.watch)
    show(outcome, as_json)


@click.command()
@folder()
@click.option("--to", type=PATH, required=True, help="Folder to make.")
@click.option(
    "--format",
    "kind",
    default="xpt",
    help="xpt, json (Dataset-JSON 1.1), parquet, odm (1.3.2), or usdm (4.0, the protocol alone).",
)
@as_json
def export(folder: Path, to: Path, kind: str, as_json: bool) -> None:
    """Write the SDTM and ADaM datasets of the study in FOLDER.

    Each standard gets a folder of its own with a define.xml 2.1. With --format odm one file holds
    the captured tables and their forms instead.

    myotrial export my-study --to my-study-cdisc
    """
    with Progress() as progress:
        progress.say("Writing the datasets")
        exported = study.Study(folder).export(to, kind)
    show(exported, as_json)


@click.command("import")
@click.argument("source", type=PATH)
@folder()
@click.option("--dictionary", type=PATH, help="The data dictionary of a REDCap project: .csv.")
@click.option("--dry-run", is_flag=True, help="Tell what fits, and write no table.")
@as_json
def bring(
    source: Path, folder: Path, dictionary: Path | None, dry_run: bool, as_json: bool
) -> None:
    """Fill the captured tables of the study in FOLDER from SOURCE.

    SOURCE is a table (CSV, XLSX, Parquet) or a folder of tables, also as REDCap exports them: a
    mapping of its columns is proposed and written to mapping.yaml, to be looked through, and the
    next import reads it. Or SOURCE is a folder of SDTM datasets (SAS transport files, Dataset-JSON
    1.1 or Parquet), or an ODM file. Nothing is written unless all records fit the protocol; ends
    with 1 if a mapping leaves something open.

    myotrial import visits.xlsx my-study
    """
    with Progress() as progress:
        progress.say("Reading the records")
        imported = study.Study(folder).bring(source, dictionary=dictionary, dry_run=dry_run)
    show(imported, as_json)


@click.command()
@folder(default="demo")
@as_json
def demo(folder: Path, as_json: bool) -> None:
    """Copy the anakinra study into FOLDER and run it.

    A study that is in FOLDER already is run as it is.

    myotrial demo
    """
    with Progress() as progress:
        outcome = study.demo(folder).run(progress.watch)
    show(outcome, as_json)
