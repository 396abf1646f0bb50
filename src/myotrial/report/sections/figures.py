"""The caption of each drawing, what it shows in words, and the listing it was drawn from."""

from collections.abc import Iterable

from myotrial.report.content import Block, Figure
from myotrial.report.source import DRAWN, Source

__all__ = ["shown"]

BY_PATIENT = frozenset({"courses", "changes", "index", "pairs"})
CAPTIONS = {  # name: caption, what it shows for who cannot see it, listing
    "flow": (
        "Participant flow",
        "Boxes from top to bottom: patients treated, then patients who completed each visit; "
        "beside each step, how many left before the next visit and why.",
        "ADSL",
    ),
    "responders": (
        "Share of responders, with exact 95\u202f% intervals",
        "One line a group: all patients, then each diagnosis; a mark for the share and a bar for "
        "its interval, with the counts written beside it.",
        "ADEST",
    ),
    "courses": (
        "Response course of each patient",
        "One bar a patient, from first dose to the end of follow-up, grouped by diagnosis; at each "
        "visit a triangle up for improved, a circle for unchanged, a triangle down for worse, a "
        "diamond where missing measures leave it open.",
        "ADRS",
    ),
    "changes": (
        "Improvement of each core set measure, per patient and visit, in percent of baseline",
        "Six maps, one a measure, a row a patient, a column a visit. Each cell holds the "
        "improvement in percent: positive and blue is better, negative and red is worse, hatched "
        "with a question mark is missing, empty is no visit.",
        "ADCS",
    ),
    "index": (
        "Best change of the functional index in each patient, in percent of baseline",
        "One bar a patient, from the largest gain to the largest loss; responders filled, "
        "non-responders hatched; a dashed line at 20\u202f%, from which on a patient counts as "
        "improved.",
        "ADCOURSE",
    ),
    "pairs": (
        "Biopsy markers before and under treatment",
        "One panel a marker, one line a patient from baseline to the repeat biopsy; responders "
        "with triangles and full lines, non-responders with circles and dashed lines.",
        "ADBX",
    ),
    "reactions": (
        "Injection-site reactions per patient-year over time, with exact 95\u202f% intervals",
        "One place a period between visits; for each arm a mark for the rate of reactions that "
        "began in it and a bar for its exact interval.",
        "ADAE",
    ),
    "forest": (
        "Difference of response rates between the arms, and of the leading endpoint by diagnosis, "
        "with 95\u202f% intervals",
        "One line an endpoint, then for the leading endpoint one line a diagnosis, plain and drawn "
        "towards the others; a mark for the difference, a bar for its interval, a dashed line at "
        "no difference, the numbers beside it.",
        "ADEST",
    ),
    "means": (
        "Adjusted mean change from baseline of each outcome, by arm and visit",
        "One panel an outcome, one line an arm over the visits with bars for 95\u202f% intervals; "
        "the arms differ by mark and line.",
        "ADCS",
    ),
    "times": (
        "Patients improved by each visit (Kaplan-Meier), by arm",
        "One line an arm over the visits with bars for 95\u202f% intervals; the arms differ by "
        "mark and line.",
        "ADRS",
    ),
    "presence": (
        "Marker present after treatment, by response, with exact 95\u202f% intervals",
        "One line for responders and one for non-responders; a mark for the share and a bar for "
        "its interval, with the counts written beside it.",
        "ADBX",
    ),
}


def shown(source: Source, drawn: frozenset[str], *names: str) -> Iterable[Block]:
    """The figures of some names that were drawn."""
    for name in names:
        if name in drawn:
            caption, words, listing = CAPTIONS[name]
            if name in BY_PATIENT and source.undrawn:
                caption += f" (the first {DRAWN} of {DRAWN + source.undrawn} patients)"
            yield Figure(name, caption, words, listing)
