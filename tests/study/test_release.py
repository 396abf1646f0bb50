"""What others install: the wheel works where nothing of the checkout is, and keeps its promise."""

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import click
import pytest

import myotrial

CHECKOUT = Path(__file__).parents[2]
HEAD = "USUBJID,VISIT,PHGA,PTGA,MMT8,HAQDI,CK,MYOACT\n"
VISITS = HEAD + "1,M0,50,60,60,1.5,400,0.3\n1,M3,30,40,72,1.0,250,0.2\n"
UNITS = ("PHGA=mm", "PTGA=mm", "CK=U/L", "MYOACT=fraction")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel and the source archive."""
    place = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(place)]
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True, timeout=120)
    return next(place.glob("*.whl")), next(place.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """Run myotrial from the wheel alone, with the libraries of this environment beside it."""
    place = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(built[0]).extractall(place)  # noqa: S202 -- our own
    code = (
        "import sys; sys.path[1:1] = sys.argv[1:3]; sys.argv[:] = ['myotrial', *sys.argv[3:]];"
        "from myotrial.cli.main import main; main()"
    )
    libraries = Path(click.__file__).parents[1]
    start = [sys.executable, "-S", "-c", code, str(place), str(libraries)]  # -S: no checkout

    def call(*arguments):
        done = subprocess.run(
            [*start, *map(str, arguments)], cwd=place, capture_output=True, text=True,
            timeout=300, check=False, env={**os.environ, "PYTHONPATH": ""},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


def test_wheel__runs_a_study_from_its_template_and_scores(installed, tmp_path):
    assert myotrial.__version__ in installed("--version")
    installed("init", tmp_path / "mine")
    assert "no problems" in installed("check", tmp_path / "mine")
    (tmp_path / "visits.csv").write_text(VISITS)
    units = [word for unit in UNITS for word in ("--unit", unit)]
    told = installed(
        "score", tmp_path / "visits.csv", "--baseline", "M0", "--criterion", "doi", *units,
        "--variant", "MMT8=one side", "--json",
    )  # fmt: skip
    assert json.loads(told)


def test_wheel__checks_the_published_study_that_it_brings(installed):
    place = installed("doctor", "--json")
    assert json.loads(place)["parts"][0]["state"] == "ready"
    seed = "myotrial/_studies/anakinra-2009/published.yaml"
    assert "can all hold" in installed("claims", seed)


def test_wheel__has_types_templates_and_no_tests(built):
    names = zipfile.ZipFile(built[0]).namelist()
    assert "myotrial/py.typed" in names
    tracked = subprocess.run(
        ["git", "ls-files", "src/myotrial"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert {name.removeprefix("src/") for name in tracked} <= set(names)
    assert not any(part in name for name in names for part in ("tests/", "bench/", ".pyc"))


def test_sdist__has_what_a_packager_needs(built):
    with tarfile.open(built[1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "SECURITY.md", "CITATION.cff", "pyproject.toml"} <= names
    assert {"tests/conftest.py", "studies/anakinra-2009/study.yaml", "docs/index.md"} <= names


def test_names__that_are_promised():
    """The public interface: a name that goes needs a deprecation first, and an entry here."""
    from myotrial import study

    assert set(myotrial.__all__) == {"__version__", "explain", "score"}
    promised = {
        "Study", "demo", "diagnose", "examine", "explain", "init", "instruments",
        "measure_biopsies", "score",
    }  # fmt: skip
    assert promised <= set(study.__all__)
    assert all(callable(getattr(study, name)) for name in promised)
    verbs = {"bring", "check", "conformance", "design", "export", "run", "trace", "verify"}
    assert verbs <= {name for name in vars(study.Study) if not name.startswith("_")}
