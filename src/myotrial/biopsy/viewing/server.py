"""Serve one desk on the loopback of this machine, for one reader's browser.

The address holds a word that nobody can guess; other pages cannot ask, and other names for this
machine are refused, so that no site can reach the server through a reader's browser.
"""

import secrets
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from myotrial.biopsy.viewing.desk import Desk
from myotrial.biopsy.viewing.routes import HEADERS, LONGEST, Answer, respond
from myotrial.errors import MyotrialError

__all__ = ["Served", "serve"]

HOST = "127.0.0.1"
AT_ONCE = 8  # requests worked on at the same time
PATIENCE = 30  # seconds until a silent connection is closed
NOTHING = Answer(404, "text/plain; charset=utf-8", b"There is nothing here.")
REFUSED = Answer(403, "text/plain; charset=utf-8", b"This page answers to itself only.")


class Served:
    """A desk that is being served.

    Args:
        desk: Whose.
        port: Of the loopback; 0 takes a free one.
        respond: What answers.

    Raises:
        MyotrialError: The port is taken.
    """

    def __init__(self, desk: Desk, port: int = 0, respond: Callable[..., Answer] = respond) -> None:
        word = secrets.token_urlsafe(24)
        handler = type("Handler", (_Handler,), {"desk": desk, "word": word, "answer": respond})
        try:
            self._server = _Server((HOST, port), handler)
        except OSError as error:
            raise MyotrialError(
                f"port {port} of this machine is taken.\nHint: leave --port out, for a free one."
            ) from error
        self.desk = desk
        self.address = f"http://{HOST}:{self._server.server_port}/{word}/"

    def forever(self) -> None:
        """Serve until interrupted."""
        try:
            self._server.serve_forever()
        finally:
            self._server.server_close()
            self.desk.close()

    def __enter__(self) -> "Served":
        self._thread = threading.Thread(target=self.forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()


def serve(desk: Desk, tell: Callable[[str], object], *, port: int = 0) -> None:
    """Serve a desk until interrupted.

    Args:
        desk: Whose.
        tell: Told the address.
        port: Of the loopback; 0 takes a free one.
    """
    served = Served(desk, port)
    tell(served.address)
    served.forever()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is no error to tell."""


class _Handler(BaseHTTPRequestHandler):
    desk: Desk
    word: str
    answer: Callable[..., Answer]
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "myotrial", ""
    timeout = PATIENCE
    _busy = threading.BoundedSemaphore(AT_ONCE)

    def do_GET(self) -> None:
        """Answer a GET."""
        self._send(self._answered("GET", b""))

    def do_POST(self) -> None:
        """Answer a POST."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LONGEST:
            self.close_connection = True
            self._send(Answer(413, NOTHING.kind, b"The request is too long."))
            return
        body = self.rfile.read(int(length))
        self._send(self._answered("POST", body))

    def _answered(self, method: str, body: bytes) -> Answer:
        parts = urlsplit(self.path)
        word, found, path = parts.path.removeprefix("/").partition("/")
        if not (found and secrets.compare_digest(word.encode(), self.word.encode())):
            return NOTHING
        if not self._from_here(method):
            return REFUSED
        query = dict(parse_qsl(parts.query))
        with self._busy:
            return type(self).answer(self.desk, method, path, query, body)

    def _from_here(self, method: str) -> bool:
        """Whether the request names this address, and comes from its own page."""
        port = self.connection.getsockname()[1]
        hosts = {f"{HOST}:{port}", f"localhost:{port}"}
        if self.headers.get("Host") not in hosts:
            return False
        origin = self.headers.get("Origin")
        if origin is not None and origin not in {f"http://{host}" for host in hosts}:
            return False
        if self.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            return False
        return method == "GET" or self.headers.get("Content-Type") == "application/json"

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing is written of who looked at what."""
