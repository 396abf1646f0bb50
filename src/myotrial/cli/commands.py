"""The group of all commands: each is one call on a study, and one answer shown."""

import click

import myotrial
from myotrial.cli import (
    audits,
    backups,
    biopsies,
    cards,
    checks,
    designs,
    machine,
    measures,
    papers,
    readings,
    releases,
    scores,
    servers,
    studies,
)
from myotrial.cli.answers import BadInput, Finding, NoOutput, abandon_output
from myotrial.errors import ClaimsConflictError, MyotrialError, OutputError

__all__ = ["cli"]

NO_READER = 128 + 13  # as the system ends a process that writes to a closed pipe


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

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 -- as click calls it
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands by what they are about."""
        widest = max(map(len, self.commands))
        room = formatter.width - 6 - widest
        for title, section in SECTIONS.items():
            lines = [(f"{one.name:<{widest}}", one.get_short_help_str(room)) for one in section]
            with formatter.section(title):
                formatter.write_dl(lines)


@click.group(cls=Commands)
@click.version_option(myotrial.__version__, prog_name="myotrial")
@click.option("--debug", is_flag=True, help="Show the traceback of a defect in myotrial.")
def cli(debug: bool) -> None:
    """Run a clinical trial in myositis from protocol to report.

    Exit codes: 0 done; 1 done, and claims cannot all hold, rows or slides cannot be used, or output
    differs; 2 the command line is wrong; 3 a file or table is wrong; 4 output cannot be written;
    130 interrupted.
    """


SECTIONS: dict[str, tuple[click.Command, ...]] = {
    "A study": (
        studies.init,
        studies.check,
        studies.run,
        studies.demo,
        checks.trace,
        checks.verify,
    ),
    "Data in and out": (studies.bring, studies.export, checks.conformance),
    "The study server": (
        servers.serve,
        audits.audit,
        backups.backup,
        backups.restore,
        releases.release,
    ),
    "Scores": (scores.score, cards.explain, measures.instruments),
    "A paper": (papers.claims,),
    "The next trial": (designs.design,),
    "Biopsies": (biopsies.biopsy, readings.reading),
    "This installation": (machine.doctor, machine.completion),
}
for section in SECTIONS.values():
    for command in section:
        cli.add_command(command)
