"""The command line: `myotrial COMMAND`."""

import click

import myotrial


@click.group()
@click.version_option(myotrial.__version__, prog_name="myotrial")
def main() -> None:
    """Run a clinical trial in myositis from protocol to report."""
