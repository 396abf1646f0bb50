"""The seed's protocol and recipe, and patients as a paper may describe them."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from myotrial import protocol, reconstruction

STUDY = Path(__file__).parents[2] / "studies" / "anakinra-2009"


@pytest.fixture(scope="session")
def trial():
    return protocol.read(STUDY / "study.yaml")


@pytest.fixture(scope="session")
def recipe(trial):
    return reconstruction.read_recipe(STUDY / "reconstruction.yaml", trial)


@pytest.fixture(scope="session")
def reconstructed(trial, recipe):
    """Tables of some patients, by the seed's recipe and protocol."""

    def tables(worlds, seed=1):
        return reconstruction.reconstruct(worlds, recipe, trial, seed)

    return tables


@pytest.fixture(scope="session")
def make():
    """Ways to describe a patient: `make.patient`, `make.responder`, `make.leaving`."""
    return SimpleNamespace(patient=patient, responder=responder, leaving=leaving)


@pytest.fixture(scope="session")
def seed_patients():
    return list(SEED_PATIENTS)


def patient(**changes):
    """A patient who stayed for a year without a change, with what a test changes."""
    return {
        "diagnosis": "PM",
        "sex": "F",
        "disease_duration": 5,
        "completed": 12,
        "withdrawn_for": "not withdrawn",
        "outcome": "unchanged",
        "first_improved": "never",
        "sustained_to": "not applicable",
        "fi": "not stated",
        "repeat_biopsy": "yes",
        "il1ra_after": "absent",
    } | changes


def responder(first, until, **changes):
    """A patient first improved at a month, without a break until another."""
    held = "not sustained" if first == until else f"month {until}"
    facts = {"outcome": "responder", "first_improved": f"month {first}", "sustained_to": held}
    return patient(**facts, il1ra_after="present", **changes)


def leaving(completed, reason, **changes):
    """A patient who left after the visit of a month."""
    return patient(completed=completed, withdrawn_for=reason, **changes)


SEED_PATIENTS = (
    responder(3, 3, diagnosis="DM", disease_duration=2, fi="improved"),
    responder(3, 6, diagnosis="DM", disease_duration=3, fi="not improved"),
    responder(12, 12, diagnosis="DM", sex="M", fi="not improved"),
    responder(6, 12, fi="improved", disease_duration=7),
    responder(3, 3, sex="M", fi="improved", completed=6, withdrawn_for="headache"),
    responder(3, 3, fi="not improved", completed=3, withdrawn_for="injection-site rash"),
    responder(3, 3, diagnosis="IBM", sex="M", disease_duration=10, fi="improved"),
    patient(diagnosis="DM", disease_duration=8),
    patient(sex="M", disease_duration=9),
    patient(disease_duration=11, il1ra_after="present"),
    patient(diagnosis="IBM", sex="M", disease_duration=12, il1ra_after="present"),
    leaving(0, "injection-site rash", diagnosis="IBM", disease_duration=13),
    leaving(0, "increased muscle symptoms", diagnosis="IBM", sex="M", disease_duration=18)
    | {"outcome": "worse"},
    leaving(3, "increased muscle symptoms", diagnosis="IBM", sex="M", disease_duration=14)
    | {"outcome": "worse", "repeat_biopsy": "no", "il1ra_after": "present"},
    leaving(6, "lack of efficacy", disease_duration=15, outcome="worse"),
)
