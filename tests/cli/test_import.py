"""What an export wrote comes back as it was; what does not fit is told, and nothing is written."""

import json

import polars as pl
import pytest

from myotrial import datasets, protocol
from myotrial.datasets.standards import capturing, odm_reading
from myotrial.errors import MyotrialError


@pytest.fixture
def sdtm(captured, run, tmp_path):
    def made(kind="xpt"):
        answer = run("export", captured, "--to", tmp_path / kind, "--format", kind)
        assert answer.exit_code == 0, answer.output
        return tmp_path / kind / ("study.xml" if kind == "odm" else "sdtm")

    return made


@pytest.fixture
def empty(captured, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "study.yaml").write_text((captured / "study.yaml").read_text())
    return folder


def tables(folder):
    plan = protocol.read(folder / "study.yaml")
    found = datasets.read_tables(folder / "data", plan)
    return {name: frame.sort(frame.columns) for name, frame in found.items()}


@pytest.mark.parametrize("kind", ["xpt", "json", "parquet", "odm"])
def test_import__brings_back_what_was_exported(captured, empty, sdtm, run, kind):
    answer = run("import", sdtm(kind), empty)
    assert answer.exit_code == 0, answer.output
    before, after = tables(captured), tables(empty)
    assert before.keys() == after.keys()
    for name, frame in before.items():
        assert after[name].equals(frame, null_equal=True), name


def test_import__records_keep_their_origin_in_every_table(captured, empty, sdtm, run):
    subjects = captured / "data" / "subjects.csv"
    lines = subjects.read_text().splitlines()
    marked = [f"{lines[0]},ORIGIN", *(f"{line},simulated" for line in lines[1:])]
    subjects.write_text("\n".join(marked) + "\n")
    assert run("import", sdtm(), empty).exit_code == 0
    found = tables(empty)
    assert {value for frame in found.values() for value in frame["ORIGIN"]} == {"simulated"}


def test_import__converts_units_that_the_instrument_knows(empty, sdtm, run):
    folder = sdtm("parquet")
    rows = pl.read_parquet(folder / "rs.parquet")
    in_cm = pl.col("RSTESTCD") == "PHGA"
    rows = rows.with_columns(
        pl.when(in_cm).then(pl.col("RSSTRESN") / 10).otherwise("RSSTRESN").alias("RSSTRESN"),
        pl.when(in_cm).then(pl.lit("cm")).otherwise("RSSTRESU").alias("RSSTRESU"),
    )
    rows.write_parquet(folder / "rs.parquet")
    assert run("import", folder, empty).exit_code == 0
    assert tables(empty)["visits"]["PHGA"][0] == 50.0


def spoiled(folder, domain, **columns):
    frame = pl.read_parquet(folder / f"{domain}.parquet")
    frame.with_columns(**columns).write_parquet(folder / f"{domain}.parquet")


def doubled(folder, domain):
    """A second row for everything the domain holds."""
    frame = pl.read_parquet(folder / f"{domain}.parquet")
    pl.concat([frame, frame]).write_parquet(folder / f"{domain}.parquet")


def lacking(folder, domain, column):
    frame = pl.read_parquet(folder / f"{domain}.parquet")
    frame.drop(column).write_parquet(folder / f"{domain}.parquet")


BAD = {
    "no DM": (lambda folder: (folder / "dm.parquet").unlink(), "Expected the domain DM"),
    "unknown visit": (
        lambda folder: spoiled(folder, "sv", VISIT=pl.lit("WEEK 4")),
        "expected a visit of the protocol, found 'WEEK 4'",
    ),
    "unknown unit": (
        lambda folder: spoiled(folder, "lb", LBSTRESU=pl.lit("mmol")),
        "'mmol'",
    ),
    "an event of nobody": (
        lambda folder: spoiled(folder, "ae", USUBJID=pl.lit("Z-99")),
        "Z-99",
    ),
    "a subject twice": (lambda folder: doubled(folder, "dm"), "expected one row for each USUBJID"),
    "a result twice": (
        lambda folder: doubled(folder, "lb"),
        "Expected one result for each subject, visit and test, found",
    ),
    "unknown term": (
        lambda folder: spoiled(folder, "ae", AESEV=pl.lit("TERRIBLE")),
        "'TERRIBLE'",
    ),
    "a variable is missing": (
        lambda folder: lacking(folder, "dm", "ARMCD"),
        "Import of DM needs the columns ['ARMCD']",
    ),
}


