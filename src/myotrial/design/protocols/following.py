"""The protocol of the next trial, made from the pilot's and from what the plan asks.

Kept      what is recorded of a patient, eligibility, core set, assessments, rule of worsening,
          rules for therapy besides the treatment: all up to the endpoint's visit.
Changed   two arms, blinded and randomised; the endpoint at a stated visit is primary, the pilot's
          other definitions at that visit and at any visit are secondary.
Biopsies  as in the pilot at the visits that remain, where one follows baseline.
Left out  outcomes without an instrument here; whoever wants them adds them.
"""

from collections.abc import Mapping
from typing import Any

from myotrial.design.planning.defaults import label, later_visits
from myotrial.design.planning.models import DEFINITIONS, Plan
from myotrial.design.protocols.primary import primary_analysis
from myotrial.protocol.models import Protocol

__all__ = ["ANALYSES", "PLACEBO", "follow", "new_id"]

CONCEALED = {
    "permuted_blocks": "The list and the sizes of its blocks are concealed, outside of this file.",
    "minimisation": "The seed of its random element is concealed, outside of this file.",
}
PLACEBO = "PLACEBO"
PILOT, DESIGN = "PILOT", "DESIGN"
LONGEST = 36
ANALYSES = ("disposition", "baseline", "exposure", "concomitant", "response", "withdrawals",
            "safety")  # fmt: skip
BIOPSIES = ("biopsy", "marker_by_response")
SHARED = ("route", "every_days", "from_day", "to_day")  # of a treatment and its placebo
Data = dict[str, Any]


def follow(
    pilot: Protocol,
    plan: Plan,
    sizes: tuple[int, int],
    words: str,
    candidate: Mapping[str, Any] | None = None,
) -> Data:
    """The next protocol as plain data, keys in the order of a study.yaml.

    Args:
        pilot: The pilot's protocol.
        plan: The completed plan.
        sizes: Planned patients of the treated and of the control arm.
        words: The chosen design in one sentence.
        candidate: The chosen candidate, as the design's record holds it; without it the protocol
            states no primary analysis.
    """
    found = _Following(pilot, plan, sizes, words).whole()
    stated = primary_analysis(plan, candidate) if candidate else None
    if stated is None:
        return found
    analyses = found.pop("analyses")
    return found | {"primary_analysis": stated, "analyses": analyses}


def new_id(pilot: Protocol) -> str:
    """The id of the next trial.

    >>> from types import SimpleNamespace as Some
    >>> new_id(Some(study=Some(id="ANAKINRA-2009")))
    'ANAKINRA-2009-RCT'
    """
    return f"{pilot.study.id[:LONGEST]}-RCT"


