"""The estimands of the protocol, each with its strategies for intercurrent events applied.

Results   have ids that start with "estimand.<id>.": how many had each event, the outcome of each
          arm, and each arm against the control.
Outcomes  come from ADESTV, where the strategies have been applied; what is still missing there is
          handled here as the estimand says.
Source    ICH E9(R1) Addendum on Estimands and Sensitivity Analysis in Clinical Trials, 2019.
"""

from collections.abc import Iterator

from myotrial.analysis.estimands import responses, scores
from myotrial.analysis.estimands.question import Question, questions
from myotrial.analysis.trial import Trial
from myotrial.results import Result

__all__ = ["results"]


def results(trial: Trial) -> Iterator[Result]:
    """Intercurrent events, outcomes and differences of every estimand."""
    for question in questions(trial):
        yield from _events(question)
        if "principal_stratum" in question.estimand["strategies"].values():
            yield _none(question)
        else:
            yield from (scores if question.is_score else responses).results(question)


def _events(question: Question) -> Iterator[Result]:
    """How many patients of each arm had each intercurrent event."""
    columns = ("USUBJID", "ICEID", "ASTDTF")
    found = question.trial.rows("ADICE", columns, step="estimands").of(question.who)
    for event in question.trial.plan["intercurrent_events"]:
        rows = found.where(ICEID=event["id"])
        for arm in question.arms:
            people = question.people[arm["id"]]
            these = rows.of(people)
            unsure = len(these.where(ASTDTF="D"))
            yield question.sheet.but(groups={"ARM": question.label(arm)}).count(
                f"{question.key}.events.{event['id']}.{arm['id']}",
                f"{event['label']}",
                these,
                n=len(people),
                method="patients with the event after treatment began; strategy: "
                f"{question.way(event['id'])}",
                warnings=[f"The day of {unsure} is not recorded: after the last visit held."]
                if unsure
                else [],
            )


def _none(question: Question) -> Result:
    """The value that a principal stratum does not have."""
    ways = question.estimand["strategies"]
    names = [event["label"] for event in question.trial.plan["intercurrent_events"]
             if ways[event["id"]] == "principal_stratum"]  # fmt: skip
    return question.sheet.result(
        f"{question.key}.difference",
        f"{question.estimand['label']}: difference",
        "difference",
        None,
        n=len(question.who),
        method="principal stratum",
        reference=question.reference,
        rows={"dataset": "ADSL", "keys": []},
        warnings=[
            f"Not estimable: who would be without {', '.join(names)} under either treatment is "
            "observed of nobody, and no assumption that would identify them is made here."
        ],
    )
