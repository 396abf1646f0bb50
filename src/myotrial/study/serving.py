"""Serve a study: its web application on this machine, until it is stopped."""

import importlib.util
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial.errors import MyotrialError
from myotrial.study import start
from myotrial.study.places import PROTOCOL, require_study

__all__ = ["ServedStudy", "serve"]

WORKERS = 2
THREADS = 4  # of each worker
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class ServedStudy:
    """A server that was stopped.

    Attributes:
        study: The study's folder.
        address: Where it was.
    """

    study: Path
    address: str

    @property
    def code(self) -> int:
        """0."""
        return 0

    def as_record(self) -> dict[str, Any]:
        """Folder and address."""
        return {"study": str(self.study), "address": self.address}

    def __str__(self) -> str:
        return f"The server of {self.study} has stopped; what was saved is saved."


def serve(
    folder: Path,
    tell: Callable[[str], object],
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    demo: bool = False,
) -> ServedStudy:
    """Serve the study in a folder until Ctrl+C.

    Args:
        folder: A folder with a study.yaml.
        tell: Told what a person needs to know: the address, a first password.
        host: Address of this machine to listen at.
        port: Port; 0 for a free one.
        demo: Fill it with patients to look at, unless it has some: those of data/, or reconstructed
            ones; where there is no study yet, the anakinra study is copied there.

    Raises:
        MyotrialError: There is no study, the port is taken, a key is missing, or the database
            cannot be reached.
        DocumentError: The protocol breaks its form.
    """
    folder = Path(folder)
    if demo:
        start.demo(folder)
    require_study(folder)
    _require_libraries()
    _require_proxy(host)
    port = _free(host, port)
    from myotrial import protocol
    from myotrial.capture.keeping.serving import serving
    from myotrial.capture.places import Places

    protocol.read(folder / PROTOCOL)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    with serving(Places(folder)):
        database = _ready(folder, tell)
        if demo:
            _filled(folder, tell)
        _run(host, port, lambda: tell(f"Serving {folder} ({database}) at {address}"))
    return ServedStudy(folder, address)


def _ready(folder: Path, tell: Callable[[str], object]) -> str:
    """Prepare the study, and tell what is to be known; gives engine and version."""
    from myotrial.capture.web.starting import prepare

    ready = prepare(folder)
    if ready.caution:
        tell(f"Note: {ready.caution}")
    if ready.user:
        tell(f"First administrator: {ready.user}")
    if ready.password:
        tell(f"One-time password (shown only now): {ready.password}")
    return ready.database


def _filled(folder: Path, tell: Callable[[str], object]) -> None:
    """Fill the server for looking around, and say how to get in."""
    from django.db import connection

    from myotrial.study.filling import show_around

    entered, user, password = show_around(folder)
    connection.close()
    if entered:
        tell(f"Entered {entered} patients to look at; those that were drawn say so everywhere.")
    if user:
        tell(f"To look around: {user}, one-time password {password}")


def _run(host: str, port: int, begun: Callable[[], object]) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    server = Granian(
        "myotrial.capture.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        log_enabled=False,
    )
    server.on_startup(begun)
    server.serve()


def _require_libraries() -> None:
    missing = [name for name in ("django", "granian") if importlib.util.find_spec(name) is None]
    if missing:
        raise MyotrialError(
            f"the study server needs {' and '.join(missing)}, which are not installed.\n"
            "Hint: pip install 'myotrial[server]'"
        )


def _require_proxy(host: str) -> None:
    if host not in LOOPBACK and not os.environ.get("MYOTRIAL_HOSTS"):
        raise MyotrialError(
            f"the server speaks plain HTTP and would be open to others at {host}.\n"
            "Hint: put a proxy with TLS before it and name the server in MYOTRIAL_HOSTS; or leave "
            "--host out, and only this machine reaches it."
        )


def _free(host: str, port: int) -> int:
    """The port, if it is free; a free one for 0."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise MyotrialError(
                f"the server cannot listen at {host}, port {port}: {why}.\n"
                "Hint: another program may hold the port; choose another with --port."
            ) from None
        return tried.getsockname()[1]
