"""What a command shows: an answer for a person or a program, and its exit code."""

import json
import os
import sys
from pathlib import Path
from typing import Any, Protocol

import click

__all__ = [
    "PATH",
    "Answer",
    "BadInput",
    "Finding",
    "NoOutput",
    "abandon_output",
    "as_json",
    "folder",
    "show",
]


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


def abandon_output() -> None:
    """Let Python's last flush of standard output go nowhere, quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show(answer: Answer, as_json: bool) -> None:
    """Print the answer; a finding decides the exit code."""
    record = json.dumps(answer.as_record(), indent=2, ensure_ascii=False) if as_json else ""
    click.echo(record or str(answer))
    if answer.code:
        raise click.exceptions.Exit(answer.code)


# Whether a path can be used is found out, and told, by what uses it.
PATH = click.Path(path_type=Path, readable=False)


def folder(**options: Any) -> Any:
    """The argument FOLDER of a command on a study."""
    return click.argument("folder", type=PATH, **options)


as_json = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
