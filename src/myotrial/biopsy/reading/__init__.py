"""Open a slide, whatever file it is, as one kind of thing: `Slide`, in pixels of a known size."""

from myotrial.biopsy.reading.opening import open_slide
from myotrial.biopsy.reading.slide import Slide, SlideInfo

__all__ = ["Slide", "SlideInfo", "open_slide"]