@pytest.mark.parametrize("fault", BAD)
def test_import__says_what_does_not_fit_and_writes_nothing(empty, sdtm, run, fault):
    spoil, says = BAD[fault]
    folder = sdtm("parquet")
    spoil(folder)
    answer = run("import", folder, empty)
    assert answer.exit_code == 3
    assert says in answer.output
    assert not (empty / "data").exists()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        pytest.param("dm.json", b"{}", "what cannot be read", id="no dataset"),
        pytest.param("dm.json", b'{"columns": [', "what cannot be read", id="truncated JSON"),
        pytest.param("dm.xpt", b"HEADER RECORD", "what cannot be read", id="truncated XPT"),
        pytest.param("dm.parquet", b"PAR1", "what cannot be read", id="truncated Parquet"),
        pytest.param("dm.txt", b"", "holds no datasets", id="another kind"),
    ],
)
def test_import__names_the_file_that_cannot_be_read(tmp_path, empty, run, name, content, says):
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / name).write_bytes(content)
    answer = run("import", folder, empty)
    assert answer.exit_code == 3
    assert says in answer.output


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("<ODM", "a document of ODM 1.3.2 or 2.0", id="truncated"),
        pytest.param("<html/>", "the root 'html'", id="another document"),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY b "c">]><ODM/>', "a declaration of document type", id="entities"
        ),
        pytest.param(
            '<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3"/>', "no form named subjects", id="empty"
        ),
    ],
)
def test_import__says_what_is_no_odm_file(tmp_path, empty, run, content, says):
    file = tmp_path / "odm.xml"
    file.write_text(content)
    answer = run("import", file, empty)
    assert answer.exit_code == 3
    assert says in answer.output


def second(subject, *values):
    """A document of ODM 2.0, groups of items inside one another, with the first cell's values."""
    names = ("ARM", "SEX", "AGE", "DIAG", "DISDUR")
    given = [values, ("F",), ("51",), ("DM",), ("3.5",)]
    defined = "".join(f'<ItemDef OID="I.{name}" Name="{name}"/>' for name in names)
    cells = "".join(
        f'<ItemData ItemOID="I.{name}">{"".join(f"<Value>{one}</Value>" for one in several)}'
        "</ItemData>"
        for name, several in zip(names, given, strict=True)
    )
    return (
        '<ODM xmlns="http://www.cdisc.org/ns/odm/v2.0" ODMVersion="2.0"><Study><MetaDataVersion>'
        '<ItemGroupDef OID="F.subjects" Name="subjects" Type="Form"/>'
        f'<ItemGroupDef OID="IG.subjects" Name="subjects" Type="Section"/>{defined}'
        f'</MetaDataVersion></Study><ClinicalData><SubjectData SubjectKey="{subject}">'
        '<StudyEventData><ItemGroupData ItemGroupOID="F.subjects">'
        f'<ItemGroupData ItemGroupOID="IG.subjects">{cells}</ItemGroupData></ItemGroupData>'
        "</StudyEventData></SubjectData></ClinicalData></ODM>"
    )


def test_read__takes_nested_groups_and_elements_of_odm_2(empty, tmp_path):
    file = tmp_path / "odm.xml"
    file.write_text(second("A-01", "ANAKINRA"))
    (row,) = odm_reading.read(file, protocol.read(empty / "study.yaml"))["subjects"]
    found = {name: row[name] for name in ("USUBJID", "ARM", "SEX", "AGE", "DIAG", "DISDUR")}
    assert found == {
        "USUBJID": "A-01", "ARM": "ANAKINRA", "SEX": "F", "AGE": "51", "DIAG": "DM",
        "DISDUR": "3.5",
    }  # fmt: skip


def test_import__refuses_several_values_in_one_item_of_odm_2(empty, run, tmp_path):
    file = tmp_path / "odm.xml"
    file.write_text(second("A-01", "ANAKINRA", "PLACEBO"))
    answer = run("import", file, empty)
    assert answer.exit_code == 3
    assert "A-01, subjects: I.ARM: expected one value, found 2 values" in answer.output
    assert not (empty / "data").exists()


def test_captured__refuses_words_of_a_biopsy_that_mean_no_presence(empty):
    words = pl.DataFrame(
        {"USUBJID": ["A", "A", "B"], "MITESTCD": ["IL1RA"] * 3, "MISTRESC": ["PRESENT", "+", "+"]}
    )
    people = pl.DataFrame({"USUBJID": ["A", "B"], "ARMCD": ["X", "X"]})
    with pytest.raises(MyotrialError, match=r"found 2 other: '\+'"):
        capturing.captured({"DM": people, "MI": words}, protocol.read(empty / "study.yaml"))


def test_import__counts_records_that_a_file_promises(empty, sdtm, run):
    folder = sdtm("json")
    data = json.loads((folder / "dm.json").read_text())
    data["rows"].pop()
    (folder / "dm.json").write_text(json.dumps(data))
    answer = run("import", folder, empty)
    assert "it says 4 records and holds 3" in answer.output


def test_import__never_mixes_with_captured_rows(captured, sdtm, run):
    before = (captured / "data" / "visits.csv").read_bytes()
    answer = run("import", sdtm(), captured)
    assert answer.exit_code == 3
    assert "holds captured rows already" in answer.output
    assert (captured / "data" / "visits.csv").read_bytes() == before


@pytest.mark.parametrize("name", ["sdtm/dm.xpt", "study.xml"])
def test_import__names_what_an_export_put_inside_the_folder(run, empty, tmp_path, name):
    source = tmp_path / "exported"
    (source / name).parent.mkdir(parents=True)
    (source / name).touch()
    done = run("import", source, empty)
    assert done.exit_code == 3
    assert f"Hint: name {source / name.partition('/')[0]}." in done.output
