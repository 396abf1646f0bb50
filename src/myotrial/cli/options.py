"""How a table of visits is to be read: the options that every command on one shares."""

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeVar

import click

__all__ = ["visits_options"]

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


def visits_options(command: Command) -> Command:
    """Give a command the options that say which column is what, in which unit, judged by what."""
    return reduce(lambda made, option: option(made), reversed(READING), command)
