"""USDM 4.0: the protocol as CDISC's Unified Study Definitions Model has it, in JSON.

Design, arms, epochs, encounters, activities by visit, criteria, objectives with their endpoints and
treatments; no patient. Codes are those of the NCI Thesaurus that the controlled terms of 26
September 2025 list; what the protocol does not state is left out.

Source   CDISC USDM 4.0: its JSON Schema as cdisc-org/cdisc-rules-engine holds it, and the terms
         that cdisc-org/usdm lists.
"""

import json
from collections.abc import Mapping
from importlib.metadata import version
from itertools import count, pairwise
from types import MappingProxyType
from typing import Any

from myotrial import instruments
from myotrial.protocol.models import Protocol, Visit

__all__ = ["CODES", "document", "text"]

SYSTEM, RELEASE = "http://www.cdisc.org", "2025-09-26"
CODES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "title": ("C207616", "Official Study Title"),
        "sponsor": ("C70793", "Clinical Study Sponsor"),
        "registry": ("C93453", "Study Registry"),
        "arm": ("C174266", "Investigational Arm"),
        "data": ("C188866", "Data Generated Within Study"),
        "treatment": ("C101526", "Treatment Epoch"),
        "screening": ("C202487", "Screening Epoch"),
        "visit": ("C25716", "Visit"),
        "inclusion": ("C25532", "Inclusion Criteria"),
        "exclusion": ("C25370", "Exclusion Criteria"),
        "single-arm": ("C82640", "Single Group Study"),
        "parallel": ("C82639", "Parallel Study"),
        "crossover": ("C82637", "Crossover Study"),
        "drug": ("C1909", "Pharmacologic Substance"),
        "agent": ("C41161", "Protocol Agent"),
        "fixed": ("C201358", "Fixed Reference Timing Type"),
        "after": ("C201356", "After Timing Type"),
        "before": ("C201357", "Before Timing Type"),
        "start": ("C201355", "Start to Start"),
        "primary": ("C85826", "Trial Primary Objective"),
        "secondary": ("C85827", "Trial Secondary Objective"),
        "exploratory": ("C163559", "Trial Exploratory Objective"),
        "primary endpoint": ("C94496", "Primary Endpoint"),
        "secondary endpoint": ("C139173", "Secondary Endpoint"),
        "exploratory endpoint": ("C170559", "Exploratory Endpoint"),
    }
)
MODELS = {"randomised-withdrawal": "parallel"}  # for which there is no term
LEVELS = {"reported": "exploratory"}
Part = dict[str, Any]


def text(protocol: Protocol) -> str:
    """The document as JSON text."""
    return json.dumps(document(protocol), indent=1, ensure_ascii=False) + "\n"


def document(protocol: Protocol) -> Part:
    """The protocol as USDM has it, as plain data."""
    return _Builder(protocol).whole()


