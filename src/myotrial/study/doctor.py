"""What of myotrial works on this machine: its parts, and the programs it can use beside itself."""

import os
import platform
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import Any, Literal

__all__ = ["PARTS", "PROGRAMS", "Diagnosis", "Found", "diagnose"]

State = Literal["ready", "missing", "broken"]
SHORTEST = 100  # characters of an error that are told


@dataclass(frozen=True)
class Part:
    """An optional part: an extra of the installation.

    Attributes:
        name: The extra; "" for what every installation has.
        does: What it is for.
        modules: Module to load, for each distribution; "" where it needs a study's settings first.
    """

    name: str
    does: str
    modules: dict[str, str]


PARTS = (
    Part(
        "",
        "scores, runs, evidence, designs, reports",
        {
            "click": "click",
            "fastexcel": "fastexcel",
            "highspy": "highspy",
            "jinja2": "jinja2",
            "matplotlib": "matplotlib",
            "narwhals": "narwhals",
            "numba": "numba",
            "numpy": "numpy",
            "polars": "polars",
            "pydantic": "pydantic",
            "pyreadstat": "pyreadstat",
            "python-docx": "docx",
            "rich": "rich",
            "ruamel.yaml": "ruamel.yaml",
            "scipy": "scipy",
            "typst": "typst",
        },
    ),
    Part(
        "biopsy",
        "stained slides, measured and read blinded",
        {
            "imagecodecs": "imagecodecs",
            "opencv-python-headless": "cv2",
            "openslide-bin": "openslide_bin",
            "openslide-python": "openslide",
            "tifffile": "tifffile",
            "wsidicom": "wsidicom",
        },
    ),
    Part(
        "cluster",
        "simulation, slides and registries on more than one machine",
        {"dask": "dask", "distributed": "distributed"},
    ),
    Part("gpu", "simulation on an NVIDIA GPU", {"numba-cuda": "numba_cuda"}),
    Part(
        "server",
        "the study server",
        {
            "argon2-cffi": "argon2",
            "cryptography": "cryptography",
            "django": "django",
            "django-htmx": "django_htmx",
            "django-ninja": "",
            "fido2": "fido2",
            "granian": "granian",
            "qrcode": "qrcode",
            "whitenoise": "whitenoise",
        },
    ),
)
PROGRAMS = (("core", "MYOTRIAL_CORE", "CDISC's rules engine, for `myotrial conformance`"),)


@dataclass(frozen=True)
class Found:
    """One part or program of this machine.

    Attributes:
        name: Its name.
        state: Ready, missing, or broken.
        does: What it is for.
        says: What was found, or how to get it.
    """

    name: str
    state: State
    does: str
    says: str


@dataclass(frozen=True)
class Diagnosis:
    """What works on this machine.

    Attributes:
        machine: Versions and numbers, by their names.
        parts: Optional parts, the one that every installation has first.
        programs: Programs beside myotrial.
    """

    machine: dict[str, str]
    parts: tuple[Found, ...]
    programs: tuple[Found, ...]

    @property
    def code(self) -> int:
        """1 where a part that is installed does not load, or what all need is missing."""
        broken = any(part.state == "broken" for part in self.parts)
        return int(broken or self.parts[0].state != "ready")

    def as_record(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "machine": self.machine,
            "parts": [vars(part) for part in self.parts],
            "programs": [vars(program) for program in self.programs],
        }

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield from (f"{name:<12}{value}" for name, value in self.machine.items())
        for title, found in (("Parts", self.parts), ("Programs beside it", self.programs)):
            yield f"\n{title}"
            for one in found:
                yield f"  {one.state:<9}{one.name:<10}{one.does}"
                if one.state != "ready":
                    yield f"{'':21}{one.says}"


def diagnose() -> Diagnosis:
    """Load every part that is installed, and look for the programs beside it."""
    return Diagnosis(
        _machine(),
        tuple(_part(part) for part in PARTS),
        tuple(_program(*program) for program in PROGRAMS),
    )


def _machine() -> dict[str, str]:
    import myotrial

    return {
        "myotrial": myotrial.__version__,
        "Python": f"{platform.python_version()} ({platform.system()}, {platform.machine()})",
        "cores": str(os.cpu_count() or 1),
        "SQLite": sqlite3.sqlite_version,
    }


def _part(part: Part) -> Found:
    name = part.name or "base"
    missing = [one for one in part.modules if not _installed(one)]
    if missing:
        wanted = f"myotrial[{part.name}]" if part.name else "myotrial"
        says = f"{', '.join(missing)} not installed: pip install '{wanted}'"
        return Found(name, "missing", part.does, says)
    broken = [
        f"{one}: {why}"
        for one, module in part.modules.items()
        if module and (why := _broken(module))
    ]
    if broken:
        return Found(name, "broken", part.does, "; ".join(broken))
    versions = ", ".join(f"{one} {metadata.version(one)}" for one in part.modules)
    return Found(name, "ready", part.does, versions)


def _installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def _broken(module: str) -> str:
    """Why a module does not load; "" where it does."""
    try:
        import_module(module)
    except Exception as error:  # noqa: BLE001 -- whatever another's module raises is the answer
        return " ".join(f"{type(error).__name__}: {error}".split())[:SHORTEST]
    return ""


def _program(name: str, variable: str, does: str) -> Found:
    named = os.environ.get(variable, "")
    path = shutil.which(named or name)
    if path:
        return Found(name, "ready", does, path)
    if named:
        return Found(name, "broken", does, f"{variable} names {named}, which cannot be run")
    return Found(name, "missing", does, f"put it on the path, or name it in {variable}")
