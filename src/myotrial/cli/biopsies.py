"""The command on the slides of a study."""

from pathlib import Path

import click

from myotrial import study
from myotrial.cli.answers import as_json, folder, show
from myotrial.cli.progress import Progress

__all__ = ["biopsy"]


@click.command()
@folder(default=".")
@click.option("--cluster", default="", help="Dask scheduler whose workers measure, one slide each.")
@as_json
def biopsy(folder: Path, cluster: str, as_json: bool) -> None:
    """Measure the slides of the study in FOLDER, or here.

    Reads biopsies/manifest.csv and the slides it names, and writes data/biopsies.csv; sheets to
    look at, cells and a record of every setting go to biopsies/measured. A slide that cannot be
    measured is told and left out.

    myotrial biopsy my-study
    """
    with Progress() as progress:
        measured = study.measure_biopsies(folder, progress.say, cluster=cluster)
    show(measured, as_json)
