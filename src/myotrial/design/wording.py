"""How shares and means are written in the sentences of a design."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from myotrial.design.planning.question import Question, Scenario

__all__ = ["effect", "percent", "unit", "value"]

THIN = "\u202f"  # narrow no-break space


def percent(share: float, places: int | None = None) -> str:
    """A share of 1 as a percentage, to one decimal unless it is whole.

    >>> percent(0.8031), percent(0.3), percent(0.02483, 2)
    ('80.3\u202f%', '30\u202f%', '2.48\u202f%')
    """
    text = f"{100 * share:.{1 if places is None else places}f}"
    return f"{text.removesuffix('.0')}{THIN}%"


def unit(asked: "Question") -> str:
    """What the values of a scenario are in: percent, points, or the measure's own unit."""
    if asked.kind != "mean":
        return "%"
    return "points" if asked.measure is None else asked.measure


def value(number: float, asked: "Question") -> str:
    """One arm's value in a scenario.

    >>> from myotrial.design.planning.models import Question
    >>> value(35.65, Question(definition="tis_2016"))
    '35.65 points'
    """
    return percent(number) if asked.kind != "mean" else f"{number:g} {unit(asked)}"


def effect(aim: "Scenario", asked: "Question") -> str:
    """What is true in a scenario, as the condition of a sentence.

    >>> from myotrial.design.planning.models import Question, Scenario
    >>> aim = Scenario(id="a", label="A", control=0.2, treatment=0.5)
    >>> effect(aim, Question()).replace(THIN, " ")
    '50 % respond against 20 %'
    """
    pair = f"{value(aim.treatment, asked)} against {value(aim.control, asked)}"
    if asked.kind == "mean":
        return f"the means are {pair}"
    one, other = pair.split(" against ")
    when = " in the end" if asked.kind == "time" else ""
    return f"{one} respond{when} against {other}"
