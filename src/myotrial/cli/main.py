"""The command line's entry: `main` runs a command and ends with a documented exit code.

0    done
1    done, and the answer is a finding: claims clash, rows or slides cannot be used, output differs
2    the command line itself is wrong
3    a file or table of the study is wrong; nothing was changed
4    output cannot be written; what was there before is untouched
70   a defect in myotrial
130  interrupted; what was there before is untouched (143 or 129 when the system ended it)
141  the reader of a pipe has gone
"""

import errno
import shlex
import signal
import sys
import traceback
from types import FrameType
from typing import NoReturn

import click

from myotrial.cli.answers import NoOutput, abandon_output
from myotrial.cli.commands import cli

__all__ = ["main"]

DEFECT = 70
UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
INTERRUPTED = 128 + signal.SIGINT


def main() -> NoReturn:
    """Run the command line and exit."""
    for name in ("SIGTERM", "SIGHUP"):  # end in an orderly way: temporary folders are removed
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _end)
    sys.exit(_run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    try:
        return cli.main(arguments, prog_name="myotrial", standalone_mode=False) or 0
    except click.ClickException as failure:
        failure.show()
        return failure.exit_code
    except click.Abort:
        click.echo("Interrupted; what was there before is untouched.", err=True)
        return INTERRUPTED
    except Exception as error:
        if isinstance(error, OSError) and error.errno in UNWRITABLE:  # standard output itself
            abandon_output()
            click.echo(f"Error: Cannot write the answer: {error.strerror}.", err=True)
            return NoOutput.exit_code
        if "--debug" in arguments:
            raise
        _report(error, arguments)
        return DEFECT


def _report(error: Exception, arguments: list[str]) -> None:
    """Tell a person that the fault is ours, and how to pass it on."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    command = shlex.join(["myotrial", "--debug", *arguments])
    click.echo(
        f"This is a defect in myotrial, not in your study: {type(error).__name__} at "
        f"{frame.name}:{frame.lineno}. To report it, send what this prints: {command}",
        err=True,
    )


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
