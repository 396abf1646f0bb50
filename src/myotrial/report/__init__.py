"""From results to tables, figures and text; computes nothing."""

from myotrial.report.form import schema
from myotrial.report.writing import figures, html, pdf, rtf, word, write

__all__ = ["figures", "html", "pdf", "rtf", "schema", "word", "write"]
