"""Commands on the installation itself: what works here, and completion in the shell."""

import click
from click.shell_completion import get_completion_class

from myotrial import study
from myotrial.cli.answers import as_json, show

__all__ = ["completion", "doctor"]

PROGRAM = "myotrial"
VARIABLE = "_MYOTRIAL_COMPLETE"  # the variable by which click asks for completions


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Tell which parts of myotrial work on this machine.

    Loads every optional part that is installed and says how to get the others. Ends with 1 if
    something that is installed does not load.

    myotrial doctor
    """
    show(study.diagnose(), as_json)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes SHELL complete commands and options.

    Put its output where the shell reads it at its start: in a file that ~/.bashrc sources, in a
    folder of zsh's fpath, or in ~/.config/fish/completions/myotrial.fish.

    myotrial completion bash > ~/.myotrial-completion.bash
    """
    made = get_completion_class(shell)
    assert made is not None  # noqa: S101 -- click ships all three
    click.echo(made(ctx.find_root().command, {}, PROGRAM, VARIABLE).source())
