"""Cells of the matrix as HTML: there are thousands on a page, for which a template takes too long.

All that enters comes from the server (ids, marks, translated words), and is escaped once a page.
"""

from collections.abc import Mapping
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from myotrial.capture.forms.definitions import LOG, Event
from myotrial.capture.pages.matrix import Cell, Row
from myotrial.capture.pages.words import MARKS

__all__ = ["Drawer"]

CHAIN = "0" * 32  # stands for a record in an address


class Drawer:
    """Draws the cells of one page.

    Attributes:
        event: The visit whose forms are the columns; None where visits are.
    """

    def __init__(self, event: Event | None) -> None:
        self.event = event
        self._tails: Mapping[str, str] = {
            status: f' class="mark {status}" title="{escape(mark.word)}"><span aria-hidden="true">'
            f'{escape(mark.mark)}</span><span class="unseen">{escape(mark.word)}</span>'
            for status, mark in MARKS.items()
        }
        if event is None or event.id == LOG:
            address, self._end = reverse("visit", args=(CHAIN, LOG)), "/"
            self._base = address.removesuffix(f"{LOG}/")
        else:
            address = reverse("form", args=(CHAIN, "_", event.id, 1))
            self._base, self._end = address.split("_", 1)

    def cells(self, row: Row) -> SafeString:
        """The cells of a patient, the most pressing first."""
        base = self._base.replace(CHAIN, quote(row.patient.chain))
        first = f"<td><span{self._tails[row.status]}</span></td>"
        return mark_safe(first + "".join(self._cell(cell, base) for cell in row.cells))  # noqa: S308

    def _cell(self, cell: Cell, base: str) -> str:
        tail = self._tails[cell.status]
        if self.event is not None and cell.status == "none" and not cell.entered:
            return f"<td><span{tail}</span></td>"
        key = LOG if self.event is not None and self.event.id == LOG else cell.key
        return f'<td><a href="{base}{quote(key)}{self._end}"{tail}</a></td>'
