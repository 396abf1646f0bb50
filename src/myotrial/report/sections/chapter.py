"""A section made of blocks that may be missing."""

from collections.abc import Iterable

from myotrial.report.content import Block, Note, Section

__all__ = ["chapter"]


def chapter(name: str, title: str, blocks: Iterable[Block | None]) -> Section:
    """A section of the blocks there are; without any it says that it is not part of the study."""
    found = tuple(block for block in blocks if block)
    absent = (Note("absent", (f"{title}: not part of this study.",)),)
    return Section(name, title, found or absent)
