"""How a table of visits is to be read: the options that every command on one shares."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, TypeVar

import click

from myotrial.cli.answers import PATH

__all__ = ["courses_options", "visits_options"]

Command = TypeVar("Command", bound=Callable[..., Any])


def _pairs(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict:
    """NAME=VALUE as a mapping."""
    for item in given:
        if not all(item.partition("=")[::2]):
            raise click.BadParameter(f"expected NAME=VALUE (got {item!r}).")
    return dict(item.split("=", 1) for item in given)


def _named(name: str, says: str, metavar: str) -> Any:
    return click.option(name, multiple=True, callback=_pairs, metavar=metavar, help=says)


READING = (
    click.option("--baseline", help="Name of the baseline visit; without it, ABLFL is Y there."),
    _named("--column", "Column that holds a measure: PHGA=phys_vas.", "NAME=COL"),
    _named("--unit", "Unit of a measure: PHGA=mm, CK=U/L.", "NAME=UNIT"),
    _named("--variant", 'Variant of a measure: MMT8="one side".', "NAME=KIND"),
    _named(
        "--limit",
        "Upper limit of normal: CK=200; by sex CK:F=150; by laboratory CK:F@LAB=150.",
        "NAME=LIMIT",
    ),
    click.option(
        "--criterion",
        multiple=True,
        help="doi, doi_paediatric, printo, fi20, fi2, tis_adult, tis_juvenile, "
        "tis_juvenile_printo, worsening, worsening_core_set or deterioration; without it doi, "
        "fi20 and tis_adult.",
    ),
    click.option("--sheet", help="Sheet of an XLSX file that has several."),
    click.option("--decimal", type=click.Choice([".", ","]), help="What stands before decimals."),
)
COURSES = (
    click.option(
        "--subjects",
        type=PATH,
        help="Write the course of each subject over the visits: .csv or .parquet.",
    ),
    click.option(
        "--visit",
        multiple=True,
        help="A scheduled visit after baseline, for --subjects; name all, in order.",
    ),
    click.option(
        "--consecutive",
        type=click.IntRange(min=2),
        default=2,
        show_default=True,
        help="At how many visits in a row a verdict has to hold to be sustained.",
    ),
    _named(
        "--day", "Day of a visit since baseline, for the time to the first: M3=90.", "VISIT=DAY"
    ),
)


def visits_options(command: Command) -> Command:
    """Give a command the options that say which column is what, in which unit, judged by what."""
    return _given(command, READING)


def courses_options(command: Command) -> Command:
    """Give a command the options that say over which visits the course of a subject is told."""
    return _given(command, COURSES)


def _given(command: Command, options: Sequence[Any]) -> Command:
    return reduce(lambda made, option: option(made), reversed(options), command)