class _Following:
    """One next protocol."""

    def __init__(self, pilot: Protocol, plan: Plan, sizes: tuple[int, int], words: str) -> None:
        self.pilot, self.plan, self.sizes, self.words = pilot, plan, sizes, words
        self.old: Data = pilot.model_dump(mode="json", exclude_unset=True)
        later = later_visits(pilot)
        ends = [at for at, item in enumerate(later) if item.id == plan.endpoint.visit]
        kept = later[: ends[0] + 1] if ends else later
        self.kept = {item.id for item in pilot.visits if item.baseline or item.unscheduled}
        self.kept |= {item.id for item in kept}
        self.last = kept[-1]
        self.names = [item.id for item in kept]

    def whole(self) -> Data:
        found = {
            "study": self.study(),
            "sources": {},
            "arms": self.arms(),
            "randomisation": self.randomisation(),
            "subject": self.old["subject"],
            "visits": [item for item in self.old["visits"] if item["id"] in self.kept],
            "eligibility": self.old["eligibility"],
            "concomitant": self.concomitant(),
            "assessments": [self._at_visits(item) for item in self.old["assessments"]],
            "core_set": self.old["core_set"],
            "biopsy": self.biopsy(),
            "endpoints": self.endpoints(),
            "worsening": self.old.get("worsening"),
            "comparison": {"control": PLACEBO},
            "analyses": self.analyses(),
        }
        named = set(_sources(found))
        found["sources"] = {
            key: text for key, text in self.old.get("sources", {}).items() if key in named
        } | {
            PILOT: f"{self.pilot.study.title} ({self.pilot.study.id})",
            DESIGN: f"Design by myotrial: {self.words}",
        }
        found["sources"] |= {key: text for key, text in self.plan.sources.items() if key in named}
        return {key: value for key, value in found.items() if value not in (None, {}, [])}

    def study(self) -> Data:
        return {
            "id": new_id(self.pilot),
            "title": self.plan.title,
            "phase": "2",
            "design": "parallel",
            "blinding": "double-blind",
            "months": self.last.month or self.pilot.study.months,
            "seed": self.plan.simulation.seed,
            "source": [DESIGN],
            "status": "assumed",
            "note": "Written by myotrial from the pilot and its plan; to be completed before use.",
        }

    def arms(self) -> list[Data]:
        """The pilot's first arm, and a placebo that looks the same and is given alike."""
        first = self.old["arms"][0]
        end = self.last.day or 1
        treatments = [item | {"to_day": min(item["to_day"], end)} for item in first["treatments"]]
        placebo = [
            {"name": f"placebo for {item['name']}"}
            | {key: item[key] for key in SHARED if key in item}
            for item in treatments
        ]
        treated, control = self.sizes
        return [
            {
                "id": first["id"],
                "label": first["label"],
                "planned": treated,
                "treatments": treatments,
                "source": [PILOT],
                "status": "derived",
                "assumed": ["planned"],
            },
            {
                "id": PLACEBO,
                "label": "Placebo, matching in appearance and schedule",
                "planned": control,
                "treatments": placebo,
                "source": [DESIGN],
                "status": "assumed",
            },
        ]

    def randomisation(self) -> Data:
        treated, control = self.sizes
        first = self.old["arms"][0]["id"]
        ratio = _lowest(treated, control)
        return {
            "method": self.plan.randomisation.method,
            "ratio": {first: ratio[0], PLACEBO: ratio[1]},
            "by": list(self.plan.randomisation.by),
            "note": CONCEALED[self.plan.randomisation.method],
        }

    def concomitant(self) -> Data | None:
        stable = (self.old.get("concomitant") or {}).get("stable")
        if not stable:
            return None
        return {"stable": stable | {"to_day": min(stable["to_day"], self.last.day or 1)}}

    def endpoints(self) -> list[Data]:
        asked = self.plan.endpoint
        place = {"visit": asked.visit, "consecutive": asked.consecutive}
        primary = {
            "id": "primary",
            "label": label(asked, self.pilot),
            "definition": asked.definition,
            "role": "primary",
            "estimand": asked.estimand,
            **{key: value for key, value in place.items() if value is not None},
            "source": [DESIGN],
            "status": "assumed",
        }
        known = (item.definition for item in self.pilot.endpoints)
        others = dict.fromkeys(name for name in known if name in DEFINITIONS)
        return [primary, *(item for name in others for item in self._secondary(name))]

    def _secondary(self, definition: str) -> list[Data]:
        asked, found = self.plan.endpoint, []
        wanted: list[Data] = [{"estimand": "at_visit", "visit": self.last.id}, {"estimand": "ever"}]
        for given in wanted:
            same = asked.estimand == given["estimand"] and definition == asked.definition
            if same and given.get("visit") == asked.visit:
                continue
            question = asked.model_copy(
                update={"label": "", "consecutive": None, "visit": None}
                | {"definition": definition} | given
            )  # fmt: skip
            found.append(
                {
                    "id": f"{definition}_{given['estimand']}"[:40],
                    "label": label(question, self.pilot),
                    "definition": definition,
                    "role": "secondary",
                    **given,
                    "source": [DESIGN],
                    "status": "assumed",
                }
            )
        return found

    def biopsy(self) -> Data | None:
        """The pilot's biopsies, where one remains after baseline."""
        stated = self.old.get("biopsy")
        if not stated:
            return None
        first = {item.id for item in self.pilot.visits if item.baseline}
        kept = [name for name in stated["visits"] if name in self.kept]
        return stated | {"visits": kept} if set(kept) - first and set(kept) & first else None

    def analyses(self) -> list[str]:
        wanted = ANALYSES + (BIOPSIES if self.biopsy() else ())
        planned = [name for name in self.pilot.analyses if name in wanted]
        return list(dict.fromkeys([*planned, "response", "comparison"]))

    def _at_visits(self, item: Data) -> Data:
        return item | {"visits": [name for name in item["visits"] if name in self.kept]}


def _lowest(one: int, other: int) -> tuple[int, int]:
    """A ratio in its lowest terms, the nearest with small parts where sizes are rounded."""
    choices = [(a, b) for a in range(1, 5) for b in range(1, 5)]
    return min(
        choices, key=lambda pair: (round(abs(pair[0] / pair[1] - one / other), 3), sum(pair))
    )


def _sources(data: Any) -> list[str]:
    """Every id named under a key `source`."""
    if isinstance(data, Mapping):
        given = data.get("source") or []
        here = [given] if isinstance(given, str) else list(given)
        return here + [name for value in data.values() for name in _sources(value)]
    if isinstance(data, list):
        return [name for item in data for name in _sources(item)]
    return []
