"""A zip archive made while it is sent: the same bytes for the same parts."""

from collections.abc import Iterable, Iterator
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

__all__ = ["zipped"]

Part = tuple[str, Iterable[bytes]]
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip archive can say
ENOUGH = 1 << 16  # bytes that are sent at once


def zipped(parts: Iterable[Part]) -> Iterator[bytes]:
    """The archive, piece by piece.

    Args:
        parts: Name and content of each file, the content in pieces.
    """
    pipe = _Pipe()
    stream: Any = pipe  # all that is asked of a file that cannot go back
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in parts:
            about = ZipInfo(name, EPOCH)
            about.compress_type, about.external_attr = ZIP_DEFLATED, 0o644 << 16
            with archive.open(about, "w", force_zip64=True) as member:
                for piece in content:
                    member.write(piece)
                    if pipe.size >= ENOUGH:
                        yield pipe.taken()
    yield pipe.taken()


class _Pipe:
    """Takes what is written until it is asked for it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> bytes:
        made, self._pieces, self.size = b"".join(self._pieces), [], 0
        return made
