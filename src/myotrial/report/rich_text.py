"""Tables, figures and listings as one RTF file, a section each, as submissions are put together.

Pages     a table that wants it is turned sideways; its header row is marked as one, so that every
          reader repeats it on each page.
Text      what is not ASCII is written as RTF's numbers of characters; braces and backslashes of the
          text are its own, never commands.
Bytes     the same results give the same file: RTF is told no date.
Source    Microsoft. Rich Text Format Specification 1.9.1, 2008. Written here rather than by
          rtflite, whose time for a cell grows with its table: 20 s where this takes 2 s.
"""

from collections.abc import Iterator, Mapping, Sequence

from myotrial.report.build import build
from myotrial.report.content import Aside, Cell, Figure, Number, Run, Table
from myotrial.report.listings import parts
from myotrial.report.pictures import picture, size
from myotrial.report.source import Source
from myotrial.report.widths import widths

__all__ = ["ROWS", "rich_text"]

ROWS = 500  # rows shown of one listing
ACROSS = 100  # letters of a table's lines that an upright page holds
PAPER, MARGIN = (11906, 16838), 1250  # twips: A4 and the space around its text
LETTER = 100  # twips that a letter of a table takes, at most
SPARE = 2  # letters of padding in a column
INCH = 1440  # twips
HEAD = (
    "{\\rtf1\\ansi\\deff0\\uc1{\\fonttbl{\\f0\\fswiss\\fcharset0 Arial;}}"
    "{\\colortbl;\\red27\\green31\\blue36;\\red84\\green92\\blue102;\\red216\\green220\\blue226;}"
    "{\\info{\\title %s}}\n"
)
RULE = "\\brdrs\\brdrw15\\brdrcf1"
FAINT = "\\brdrs\\brdrw5\\brdrcf3"


def rich_text(source: Source, figures: Mapping[str, str], *, rows: int = ROWS) -> bytes:
    """Write every table and figure of the report, then the listings.

    Args:
        source: The results.
        figures: SVG text by name.
        rows: Most rows to show of one listing.
    """
    report = build(source, frozenset(figures))
    title = _escaped(report.opening.title)
    numbers = {Table: 0, Figure: 0}
    sections = []
    for block in (block for part in report.sections for block in part.blocks):
        if isinstance(block, Table):
            numbers[Table] += 1
            name, across = f"Table {numbers[Table]}", _wide(block)
            sections.append(_section(title, _table(source, block, name, across), across=across))
        elif isinstance(block, Figure):
            numbers[Figure] += 1
            drawn = _figure(source, block, f"Figure {numbers[Figure]}", figures[block.name])
            sections.append(_section(title, drawn, across=False))
    listed = [part for listing in source.listings.values() for part in parts(listing, rows)]
    for number, table in enumerate(listed, 1):
        lines = _table(source, table, f"Listing {number}", across=True)
        sections.append(_section(title, lines, across=True))
    return (HEAD % title + "\\sect\n".join(sections) + "}\n").encode("ascii")


def _section(title: str, lines: Iterator[str], *, across: bool) -> str:
    """One section: its paper, what stands above each page, and its lines."""
    width, height = reversed(PAPER) if across else PAPER
    turned = "\\lndscpsxn" if across else ""
    stop = width - 2 * MARGIN
    total = "{\\field{\\*\\fldinst NUMPAGES}{\\fldrslt\\f0\\fs16 1}}"
    page = f"Page {{\\field{{\\*\\fldinst PAGE}}{{\\fldrslt 1}}}} of {total}"
    return (
        f"\\sectd\\sbkpage{turned}\\pgwsxn{width}\\pghsxn{height}\\marglsxn{MARGIN}"
        f"\\margrsxn{MARGIN}\\margtsxn{MARGIN}\\margbsxn{MARGIN}\\headery600\\footery600\n"
        f"{{\\header\\pard\\plain\\f0\\fs16\\cf2\\tqr\\tx{stop} {title}\\tab {page}\\par}}\n"
        + "".join(lines)
    )


