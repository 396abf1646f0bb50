"""The report as a Word document: the page's sections, with real styles, and its listings."""

from myotrial.report.word_document.document import word

__all__ = ["word"]
