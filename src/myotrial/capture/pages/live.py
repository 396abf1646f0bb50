"""What the values that stand on a page make, before anything is saved.

It is the decision that a save would be, taken and thrown away.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from myotrial.capture.pages.opened import Opened
from myotrial.capture.pages.posting import Posted
from myotrial.capture.record.actions import Save
from myotrial.capture.record.deciding import decide
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.scores import Score, scores
from myotrial.capture.record.state import Value

__all__ = ["Live", "Question", "live"]

CRITERIA = ("TIS", "DOI", "FI20")
ANY = "-"  # stands for a reason while nothing is saved


@dataclass(frozen=True)
class Question:
    """A check that would ask about a value.

    Attributes:
        check: Its name.
        field: The field.
        text: What it asks.
        said: What is answered already.
    """

    check: str
    field: str
    text: str
    said: str = ""


@dataclass(frozen=True)
class Live:
    """What stands beside a form while it is entered.

    Attributes:
        measures: Values of this visit's assessments.
        criteria: The total improvement score and the definitions of improvement.
        questions: What checks would ask.
        problems: What cannot be, by field.
        refused: Why nothing could be saved now; "" where it could.
    """

    measures: tuple[Score, ...] = ()
    criteria: tuple[Score, ...] = ()
    questions: tuple[Question, ...] = ()
    problems: Mapping[str, str] | None = None
    refused: str = ""


def live(this: Opened, posted: Posted | None, typed: Mapping[str, Value] = {}) -> Live:
    """What the values make.

    Args:
        this: The form.
        posted: What was sent; None when the page opens.
        typed: What stands in the fields when the page opens with a draft.
    """
    changed = posted.changed if posted else typed
    texts = posted.texts if posted else {name: value.text for name, value in typed.items()}
    found = [*_scores(this, texts)]
    questions, problems, refused = _decided(this, changed, posted.explained if posted else {})
    return Live(
        tuple(item for item in found if item.id not in CRITERIA),
        tuple(item for item in found if item.id in CRITERIA),
        questions,
        problems,
        refused,
    )


def _scores(this: Opened, texts: Mapping[str, str | None]) -> tuple[Score, ...]:
    if this.form.table != "visits":
        return ()
    asked, typed = this.asked, {this.key.code: _items(this, texts)}
    return tuple(scores(asked.protocol, asked.catalogue, this.record, this.key.event, typed))


def _items(this: Opened, texts: Mapping[str, str | None]) -> dict[str, str | None]:
    """The texts of the form, without a total that follows from them anyway."""
    computed = {item.name for item in this.form.fields if item.computed}
    items = {name: text for name, text in texts.items() if name not in computed}
    if any(items.values()):
        return items | dict.fromkeys(computed)
    return dict(texts)


def _decided(
    this: Opened, changed: Mapping[str, Value], said: Mapping[str, str]
) -> tuple[tuple[Question, ...], dict[str, str], str]:
    if this.closed or not changed:
        return (), {}, ""
    action = Save(this.key, changed, this.record.head, ANY)
    try:
        decision = decide(this.record, action, this.asked)
    except RefusedError as refused:
        return (), {}, str(refused)
    problems = {item.field: item.message for item in decision.problems}
    queries: dict[str, dict[str, str]] = {}
    for change in decision.changes:
        if change.action == "open query":
            queries.setdefault(change.entity, {})[change.field] = change.new.text or ""
    questions = tuple(
        Question(told["@check"], told["@field"], told["say/1"], said.get(told["@check"], ""))
        for told in queries.values()
    )
    return questions, problems, ""
