"""The estimands: what each one asks, how often events came between, and the answers."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from myotrial.report.content import Aside, Cell, Prose, Section, Table, cell
from myotrial.report.source import Record, Source
from myotrial.report.tables import Tables

__all__ = ["section"]

WAYS: Mapping[str, str] = MappingProxyType(
    {
        "treatment_policy": "treatment policy",
        "composite": "composite",
        "hypothetical": "hypothetical",
        "while_on_treatment": "while on treatment",
        "principal_stratum": "principal stratum",
    }
)
POPULATIONS = MappingProxyType({"full": "All enrolled", "treated": "All treated"})
TOLD = (
    "An estimand says what is compared: in whom, by which outcome, and what becomes of an outcome "
    "once an intercurrent event has changed what it means (ICH E9(R1)). Treatment policy: what was "
    "seen counts, event or not. Composite: after the event a response is not met. Hypothetical: "
    "what came after is set aside and imputed. While on treatment: the last assessment before the "
    "event stands."
)


def section(source: Source) -> Section | None:
    """The section on estimands; None where the study declares none."""
    given = source.plan.get("estimands") or []
    if not given or not source.of("estimands"):
        return None
    made = _Section(source)
    blocks = (Prose((TOLD,)), made.attributes(given), made.events(given), made.answers(given))
    return Section("estimands", "Estimands", tuple(block for block in blocks if block))


class _Section:
    def __init__(self, source: Source) -> None:
        self.source, self.tables = source, Tables(source)
        self.arms = source.plan.get("arms") or []
        self.events_declared = source.plan.get("intercurrent_events") or []

    def attributes(self, given: Iterable[Record]) -> Table:
        """One row for each estimand, one column for each intercurrent event."""
        events = [str(event["label"]) for event in self.events_declared]
        head = tuple(
            cell(title, "col")
            for title in ("Estimand", "Outcome and summary", *events, "Otherwise missing")
        )
        rows = tuple(self._attributes(estimand) for estimand in given)
        names = " against ".join(str(arm.get("label") or arm["id"]) for arm in self.arms)
        return Table(
            "estimands", "Estimands and their strategy for each intercurrent event", head, rows,
            note=f"Treatment: {names}.", origin=False,
        )  # fmt: skip

    def _attributes(self, estimand: Record) -> tuple[Cell, ...]:
        endpoint = next(
            (one for one in self.source.plan["endpoints"] if one["id"] == estimand["endpoint"]), {}
        )
        score = endpoint.get("definition") == "tis_2016" and not endpoint.get("threshold")
        measure = "means" if score else "shares of patients"
        summary = f"difference of {measure}" if len(self.arms) > 1 else measure
        ways = (WAYS[estimand["strategies"][event["id"]]] for event in self.events_declared)
        found = next(
            (r for r in self.source.under(f"estimand.{estimand['id']}") if r.get("estimand")), {}
        )
        outcome = str(endpoint.get("label") or estimand["endpoint"])
        about = Aside(f"{summary}; {POPULATIONS[estimand['population']].lower()}")
        return (
            cell(str(estimand["label"]), "row"),
            cell((outcome, about)),
            *(cell(way) for way in ways),
            cell(str(found.get("estimand") or "").rpartition("; ")[2]),
        )

    def events(self, given: Iterable[Record]) -> Table | None:
        """Patients with each event, arm by arm: those of the first estimand of each population."""
        first = {estimand["population"]: estimand for estimand in reversed(list(given))}
        rows = [
            (f"{event['label']} ({POPULATIONS[population].lower()})" if len(first) > 1
             else str(event["label"]), f"estimand.{estimand['id']}.events.{event['id']}")
            for population, estimand in first.items()
            for event in self.events_declared
        ]  # fmt: skip
        columns = [(str(arm.get("label") or arm["id"]), f".{arm['id']}") for arm in self.arms]
        return self.tables.matrix(
            "estimand-events", "Patients with each intercurrent event", rows, columns,
            corner="Event", note="Whichever day it was, before or after a visit of interest.",
        )  # fmt: skip

    def answers(self, given: Iterable[Record]) -> Table | None:
        """Each arm's outcome, the difference, its test and its tipping point."""
        rows = []
        for estimand in given:
            key = f"estimand.{estimand['id']}"
            arms = [self._found(f"{key}.share.{arm['id']}", f"{key}.seen.{arm['id']}.mean")
                    for arm in self.arms]  # fmt: skip
            others = [arm for arm in self.arms if f"{key}.{arm['id']}.difference" in
                      self.source.by_id] or [None]  # fmt: skip
            for arm in others:
                stem = f"{key}.{arm['id']}" if arm else key
                ends = [
                    self._found(f"{stem}.{end}") for end in ("difference", "p_value", "tipping")
                ]
                title = str(estimand["label"])
                title += f" ({arm.get('label') or arm['id']})" if arm and len(others) > 1 else ""
                rows.append((cell(title, "row"), *(self.tables.found(one) for one in
                                                   (*arms, *ends))))  # fmt: skip
        names = [str(arm.get("label") or arm["id"]) for arm in self.arms]
        head = ("Estimand", *names, "Difference", "Test", "Tipping shift")
        used = [
            0,
            *(at for at in range(1, len(head)) if any(row[at].runs != ("",) for row in rows)),
        ]
        return self.tables.make(
            "estimand-answers", "Each estimand estimated", [head[at] for at in used],
            [tuple(row[at] for at in used) for row in rows],
            note="A score: means of the arms as seen after strategies, before imputation; the "
            "difference is adjusted.",
        )  # fmt: skip

    def _found(self, *keys: str) -> Record | None:
        return next((self.source.by_id[key] for key in keys if key in self.source.by_id), None)
