"""The command that serves a study."""

from pathlib import Path

import click

from myotrial import study
from myotrial.cli.answers import as_json, folder, show

__all__ = ["serve"]


@click.command()
@folder(default=".")
@click.option("--port", default=8000, show_default=True, help="Port; 0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--demo", is_flag=True, help="Fill it with patients to look at, in a folder to try.")
@as_json
def serve(folder: Path, port: int, host: str, demo: bool, as_json: bool) -> None:
    """Serve the study in FOLDER, or here, as a web application.

    Makes the database and the first administrator on first start. Ctrl+C ends it. With --demo an
    empty server is filled: with the patients of FOLDER/data, or with reconstructed ones of the
    anakinra study, which is copied to FOLDER if there is no study yet.

    myotrial serve my-study
    """
    served = study.serve(
        folder, lambda told: click.echo(told, err=True), host=host, port=port, demo=demo
    )
    show(served, as_json)
