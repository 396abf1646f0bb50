"""Whether a slide shows the chromogen it is said to show.

Stains of one slide are estimated as if it held each of the known chromogens in turn. The estimate
that rests on most pixels tells the direction of what is stained; a slide is refused where that
direction lies clearly nearer to the published vector of another chromogen than to that of its own.
DAB and AEC lie 8 degrees apart, so that on a scanner whose colours are turned they may not be told.
"""

import numpy as np

from myotrial.biopsy.records import Looked
from myotrial.biopsy.stains import CHROMOGENS, REFERENCE, Array, degrees, estimate
from myotrial.errors import SlideError
from myotrial.facts import Fact

__all__ = ["FACTS", "other_chromogen", "require_named"]

CLEARLY = 4.0  # degrees by which another chromogen lies nearer
LOOKED_AT = 100_000  # pixels of tissue, about
PIXELS = 300  # of them that show the chromogen, below which nothing is said
FACTS = (
    Fact("another chromogen than the one named: nearer by", CLEARLY, "degrees", "", "assumed"),
)


def other_chromogen(chromogen: str, samples: Array) -> str:
    """The chromogen that a slide seems to hold instead of the one named; "" where it fits.

    Args:
        chromogen: The one named.
        samples: OD of pixels of tissue, (n, 3).
    """
    found, few = [], samples[:: max(1, len(samples) // LOOKED_AT)]
    for name in CHROMOGENS:
        try:
            stains = estimate(name, few, np.ones(len(few), bool))
        except SlideError:
            continue
        found.append((stains.pixels[1], stains.vectors[1]))
    pixels, vector = max(found, default=(0, (0.0, 0.0, 0.0)))
    if pixels < PIXELS:
        return ""
    far = {name: degrees(np.array(vector), np.array(REFERENCE[name])) for name in CHROMOGENS}
    nearest = min(CHROMOGENS, key=far.__getitem__)
    return nearest if far[chromogen] - far[nearest] > CLEARLY else ""


def require_named(looked: Looked, chromogen: str) -> None:
    """Refuse a slide whose chromogen is another one, unless a person has looked.

    Raises:
        SlideError: It seems to hold another chromogen.
    """
    source = looked.source
    if source.control or source.checked:
        return
    other = other_chromogen(chromogen, looked.samples)
    if other:
        raise SlideError(
            f"{source.name}: the slide is said to be stained with {chromogen}, and looks like "
            f"{other}.\nHint: check whether two slides or two stains were exchanged in the "
            "manifest; if the name is right, put Y into CHECKED."
        )
