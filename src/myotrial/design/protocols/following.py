"""The protocol of the next trial, made from the pilot's and from what the plan asks.

Kept      what is recorded of a patient, eligibility, core set, assessments, rule of worsening,
          rules for therapy besides the treatment: all up to the endpoint's visit.
Changed   two arms, blinded and randomised; the endpoint at a stated visit is primary, the pilot's
          other definitions at that visit and at any visit are secondary.
Biopsies  as in the pilot at the visits that remain, where one follows baseline.
Added     a global assessment of extramuscular activity, where the Total Improvement Score is asked
          for and the pilot has an index in its place.
Left out  outcomes without an instrument here; whoever wants them adds them.
"""

from collections.abc import Iterable, Mapping
from itertools import chain, count
from typing import Any

from myotrial.design.planning.defaults import label, later_visits
from myotrial.design.planning.models import Plan, Question
from myotrial.design.planning.question import SCORE
from myotrial.design.protocols.primary import primary_analysis
from myotrial.protocol.models import Protocol

__all__ = ["ANALYSES", "PLACEBO", "follow", "new_id", "new_measure"]

CONCEALED = {
    "permuted_blocks": "The list and the sizes of its blocks are concealed, outside of this file.",
    "minimisation": "The seed of its random element is concealed, outside of this file.",
}
PLACEBO = "PLACEBO"
SIMULATED = ("imacs_2004", "functional_index_20")  # of the pilot's, that become secondary
PILOT, DESIGN = "PILOT", "DESIGN"
LONGEST = 36
ANALYSES = ("disposition", "baseline", "exposure", "concomitant", "response", "withdrawals",
            "safety")  # fmt: skip
BIOPSIES = ("biopsy", "marker_by_response")
EXTRAMUSCULAR = ("extramuscular_global", "das")  # that the Total Improvement Score takes
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


def new_measure(taken: Iterable[str]) -> str:
    """An id for the global assessment of extramuscular activity that is not taken.

    >>> new_measure(["PHGA", "EXGA"])
    'EXGA2'
    """
    ids = {*taken}
    names = chain(("EXGA",), (f"EXGA{n}" for n in count(2)))
    return next(name for name in names if name not in ids)


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
            "assessments": self.assessments(),
            "core_set": self.core_set(),
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

    def assessments(self) -> list[Data]:
        """The pilot's, and what the endpoint's score takes that the pilot did not assess."""
        kept = [self._at_visits(item) for item in self.old["assessments"]]
        if self.added is None:
            return kept
        role = next(item for item in kept if item["id"] == self.old["core_set"]["physician"])
        return [*kept, self.added | {"visits": role["visits"]}]

    def core_set(self) -> Data:
        own = {} if self.added is None else {"extramuscular": self.added["id"]}
        return self.old["core_set"] | own

    @property
    def added(self) -> Data | None:
        """The extramuscular measure that the total score needs, where the pilot has another."""
        taken = {item.id: item.instrument for item in self.pilot.assessments}
        name = self.pilot.core_set.extramuscular
        if self.plan.endpoint.definition != SCORE or taken[name] in EXTRAMUSCULAR:
            return None
        return {"id": new_measure(taken), "instrument": EXTRAMUSCULAR[0], "unit": "mm",
                "source": [DESIGN], "status": "assumed"}  # fmt: skip

    def endpoints(self) -> list[Data]:
        asked = self.plan.endpoint
        visit = None if asked.kind == "time" else asked.visit
        place = {"visit": visit, "consecutive": asked.consecutive, "measure": asked.measure}
        place |= _of_score(asked)
        primary = {
            "id": "primary",
            "label": label(asked, self.pilot),
            "definition": asked.definition,
            "role": "primary",
            "estimand": "ever" if asked.kind == "time" else asked.estimand,
            **{key: value for key, value in place.items() if value is not None},
            "source": [DESIGN],
            "status": "assumed",
        }
        known = (item.definition for item in self.pilot.endpoints)
        others = dict.fromkeys(name for name in known if name in SIMULATED)
        return [primary, *(item for name in others for item in self._secondary(name))]

    def _secondary(self, definition: str) -> list[Data]:
        asked, found = self.plan.endpoint, []
        wanted: list[Data] = [{"estimand": "at_visit", "visit": self.last.id}, {"estimand": "ever"}]
        for given in wanted:
            same = asked.estimand == given["estimand"] and definition == asked.definition
            if same and given.get("visit") == asked.visit:
                continue
            question = Question.model_validate({"definition": definition, **given})
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


def _of_score(asked: Question) -> Data:
    """What stands beside a Total Improvement Score: whose, and the response that counts."""
    if asked.definition != SCORE:
        return {}
    return {"population": asked.population or "adult", "threshold": asked.threshold}


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
