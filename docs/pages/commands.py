"""The page of the command line, from its own help."""

import inspect
import re

import click

from myotrial.cli import main
from myotrial.cli.commands import cli
from pages.markdown import MADE, block, table

__all__ = ["page"]

WIDTH = 78
CODE = re.compile(r"^(\d+) +(.+)$", re.MULTILINE)


def page() -> str:
    """Every command with its help, and the exit codes."""
    context = click.Context(cli, info_name="myotrial", terminal_width=WIDTH)
    parts = [f"# Commands and exit codes\n\n{block(cli.get_help(context))}"]
    for name, command in sorted(cli.commands.items()):
        inner = click.Context(command, info_name=name, parent=context)
        parts.append(f"## myotrial {name}\n\n{block(command.get_help(inner))}")
        for below, one in getattr(command, "commands", {}).items():
            told = click.Context(one, info_name=below, parent=inner)
            parts.append(f"### myotrial {name} {below}\n\n{block(one.get_help(told))}")
    codes = CODE.findall(inspect.getdoc(main) or "")
    parts.append(f"## Exit codes\n\n{table(('code', 'meaning'), codes)}")
    return MADE + "\n".join(parts)
