"""Whole trials simulated from trajectories (tier 3): what other endpoints would find at one size.

Trials     those of `design.protocols.assumed`, whose effects give the asked endpoint the values of
           the expected scenario.
Endpoints  whatever those two effects make of them: the definition of improvement, the total
           improvement score, the functional index; at the visit, at any visit, sustained.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from myotrial.design.exact.two_arm import rejection_region
from myotrial.design.protocols.assumed import Assumed, index_of
from myotrial.design.simulation.scenario import Endpoint
from myotrial.design.simulation.scenario import Scenario as Simulated
from myotrial.design.simulation.tallies import Tallies
from myotrial.protocol.models import Protocol

__all__ = ["Found", "asked", "found", "scenario"]

TEST = "boschloo"


@dataclass(frozen=True)
class Found:
    """What one endpoint finds in simulated trials.

    Attributes:
        id: Short name.
        label: The endpoint in words.
        control: Response rate of the control arm, or its mean score.
        treatment: The same of the treated arm.
        unit: "%" for a rate (from 0 to 1), "points" for a mean score.
        power: Share of trials that find for the treatment.
        method: The test.
        trials: Trials simulated.
    """

    id: str
    label: str
    control: float
    treatment: float
    unit: str
    power: float
    method: str
    trials: int


def asked(protocol: Protocol) -> list[tuple[str, str, Endpoint]]:
    """Id, words and rule of each endpoint that is looked at; the total score's three first."""
    last = [item for item in protocol.visits if not (item.baseline or item.unscheduled)]
    place = last[-1].label.lower()
    items = [
        ("doi", f"Definition of improvement at {place}", Endpoint("DOI")),
        ("doi_ever", "Definition of improvement at any visit", Endpoint("DOI", "ever")),
        ("tis_20", f"TIS of at least 20 at {place}", Endpoint("TIS20")),
        ("tis_40", f"TIS of at least 40 at {place}", Endpoint("TIS40")),
        ("tis_60", f"TIS of at least 60 at {place}", Endpoint("TIS60")),
    ]
    if len(last) > 1:
        words = "Definition of improvement at two consecutive visits"
        items.append(("doi_sustained", words, Endpoint("DOI", "sustained")))
    if index_of(protocol):
        items.append(("fi", f"Functional index improved at {place}", Endpoint("FI")))
    return items


def scenario(assumed: Assumed, sizes: tuple[int, int]) -> Simulated:
    """The trial as the kernel simulates it, counting every endpoint.

    Args:
        assumed: The trial as it is assumed to go.
        sizes: Patients of the treated and of the control arm.

    Raises:
        MyotrialError: The endpoint is none that is simulated here, or no effect gives a rate.
    """
    return assumed.trial(sizes, [rule for _, _, rule in asked(assumed.protocol)])


def found(
    tallies: Tallies, simulated: Simulated, protocol: Protocol, alpha: float
) -> Sequence[Found]:
    """What each endpoint finds, by Boschloo's test; the score by the t test."""
    sizes = simulated.active.size, simulated.control.size
    region = rejection_region(TEST, *sizes, alpha=alpha).reject
    items = []
    for place, (name, words, _) in enumerate(asked(protocol)):
        control, treated = tallies.rates(place)
        power = tallies.share(place, region)
        items.append(
            Found(name, words, control, treated, "%", power, "Boschloo's test", tallies.trials)
        )
    control, treated = (tallies.score(arm)[0] for arm in (0, 1))
    power = float(tallies.better[1] / tallies.trials)
    words = "Total improvement score, mean"
    return [
        *items,
        Found("tis", words, control, treated, "points", power, "t test", tallies.trials),
    ]