class _Builder:
    """Gives every part its id, and every code too."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.numbers = count(1)

    def whole(self) -> Part:
        plan = self.protocol.study
        made = self.part("Study", name=plan.id, description=plan.title, versions=[self.version()])
        return {
            "study": made | {"id": None},
            "usdmVersion": "4.0",
            "systemName": "myotrial",
            "systemVersion": version("myotrial"),
        }

    def part(self, kind: str, **keys: Any) -> Part:
        return {"id": f"{kind}_{next(self.numbers)}", **keys, "instanceType": kind}

    def code(self, name: str) -> Part:
        code, words = CODES[name]
        return self.part(
            "Code", code=code, codeSystem=SYSTEM, codeSystemVersion=RELEASE, decode=words
        )

    def version(self) -> Part:
        plan, rules = self.protocol.study, self.protocol.eligibility
        sponsor = self.organization("Sponsor", "sponsor", plan.id)
        owners, numbers = [sponsor], [(plan.id, sponsor)]
        if plan.registration:
            owners.append(self.organization("Registry", "registry", plan.registration))
            numbers.append((plan.registration, owners[-1]))
        items = [
            self.part("EligibilityCriterionItem", name=rule.id, text=rule.text, dictionaryId=None)
            for rule in (*rules.inclusion, *rules.exclusion)
        ]
        given = self.interventions()
        return self.part(
            "StudyVersion",
            versionIdentifier="1",
            rationale="",
            titles=[self.part("StudyTitle", text=plan.title, type=self.code("title"))],
            studyIdentifiers=[
                self.part("StudyIdentifier", text=number, scopeId=owner["id"])
                for number, owner in numbers
            ],
            organizations=owners,
            eligibilityCriterionItems=items,
            studyInterventions=given,
            studyDesigns=[self.design(items, given)],
        )

    def organization(self, name: str, kind: str, number: str) -> Part:
        return self.part(
            "Organization", name=name, type=self.code(kind), identifierScheme="", identifier=number
        )

    def interventions(self) -> list[Part]:
        names = [item.name for arm in self.protocol.arms for item in arm.treatments]
        return [
            self.part(
                "StudyIntervention", name=name, role=self.code("agent"), type=self.code("drug")
            )
            for name in dict.fromkeys(names)
        ]

    def design(self, items: list[Part], given: list[Part]) -> Part:
        plan = self.protocol.study
        epochs = [
            self.part("StudyEpoch", name=name, type=self.code(kind))
            for name, kind in (("Screening", "screening"), ("Treatment", "treatment"))
        ]
        epochs[0]["nextId"], epochs[1]["previousId"] = epochs[1]["id"], epochs[0]["id"]
        arms = [
            self.part(
                "StudyArm",
                name=arm.id,
                label=arm.label,
                type=self.code("arm"),
                dataOriginDescription="Captured in the study",
                dataOriginType=self.code("data"),
            )
            for arm in self.protocol.arms
        ]
        elements = [self.part("StudyElement", name="Screening")]
        elements += [self.element(arm, given) for arm in self.protocol.arms]
        encounters, activities, timeline = self.schedule(epochs)
        model = plan.design if plan.design in CODES else MODELS[plan.design]
        criteria = self.criteria(items)
        return self.part(
            "InterventionalStudyDesign",
            name=plan.id,
            rationale="",
            model=self.code(model),
            arms=arms,
            epochs=epochs,
            elements=elements,
            studyCells=self.cells(arms, epochs, elements),
            encounters=encounters,
            activities=activities,
            scheduleTimelines=[timeline],
            eligibilityCriteria=criteria,
            objectives=self.objectives(),
            population=self.population(criteria),
            studyInterventionIds=[item["id"] for item in given],
        )

    def element(self, arm: Any, given: list[Part]) -> Part:
        names = [item.name for item in arm.treatments]
        ids = [item["id"] for item in given if item["name"] in names]
        return self.part("StudyElement", name=arm.id, label=arm.label, studyInterventionIds=ids)

    def cells(self, arms: list[Part], epochs: list[Part], elements: list[Part]) -> list[Part]:
        return [
            self.part("StudyCell", armId=arm["id"], epochId=epoch["id"], elementIds=[element["id"]])
            for arm, own in zip(arms, elements[1:], strict=True)
            for epoch, element in zip(epochs, (elements[0], own), strict=True)
        ]

    def population(self, criteria: list[Part]) -> Part:
        planned = float(sum(arm.planned for arm in self.protocol.arms))
        return self.part(
            "StudyDesignPopulation",
            name="Planned population",
            includesHealthySubjects=False,
            criterionIds=[item["id"] for item in criteria],
            plannedEnrollmentNumber=self.part("Quantity", value=planned, unit=None),
        )

    def criteria(self, items: list[Part]) -> list[Part]:
        rules = self.protocol.eligibility
        kinds = ["inclusion"] * len(rules.inclusion) + ["exclusion"] * len(rules.exclusion)
        return [
            self.part(
                "EligibilityCriterion",
                name=item["name"],
                category=self.code(kind),
                identifier=item["name"],
                criterionItemId=item["id"],
            )
            for kind, item in zip(kinds, items, strict=True)
        ]

    def objectives(self) -> list[Part]:
        found = []
        for item in self.protocol.endpoints:
            level = LEVELS.get(item.role, item.role)
            endpoint = self.part(
                "Endpoint",
                name=item.id,
                text=item.label,
                purpose=f"{item.definition}, {item.estimand}",
                level=self.code(f"{level} endpoint"),
            )
            found.append(
                self.part(
                    "Objective",
                    name=f"objective_{item.id}",
                    text=f"To assess: {item.label}",
                    level=self.code(level),
                    endpoints=[endpoint],
                )
            )
        return found

    def schedule(self, epochs: list[Part]) -> tuple[list[Part], list[Part], Part]:
        """Encounters, activities, and the timeline that joins them."""
        visits = self.protocol.visits
        encounters = [
            self.part("Encounter", name=visit.id, label=visit.label, type=self.code("visit"))
            for visit in visits
        ]
        activities = {
            item.id: self.part(
                "Activity",
                name=item.id,
                label=item.label or instruments.get(item.instrument).label,
            )
            for item in self.protocol.assessments
        }
        instances = [
            self.part(
                "ScheduledActivityInstance",
                name=visit.id,
                encounterId=encounter["id"],
                epochId=epochs[1]["id"],
                activityIds=[
                    activities[item.id]["id"]
                    for item in self.protocol.assessments
                    if visit.id in item.visits
                ],
            )
            for visit, encounter in zip(visits, encounters, strict=True)
            if not visit.unscheduled
        ]
        planned = [visit for visit in visits if not visit.unscheduled]
        ending = self.part("ScheduleTimelineExit")
        for one, following in pairwise(instances):
            one["defaultConditionId"] = following["id"]
        instances[-1]["timelineExitId"] = ending["id"]
        at = next(place for place, visit in enumerate(planned) if visit.baseline)
        timeline = self.part(
            "ScheduleTimeline",
            name="Main timeline",
            mainTimeline=True,
            entryCondition="Meets the eligibility criteria",
            entryId=instances[0]["id"],
            exits=[ending],
            instances=instances,
            timings=[
                self.timing(visit, one, planned[at], instances[at])
                for visit, one in zip(planned, instances, strict=True)
            ],
        )
        return encounters, [*activities.values()], timeline

    def timing(self, visit: Visit, one: Part, first: Visit, anchor: Part) -> Part:
        """Days of a visit from the baseline visit, and its window."""
        days = _elapsed(visit.day or 1) - _elapsed(first.day or 1)
        kind = "fixed" if one is anchor else "after" if days >= 0 else "before"
        low, high = visit.window or (0, 0)
        return self.part(
            "Timing",
            name=f"timing_{visit.id}",
            type=self.code(kind),
            value=f"P{abs(days)}D",
            valueLabel=f"{abs(days)} days",
            relativeToFrom=self.code("start"),
            relativeFromScheduledInstanceId=one["id"],
            relativeToScheduledInstanceId=anchor["id"],
            windowLower=f"P{abs(low)}D",
            windowUpper=f"P{abs(high)}D",
            windowLabel=f"{low} to {high} days",
        )


def _elapsed(day: int) -> int:
    """Days since the first dose; there is no day 0."""
    return day - 1 if day > 0 else day