def _table(source: Source, table: Table, name: str, across: bool) -> Iterator[str]:
    yield _caption(source, name, table.caption, origin=table.origin)
    ends = _ends(widths(table), (PAPER[1] if across else PAPER[0]) - 2 * MARGIN)
    numeric = [cell.numeric for cell in (table.rows[0] if table.rows else table.head)]
    yield _row(table.head, ends, numeric, head=True)
    for at, row in enumerate(table.rows):
        last = at == len(table.rows) - 1
        yield _row(row, ends, numeric, below=RULE if last else FAINT)
    yield f"\\pard\\plain\\sb60\\f0\\fs16\\cf2 {_escaped(table.note)}\\par\n"


def _figure(source: Source, figure: Figure, name: str, svg: str) -> Iterator[str]:
    width, height = (round(INCH * part) for part in size(svg))
    content = picture(svg)
    across, down = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    yield _caption(source, name, figure.caption, origin=True)
    yield (
        f"\\pard\\plain\\ql{{\\pict\\pngblip\\picw{across}\\pich{down}\\picwgoal{width}"
        f"\\pichgoal{height}\n{content.hex()}}}\\par\n"
    )
    yield f"\\pard\\plain\\sb60\\f0\\fs16\\cf2 {_escaped(figure.alt)}\\par\n"


def _caption(source: Source, name: str, text: str, *, origin: bool) -> str:
    said = f" {{\\b0\\i {_escaped(source.warning)}}}" if origin and source.warning else ""
    return f"\\pard\\plain\\keepn\\sa80\\f0\\fs20\\cf1\\b {name}. {_escaped(text)}.{said}\\par\n"


def _ends(letters: Sequence[int], room: int) -> list[int]:
    """Where each column ends, in twips from the left."""
    wanted = [(size + SPARE) * LETTER for size in letters]
    share = min(1.0, room / sum(wanted))
    found, at = [], 0
    for column in wanted:
        at += int(column * share)
        found.append(at)
    return found


def _row(
    cells: Sequence[Cell],
    ends: Sequence[int],
    numeric: Sequence[bool],
    *,
    head: bool = False,
    below: str = RULE,
) -> str:
    """One row; that of the headers is repeated on each page."""
    kind = "\\trhdr" if head else ""
    above = f"\\clbrdrt{RULE}" if head else ""
    stand = "\\clvertalb" if head else "\\clvertalt"
    places = "".join(f"{above}\\clbrdrb{below}{stand}\\cellx{end}" for end in ends)
    bold = "\\b" if head else ""
    texts = "".join(
        f"\\pard\\plain\\intbl\\q{'r' if side else 'l'}{{\\f0\\fs16\\cf1{bold} "
        f"{_cell(cell)}}}\\cell"
        for cell, side in zip(cells, numeric, strict=True)
    )
    return f"\\trowd\\trgaph60{kind}\\trkeep{places}\n{texts}\\row\n"


def _wide(table: Table) -> bool:
    letters = widths(table)
    return sum(letters) + 2 * len(letters) > ACROSS


def _cell(cell: Cell) -> str:
    texts: list[str] = []
    for run in cell.runs:
        if isinstance(run, Aside):
            line = "\\line " if texts else ""
            texts.append(f"{line}{{\\cf2 {_escaped(run.text)}}}")
        else:
            texts.append(_escaped(_words(run)))
    return "".join(texts)


def _words(run: Run) -> str:
    if isinstance(run, str):
        return run
    return f"{run.text} ✓" if isinstance(run, Number) and run.published else run.text


def _escaped(text: str) -> str:
    r"""Text in ASCII, whose backslashes and braces are no commands.

    >>> print(_escaped("{≥ 5 %}"))
    \{\u8805* 5 %\}
    """
    for mark in "\\{}":
        text = text.replace(mark, f"\\{mark}")
    text = " ".join(text.split("\n"))
    if text.isascii():
        return text
    return "".join(char if char.isascii() else _numbered(char) for char in text)


def _numbered(char: str) -> str:
    """A character as a signed number, in two halves where 16 bits do not hold it."""
    units = char.encode("utf-16-le")
    halves = (int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2))
    return "".join(f"\\u{half - 65536 if half > 32767 else half}*" for half in halves)
