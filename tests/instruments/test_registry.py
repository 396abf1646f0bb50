import math

import numpy as np
import pytest

from myotrial import instruments
from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.instruments import global_scale, registry


@pytest.mark.parametrize(
    ("name", "unit", "variant", "expected", "better"),
    [
        ("physician_global", "mm", "", (0, 100), -1),
        ("patient_global", "cm", "", (0, 10), -1),
        ("mmt8", "points", "one side", (0, 80), 1),
        ("mmt8", "points", "both sides", (0, 150), 1),
        ("haq_di", "points", "", (0, 3), -1),
        ("ck", "ukat/L", "", (0, math.inf), -1),
        ("myoact", "fraction", "", (0, 1), -1),
        ("myoact", "sum of 60", "", (0, 60), -1),
        ("functional_index", "points", "", (0, 64), 1),
        ("physician_global_likert", "points", "", (0, 4), -1),
        ("patient_global_likert", "points", "", (0, 4), -1),
        ("extramuscular_global", "mm", "", (0, 100), -1),
        ("extramuscular_global_likert", "points", "", (0, 4), -1),
        ("mmt26", "points", "total", (0, 260), 1),
        ("mmt26", "points", "proximal", (0, 160), 1),
    ],
)
def test_get__gives_published_range_and_direction(name, unit, variant, expected, better):
    instrument = instruments.get(name)
    assert instrument.range(unit=unit, variant=variant) == expected
    assert instrument.better == better
    assert instrument.id == name


def test_get__names_the_nearest():
    with pytest.raises(MyotrialError, match="did you mean 'mmt8'"):
        instruments.get("mmt_8")


@pytest.mark.parametrize(
    ("name", "value", "unit", "to", "expected"),
    [
        ("ck", 3.3, "ukat/L", "U/L", 198.0),
        ("ck", 150.0, "U/L", "ukat/L", 2.5),
        ("physician_global", 2.5, "cm", "mm", 25.0),
        ("myoact", 12.0, "sum of 60", "fraction", 0.2),
    ],
)
def test_convert__changes_the_unit(name, value, unit, to, expected):
    assert instruments.get(name).convert(value, unit=unit, to=to) == pytest.approx(expected)


def test_convert__refuses_a_foreign_unit():
    with pytest.raises(MyotrialError, match=r"ck is not measured in 'nkat/L'.\nHint: did you mean"):
        instruments.get("ck").convert(1.0, unit="nkat/L", to="U/L")


@pytest.mark.parametrize("variant", ["", "left"])
def test_range__asks_for_a_variant_it_knows(variant):
    with pytest.raises(MyotrialError, match="its variants are 'one side', 'both sides'"):
        instruments.get("mmt8").range(unit="points", variant=variant)


def test_rise_from_zero__is_a_tenth_of_the_range():
    assert instruments.get("physician_global").rise_from_zero(unit="cm") == 1.0
    assert instruments.get("haq_di").rise_from_zero(unit="points") == 0.3
    assert instruments.get("myoact").rise_from_zero(unit="fraction") == 0.1
    assert instruments.get("ck").rise_from_zero(unit="U/L") == math.inf


def test_outside__tells_values_off_the_scale_from_missing_ones():
    values = np.array([0.0, 10.0, 10.1, -0.1, np.nan])
    outside = instruments.get("physician_global").outside(values, unit="cm")
    assert outside.tolist() == [False, False, True, True, False]


def test_all__keep_the_two_kinds_of_global_rating_apart():
    with pytest.raises(MyotrialError, match="is not measured in 'points'"):
        instruments.get("physician_global").convert(2.0, unit="points", to="mm")


def test_all__state_what_is_missing_and_where_they_stand():
    for name, instrument in instruments.ALL.items():
        assert instrument.id == name
        assert instrument.source
        assert instrument.missing


@pytest.mark.parametrize("module", registry.MODULES, ids=lambda module: module.__name__)
def test_facts__have_source_and_status(module):
    assert module.FACTS
    assert all(isinstance(fact, Fact) and fact.source for fact in module.FACTS)


def test_all__list_important_differences_among_the_facts():
    listed = {fact for module in (*registry.MODULES, global_scale) for fact in module.FACTS}
    for instrument in instruments.ALL.values():
        assert set(instrument.important) <= listed
