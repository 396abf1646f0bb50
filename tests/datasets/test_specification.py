import pytest

from myotrial import datasets, protocol
from myotrial.errors import DocumentError


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "instrument: mmt8",
            "instrument: mtm8",
            "assessments[2].instrument: expected the id of an instrument, found 'mtm8'\n"
            "    Hint: did you mean 'mmt8'?",
            id="instrument",
        ),
        pytest.param(
            "variant: one side, ",
            "",
            "assessments[2].variant: expected a variant of mmt8: one side, both sides,"
            " found nothing",
            id="variant",
        ),
        pytest.param(
            "unit: ukat/L",
            "unit: nkat/L",
            "assessments[4].unit: expected a unit of ck: U/L, ukat/L, found 'nkat/L'",
            id="unit",
        ),
        pytest.param(
            "definition: functional_index_20",
            "definition: fi_20",
            "endpoints[0].definition: expected a definition of response, found 'fi_20'",
            id="definition",
        ),
        pytest.param(
            "visit: M6\n",
            "visit: M3\n",
            "endpoints[0].visit: expected a visit at which FI is assessed: M0, M6, WD, found 'M3'",
            id="visit",
        ),
        pytest.param(
            "analyses:",
            "worsening: {definition: mine}\nanalyses:",
            "worsening.definition: expected a rule of worsening: core_set_30, imacs_2005,"
            " found 'mine'",
            id="worsening",
        ),
    ],
)
def test_check_protocol__names_what_does_not_exist(study, old, new, message):
    assert old in study
    with pytest.raises(DocumentError) as caught:
        datasets.check_protocol(protocol.parse(study.replace(old, new, 1)))
    assert f"study.yaml: {message}" in str(caught.value)


def test_check_protocol__names_the_line_where_there_is_a_file(study, tmp_path):
    file = tmp_path / "study.yaml"
    text = study.replace("instrument: haq_di", "instrument: haq")
    file.write_text(text, encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "instrument: haq" in row)
    with pytest.raises(DocumentError) as caught:
        datasets.check_protocol(protocol.read(file), file=str(file))
    assert str(caught.value).startswith(f"{file}:{line}: assessments[3].instrument: expected")
