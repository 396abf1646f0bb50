"""The commands: each is one call on a study, and one answer shown to a person or a program."""

import json
import os
import sys
from pathlib import Path
from typing import Any, Protocol

import click

import myotrial
from myotrial import study
from myotrial.cli.progress import Progress
from myotrial.errors import ClaimsConflictError, MyotrialError, OutputError

__all__ = ["NoOutput", "abandon_output", "cli"]

NO_READER = 128 + 13  # as the system ends a process that writes to a closed pipe


class Answer(Protocol):
    """What a call on a study gives back: `str` for a person, a record for a program."""

    @property
    def code(self) -> int:
        """0, or the exit code of its findings."""
        ...

    def as_record(self) -> dict[str, Any]:
        """Plain data."""
        ...


class Finding(click.ClickException):
    """What was asked for cannot be had, and that is an answer; the message says why."""

    exit_code = 1


class BadInput(click.ClickException):
    """What was given cannot be used; the message says why."""

    exit_code = 3


class NoOutput(click.ClickException):
    """What was asked for cannot be written; the message says why."""

    exit_code = 4


class Commands(click.Group):
    """Show a MyotrialError as one message, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except ClaimsConflictError as error:
            raise Finding(str(error)) from error
        except OutputError as error:
            raise NoOutput(str(error)) from error
        except MyotrialError as error:
            raise BadInput(str(error)) from error
        except BrokenPipeError as error:  # the reader of a pipe has gone: nothing to tell it
            abandon_output()
            raise click.exceptions.Exit(NO_READER) from error


def abandon_output() -> None:
    """Let Python's last flush of standard output go nowhere, quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show(answer: Answer, as_json: bool) -> None:
    """Print the answer; a finding decides the exit code."""
    record = json.dumps(answer.as_record(), indent=2, ensure_ascii=False) if as_json else ""
    click.echo(record or str(answer))
    if answer.code:
        raise click.exceptions.Exit(answer.code)


# Whether a path can be used is found out, and told, by what uses it.
PATH = click.Path(path_type=Path, readable=False)


def _folder(**options: Any) -> Any:
    return click.argument("folder", type=PATH, **options)


as_json = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


@click.group(cls=Commands)
@click.version_option(myotrial.__version__, prog_name="myotrial")
@click.option("--debug", is_flag=True, help="Show the traceback of a defect in myotrial.")
def cli(debug: bool) -> None:
    """Run a clinical trial in myositis from protocol to report.

    Exit codes: 0 done; 1 done, and claims cannot all hold or rows could not be scored; 2 the
    command line is wrong; 3 a file or table is wrong; 4 output cannot be written; 130 interrupted.
    """


@cli.command()
@_folder()
@as_json
def init(folder: Path, as_json: bool) -> None:
    """Start a study in FOLDER.

    Writes a commented study.yaml, empty tables to fill in, and a README that explains them.

    myotrial init my-study
    """
    _show(study.init(folder), as_json)


@cli.command()
@_folder(default=".")
@as_json
def check(folder: Path, as_json: bool) -> None:
    """List every problem of the study in FOLDER, or here.

    myotrial check my-study
    """
    with Progress() as progress:
        progress.say("Reading the study")
        checked = study.Study(folder).check()
    _show(checked, as_json)


@cli.command()
@_folder(default=".")
@as_json
def run(folder: Path, as_json: bool) -> None:
    """Run the study in FOLDER, or here, into its folder out.

    Reads the protocol and the captured tables, derives the datasets, analyses them and writes the
    report; what has not changed since the last run is kept.

    myotrial run my-study
    """
    with Progress() as progress:
        outcome = study.Study(folder).run(progress.watch)
    _show(outcome, as_json)


@cli.command()
@click.argument("file", type=PATH)
@as_json
def claims(file: Path, as_json: bool) -> None:
    """Say whether the claims in FILE can all hold.

    myotrial claims studies/anakinra-2009/published.yaml
    """
    with Progress() as progress:
        progress.say("Examining the published claims")
        verdict = study.examine(file)
    _show(verdict, as_json)


def _pairs(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict:
    """NAME=VALUE as a mapping."""
    for item in given:
        if not all(item.partition("=")[::2]):
            raise click.BadParameter(f"expected NAME=VALUE (got {item!r}).")
    return dict(item.split("=", 1) for item in given)


def _named(name: str, says: str, metavar: str) -> Any:
    return click.option(name, multiple=True, callback=_pairs, metavar=metavar, help=says)


@cli.command()
@click.argument("file", type=PATH)
@as_json
@click.option("--out", type=PATH, help="Write the table with its scores: .csv or .parquet.")
@click.option("--baseline", help="Name of the baseline visit; without it, ABLFL is Y there.")
@_named("--column", "Column that holds a measure: PHGA=phys_vas.", "NAME=COL")
@_named("--unit", "Unit of a measure: PHGA=mm, CK=U/L.", "NAME=UNIT")
@_named("--variant", 'Variant of a measure: MMT8="one side".', "NAME=KIND")
@_named("--limit", "Upper limit of normal: CK=200, or CK:F=150 and CK:M=200.", "NAME=LIMIT")
@click.option("--criterion", multiple=True, help="doi, fi20, tis_adult or tis_juvenile.")
def score(file: Path, as_json: bool, out: Path | None, **options: Any) -> None:
    """Score the visits in FILE, a CSV or Parquet file.

    Ends with 1 if something in it could not be used; the rest is scored.

    myotrial score visits.csv --baseline M0 --unit PHGA=mm --out scores.csv
    """
    with Progress() as progress:
        progress.say("Scoring the visits")
        scored = study.score(file, out=out, **options)
    _show(scored, as_json)


@cli.command()
@_folder(default="demo")
@as_json
def demo(folder: Path, as_json: bool) -> None:
    """Copy the anakinra study into FOLDER and run it.

    A study that is in FOLDER already is run as it is.

    myotrial demo
    """
    with Progress() as progress:
        outcome = study.demo(folder).run(progress.watch)
    _show(outcome, as_json)
