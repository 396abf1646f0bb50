"""What happened: participants, response, function, safety, biopsies; figures and tables."""

from collections.abc import Sequence

from myotrial.report.content import Block, Figure, Note, Section
from myotrial.report.source import DRAWN, Source
from myotrial.report.tables import by_group

__all__ = ["FIGURES", "sections"]

FIGURES = {  # name: caption, what it shows for who cannot see it, listing
    "flow": (
        "Participant flow",
        "Boxes from top to bottom: patients treated, then patients who completed each visit; "
        "beside each step, how many left before the next visit and why.",
        "ADSL",
    ),
    "responders": (
        "Share of patients who met the definition of improvement, with exact 95\u202f% intervals",
        "One line a group: all patients, then each diagnosis; a mark for the share and a bar for "
        "its interval, with the counts written beside it.",
        "ADRS",
    ),
    "courses": (
        "Response course of each patient",
        "One bar a patient, from first dose to the end of follow-up, grouped by diagnosis; at each "
        "visit a triangle up for improved, a circle for unchanged, a triangle down for worse.",
        "ADCOURSE",
    ),
    "changes": (
        "Change of each core set measure, per patient and visit, in percent of baseline",
        "Six maps, one a measure, a row a patient, a column a visit. Each cell holds the "
        "improvement in percent: positive and blue is better, negative and red is worse, hatched "
        "with a question mark is missing, empty is no visit.",
        "ADCS",
    ),
    "index": (
        "Best change of the functional index in each patient",
        "One bar a patient, from the largest gain to the largest loss in percent of baseline; "
        "responders filled, others hatched; a dashed line at 20\u202f%.",
        "ADCOURSE",
    ),
    "pairs": (
        "Biopsy markers before and under treatment",
        "One panel a marker, one line a patient from baseline to the repeat biopsy; responders "
        "with triangles and full lines, others with circles and dashed lines.",
        "ADBX",
    ),
    "presence": (
        "Marker present after treatment, by response, with exact 95\u202f% intervals",
        "One line for responders and one for the others; a mark for the share and a bar for its "
        "interval, with the counts written beside it.",
        "ADBX",
    ),
}  # fmt: skip

BY_PATIENT = frozenset({"courses", "changes", "index", "pairs"})
Part = tuple[str, tuple[str, ...], str]  # anchor, analyses, caption
CHAPTERS: tuple[tuple[str, str, tuple[str, ...], tuple[Part, ...]], ...] = (
    ("participants", "Participants", ("flow",), (
        ("disposition", ("disposition",), "Disposition"),
        ("withdrawals", ("withdrawals",), "Withdrawals by reason and time"),
        ("baseline", ("baseline",), "Baseline characteristics"),
        ("exposure", ("exposure",), "Exposure and compliance"),
        ("concomitant", ("concomitant",), "Concomitant therapy and its stability"),
    )),
    ("response", "Response", ("responders", "courses", "changes"), (
        ("response-table", ("response",), "Response"),
    )),
    ("function", "Functional index", ("index",), (
        ("fi", ("fi", "functional_index"), "Functional index"),
    )),
    ("safety", "Tolerability", (), (("safety-table", ("safety",), "Tolerability"),)),
    ("biopsy", "Muscle biopsies", ("pairs", "presence"), (
        ("biopsy-table", ("biopsy",), "Biopsy markers before and under treatment"),
        ("marker-table", ("marker", "marker_by_response"), "Marker presence by response"),
    )),
)  # fmt: skip


def sections(source: Source, drawn: frozenset[str]) -> list[Section]:
    """One section a chapter; a chapter without data says that it is not part of the study."""
    found = [_chapter(source, drawn, *chapter) for chapter in CHAPTERS]
    known = {name for chapter in CHAPTERS for part in chapter[3] for name in part[1]}
    others = [record for record in source.results if record.get("analysis") not in known]
    table = by_group("others-table", "Further results", others)
    return [*found, Section("others", "Further analyses", (table,))] if table else found


def _chapter(
    source: Source,
    drawn: frozenset[str],
    name: str,
    title: str,
    figures: Sequence[str],
    parts: Sequence[Part],
) -> Section:
    blocks: list[Block] = [_figure(key, source) for key in figures if key in drawn]
    for anchor, analyses, caption in parts:
        table = by_group(anchor, caption, source.of(*analyses))
        blocks += [table] if table else []
    if not blocks:
        blocks = [Note("absent", (f"{title}: not part of this study.",))]
    return Section(name, title, tuple(blocks))


def _figure(name: str, source: Source) -> Figure:
    caption, alt, listing = FIGURES[name]
    if name in BY_PATIENT and source.undrawn:
        caption += f" (the first {DRAWN} of {DRAWN + source.undrawn} patients)"
    return Figure(name, caption, alt, listing)
