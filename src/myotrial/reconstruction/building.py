"""From the patients of a paper, as attributes, to captured tables that agree with all it states.

What comes out are reconstructions: possible patients, never real ones. Every row says so (ORIGIN),
and the table `attributes` says of each column what determined it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from myotrial.errors import DocumentError
from myotrial.protocol.models import Protocol
from myotrial.reconstruction import biopsies, tables
from myotrial.reconstruction.checks import problems
from myotrial.reconstruction.determinacy import attributes
from myotrial.reconstruction.patients import Source
from myotrial.reconstruction.recipe import Recipe
from myotrial.reconstruction.tables import Row

__all__ = ["reconstruct"]


def reconstruct(
    worlds: Sequence[Mapping[str, Any]],
    recipe: Recipe,
    protocol: Protocol,
    seed: int,
    *,
    determined: Mapping[str, str] | None = None,
) -> dict[str, list[Row]]:
    """Draw tables of patients with these attributes.

    The verdicts derived from the tables (improved, worse, at which visits; functional index) are
    those that the attributes state, checked patient by patient with the functions of `response`.
    The same input and seed give the same tables; a patient's values hang on the patient's number
    and attributes alone, except that markers stated to be unchanged are drawn again together.

    Args:
        worlds: The attributes of each patient, by name, as `evidence.draw` returns them.
        recipe: What they mean, and the distributions of the rest.
        protocol: The study's protocol.
        seed: Seed of everything drawn, at least 0.
        determined: How far the paper determines each attribute, as `evidence.determinacy` returns
            it; what is left out counts as determined.

    Returns:
        The rows of each captured table by its name (subjects, visits, disposition, exposure,
        concomitant, adverse_events, biopsies), and those of `attributes` (see `determinacy`).

    Raises:
        DocumentError: The recipe names what the protocol does not know.
        ReconstructionError: A patient's attributes contradict each other or the recipe.
    """
    found = problems(recipe, protocol, None)
    if found:
        raise DocumentError("recipe of the reconstruction", found)
    source = Source(recipe, protocol, seed)
    patients = [source.patient(world, number) for number, world in enumerate(worlds, start=1)]
    plans = [patient.plan for patient in patients]
    readings = biopsies.readings(worlds, plans, recipe.biopsies, seed) if recipe.biopsies else []
    captured = tables.rows(patients, readings, recipe, protocol)
    return captured | {"attributes": attributes(recipe, protocol, determined)}
