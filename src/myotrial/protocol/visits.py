"""When patients are seen.

Days     study days as in CDISC: day 1 is the first dose, the day before is -1, there is no day 0.
Months   months since the first dose; a month is 28 to 31 days.
"""

from typing import Annotated

from pydantic import Field

from myotrial.protocol.parts import Identifier, Stated, Text

__all__ = ["Visit", "shift"]


class Visit(Stated):
    """One visit: its target day and window, or unscheduled."""

    id: Identifier = Field(description="id of the visit, as in VISIT")
    label: Text = Field(description="name of the visit, as in AVISIT")
    month: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        None, description="months since the first dose"
    )
    day: int | None = Field(None, description="target study day")
    window: tuple[int, int] | None = Field(
        None, strict=False, description="days allowed before (negative) and after the target day"
    )
    may_overlap: bool = Field(False, description="its window may overlap the visit before")
    baseline: bool = Field(False, description="changes are counted from this visit")
    unscheduled: bool = Field(False, description="held when needed, without a target day")

    @property
    def days(self) -> tuple[int, int] | None:
        """First and last study day of the window; None for an unscheduled visit."""
        if self.day is None or self.window is None:
            return None
        low, high = self.window
        return shift(self.day, low), shift(self.day, high)


def shift(day: int, by: int) -> int:
    """The study day `by` days after another, stepping over day 0, which does not exist.

    >>> shift(1, -28), shift(-1, 1)
    (-28, 1)
    """
    count = (day if day < 0 else day - 1) + by
    return count if count < 0 else count + 1
