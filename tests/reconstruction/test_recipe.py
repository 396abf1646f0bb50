"""Everything wrong with a recipe is told at once, with its line and the way out."""

from pathlib import Path

import pytest

from myotrial import reconstruction
from myotrial.errors import DocumentError

SEED = Path(__file__).parents[2] / "studies" / "anakinra-2009" / "reconstruction.yaml"


@pytest.fixture(scope="module")
def text():
    return SEED.read_text(encoding="utf-8")


@pytest.fixture
def problems(trial, text):
    """The problems of the seed's recipe with one piece of it replaced."""

    def found(old, new):
        assert text.count(old) >= 1
        with pytest.raises(DocumentError) as caught:
            reconstruction.parse_recipe(
                text.replace(old, new, 1), trial, file="reconstruction.yaml"
            )
        return caught.value.problems

    return found


@pytest.mark.parametrize(
    ("old", "new", "where", "expected", "hint"),
    [
        pytest.param("columns: [GCMONTHS]", "columns: [GCMONTH]", "subject.columns[8].columns[0]",
                     "a subject attribute", "'GCMONTHS'", id="unknown column"),
        pytest.param("readiness: 1\n", "redainess: 1\n", "measures[0].redainess",
                     "a key that is known here", "'readiness'", id="unknown key"),
        pytest.param("readiness: 1\n", "readiness: 3\n", "measures[0].readiness",
                     "a number of at most 1", "", id="number too large"),
        pytest.param("columns: [SEX]", "columns: [DIAG]", "subject.columns[1].columns[0]",
                     "each column once", "", id="column filled twice"),
        pytest.param("assessment: MMT8", "assessment: MMT", "measures[2].assessment",
                     "an assessment of study.yaml", "'MMT8'", id="unknown assessment"),
        pytest.param("range: [0, 80]", "range: [0, 150]", "measures[2].range",
                     "a part of 0 to 80 points", "", id="range of another variant"),
        pytest.param("range: [0, 80]", "range: [80, 0]", "measures[2].range",
                     "the lowest value, then the highest", "", id="range upside down"),
        pytest.param("month 6: M6, month 12: M12}", "month 6: M5, month 12: M12}",
                     "course.first_improved.values.month 6", "the id of a scheduled visit", "'M6'",
                     id="unknown visit"),
        pytest.param("repeat_visit: M6", "repeat_visit: WD", "biopsies.repeat_visit",
                     "the id of a scheduled visit", "", id="unscheduled visit"),
        pytest.param("marker: CD3", "marker: CD4", "biopsies.markers[1].marker",
                     "a biopsy marker of study.yaml", "'CD3'", id="unknown marker"),
        pytest.param("present_before: 0.4", "baseline: {quantiles: {0: 1, 1: 2}}",
                     "biopsies.markers[5]", "present_before", "", id="marker of the other kind"),
        pytest.param("source: PRAGUE\n", "source: PRAG\n", "measures[3].source",
                     "a key of `sources`", "'PRAGUE'", id="unknown source"),
        pytest.param("AGE - DISDUR >= 18", "AGE - DISDURR >= 18", "subject.conditions[0].rule",
                     "a column or a measure", "'DISDUR'", id="unknown name in a condition"),
        pytest.param("AGE - DISDUR >= 18", "AGE - >= 18", "subject.conditions[0].rule",
                     "a readable rule", "", id="unreadable condition"),
        pytest.param("only: MTXMONTH >= 2", "only: MTXMONTS >= 2", "concomitant[1].one_of[0].only",
                     "a column or a measure", "'MTXMONTH'", id="unknown name of a therapy's rule"),
        pytest.param("outcome: {attribute: outcome,", "outcome: {attribut: outcome,",
                     "course.outcome.attribut", "a key that is known here", "'attribute'",
                     id="misspelt key"),
        pytest.param("values: {PM: 'N', DM: 'N', IBM: 'Y'}", "values: {PM: 'N', DM: 'N', IBM: 'J'}",
                     "subject.columns[5].columns[0]", "a value of GRIGGSFL", "", id="value"),
        pytest.param("[BOHANFL], value: 'Y'", "[BOHANFL], value: 'J'",
                     "subject.columns[4].columns[0]", "a value of BOHANFL", "", id="same for all"),
        pytest.param("quantiles: {0: 25, 1: 80}", "quantiles: {0: 25, 1: 180}",
                     "subject.columns[10].columns[0]", "a distribution within 0 to 150 %", "",
                     id="distribution beyond the range"),
        pytest.param("{quantiles: {0: 18, 0.25: 45.9", "{quantiles: {0: 18, 0.25: 5.9",
                     "subject.columns[3].draw", "never fall", "", id="falling quantiles"),
    ],
)  # fmt: skip
def test_parse_recipe__names_the_place_and_the_way_out(problems, old, new, where, expected, hint):
    found = problems(old, new)
    assert [item.where for item in found] == [where]
    assert expected in found[0].expected
    assert hint in found[0].hint


def test_parse_recipe__names_the_line(problems, text):
    line = text[: text.index("repeat_visit: M6")].count("\n") + 1
    assert [item.line for item in problems("repeat_visit: M6", "repeat_visit: M7")] == [line]


def test_parse_recipe__asks_for_the_arm_where_there_are_several(trial, text):
    arms = (trial.arms[0], trial.arms[0].model_copy(update={"id": "PLACEBO"}))
    with pytest.raises(DocumentError, match="the attribute that tells the arm"):
        reconstruction.parse_recipe(text, trial.model_copy(update={"arms": arms}))


def test_parse_recipe__draws_for_no_rule_of_worsening_that_it_does_not_know(trial, text):
    rule = trial.worsening.model_copy(update={"definition": "imacs_2005"})
    with pytest.raises(DocumentError, match="a rule of worsening that can be drawn for"):
        reconstruction.parse_recipe(text, trial.model_copy(update={"worsening": rule}))


@pytest.mark.parametrize("whole", ["", "- 1", "just words"], ids=["empty", "list", "words"])
def test_parse_recipe__rejects_what_is_no_recipe(trial, whole):
    with pytest.raises(DocumentError, match="the keys of a recipe"):
        reconstruction.parse_recipe(whole, trial)


def test_recipe_schema__accepts_the_seed_and_rejects_an_unknown_key(text):
    import jsonschema

    from myotrial import documents

    schema = reconstruction.recipe_schema()
    recipe = documents.parse(text).data
    jsonschema.validate(recipe, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(recipe | {"more": 1}, schema)
