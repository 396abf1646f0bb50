"""SDTM and ADaM of a small study, held against the official schemas and read back by others."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
import xmlschema
from odmlib.dataset_json_1_1.model import Column, DatasetJSON, SourceSystem
from odmlib.schema_manager import get_schema_path

from myotrial import datasets, protocol
from myotrial.datasets.standards import dataset_json, exporting, odm, transport
from myotrial.datasets.standards.analysis import analysis
from myotrial.datasets.standards.checks import check
from myotrial.datasets.standards.dataset import dataset
from myotrial.datasets.standards.tabulation import tabulation
from myotrial.datasets.standards.words import label
from myotrial.errors import DocumentError, MyotrialError, OutputError

SEED = Path(__file__).parents[3] / "studies" / "anakinra-2009" / "study.yaml"
MADE = datetime(2020, 2, 29, 12, 0, tzinfo=UTC)
FIRST = date(2024, 3, 1)
NAMES = dict.fromkeys(
    ("ADSL", "ADCS", "ADRS", "ADCOURSE", "ADEST", "ADTTE", "ADBX", "ADAE", "ADEX", "ADCM", "ADDV"),
    "Label",
)
ROWS = {
    "subjects": [
        {"USUBJID": "ANAKINRA-2009-01", "ARM": "ANAKINRA", "AGE": 51, "SEX": "F", "DIAG": "PM",
         "DISDUR": 3.5, "RFSTDTC": FIRST},
        {"USUBJID": "ANAKINRA-2009-02", "ARM": "ANAKINRA", "AGE": 62, "SEX": "M", "DIAG": "DM",
         "DISDUR": 8.0, "RFSTDTC": FIRST + timedelta(days=30)},
    ],
    "visits": [
        {"USUBJID": "ANAKINRA-2009-01", "VISIT": "M0", "VISITDY": -2, "PHGA": 50.0, "MMT8": 60.0,
         "CK": 3.0, "FI": 30.0},
        {"USUBJID": "ANAKINRA-2009-01", "VISIT": "M3", "VISITDY": 92, "PHGA": 30.5, "MMT8": None,
         "CK": 2.0, "FI": 40.0},
        {"USUBJID": "ANAKINRA-2009-02", "VISIT": "M0", "VISITDY": 1, "PHGA": 40.0, "MMT8": 70.0,
         "CK": 5.0, "FI": 20.0},
    ],
    "disposition": [
        {"USUBJID": "ANAKINRA-2009-01", "DSDECOD": "COMPLETED", "DSREAS": None, "DSSTDY": 366},
        {"USUBJID": "ANAKINRA-2009-02", "DSDECOD": "WITHDRAWN", "DSREAS": "Lack of efficacy",
         "DSSTDY": 40},
    ],
    "exposure": [
        {"USUBJID": "ANAKINRA-2009-01", "EXTRT": "anakinra", "EXDOSE": 100.0, "EXDOSU": "mg",
         "EXSTDY": 1, "EXENDY": 366, "EXPLAN": 366, "EXTAKEN": 360},
        {"USUBJID": "ANAKINRA-2009-02", "EXTRT": "anakinra", "EXDOSE": 100.0, "EXDOSU": "mg",
         "EXSTDY": 1, "EXENDY": None, "EXPLAN": 366, "EXTAKEN": 0},
    ],
    "adverse_events": [
        {"USUBJID": "ANAKINRA-2009-01", "AETERM": "Rash", "AESEV": "MILD", "AEREL": "Y",
         "AEACN": "DOSE NOT CHANGED", "AESTDY": 5, "AEENDY": None},
    ],
    "biopsies": [
        {"USUBJID": "ANAKINRA-2009-01", "BXTIME": "BASELINE", "BXDY": -2, "MARKER": "IL1RA",
         "BXRES": None, "BXPRES": "N", "BXU": None},
        {"USUBJID": "ANAKINRA-2009-01", "BXTIME": "BASELINE", "BXDY": -2, "MARKER": "CD3",
         "BXRES": 61.0, "BXPRES": None, "BXU": "cells/mm2"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def trial():
    return protocol.read(SEED)


@pytest.fixture(scope="module")
def tables(trial):
    empty = {
        "subjects": dict.fromkeys(trial.subject),
        "visits": dict.fromkeys(item.id for item in trial.assessments),
    }
    rows = {name: [empty.get(name, {}) | row for row in several] for name, several in ROWS.items()}
    return datasets.tables_from(rows, trial)


@pytest.fixture(scope="module")
def domains(trial, tables):
    return {item.name: item for item in tabulation(trial, tables, origin="captured")}


@pytest.fixture(scope="module")
def exported(trial, tables, tmp_path_factory):
    def made(kind):
        folder = tmp_path_factory.mktemp(kind)
        frames = datasets.derive(trial, tables)
        exporting.export(trial, tables, frames, folder, kind=kind, origin="captured", names=NAMES)
        return folder

    return {kind: made(kind) for kind in ("xpt", "json")}


def rows(item, **equal):
    return [
        row
        for row in item.frame.iter_rows(named=True)
        if all(row[name] == value for name, value in equal.items())
    ]


def test_tabulation__a_subject_without_a_dose_has_no_actual_arm(domains):
    (first, second) = rows(domains["DM"])
    assert (first["ACTARMCD"], second["ACTARMCD"]) == ("ANAKINRA", "NOTTRT")
    assert (first["SUBJID"], first["RFSTDTC"], first["AGEU"]) == ("01", "2024-03-01", "YEARS")
    assert first["SITEID"] is None


def test_tabulation__days_become_dates_and_there_is_no_day_0(domains):
    days = {row["LBDY"]: row["LBDTC"] for row in rows(domains["LB"], USUBJID="ANAKINRA-2009-01")}
    assert days == {
        -2: (FIRST - timedelta(days=2)).isoformat(),
        92: (FIRST + timedelta(days=91)).isoformat(),
    }


def test_tabulation__enzymes_scales_and_tests_stand_in_their_domains(domains):
    found = {
        name: {row[f"{name}TESTCD"] for row in rows(domains[name])}
        for name in ("LB", "QS", "FT", "RS")
    }
    assert found == {
        "LB": {"CK"},
        "QS": {"PTGA", "HAQDI"},
        "FT": {"MMT8", "FI"},
        "RS": {"PHGA", "MYOACT"},
    }


def test_tabulation__a_missing_value_is_not_done_and_has_no_result(domains):
    (row,) = rows(domains["FT"], FTTESTCD="MMT8", VISIT="M3")
    assert (row["FTSTAT"], row["FTORRES"], row["FTSTRESN"]) == ("NOT DONE", None, None)


def test_tabulation__results_are_written_as_they_were_recorded(domains):
    assert [row["RSORRES"] for row in rows(domains["RS"], RSTESTCD="PHGA")] == ["50", "30.5", "40"]


def test_tabulation__the_last_value_up_to_the_first_dose_is_flagged(domains):
    flags = [(row["USUBJID"][-2:], row["VISIT"], row["LBLOBXFL"]) for row in rows(domains["LB"])]
    assert flags == [("01", "M0", "Y"), ("01", "M3", None), ("02", "M0", "Y")]


def test_tabulation__enzymes_are_high_by_the_limit_of_the_sex(domains):
    assert [row["LBNRIND"] for row in rows(domains["LB"])] == ["HIGH", "NORMAL", "HIGH"]
    assert [row["LBSTNRHI"] for row in rows(domains["LB"])] == [2.5, 2.5, 3.3]


def test_tabulation__reasons_are_coded_by_the_public_list_and_kept_as_recorded(domains):
    (second,) = rows(domains["DS"], USUBJID="ANAKINRA-2009-02")
    assert (second["DSTERM"], second["DSDECOD"]) == ("Lack of efficacy", "LACK OF EFFICACY")


def test_tabulation__readings_lead_to_their_specimen(domains):
    (specimen,) = rows(domains["BE"])
    assert {row["MIREFID"] for row in rows(domains["MI"])} == {specimen["BEREFID"]}
    (called,) = rows(domains["MI"], MITESTCD="IL1RA")
    assert (called["MIORRES"], called["MISTRESN"], called["MIORRESU"]) == ("ABSENT", None, None)


def test_tabulation__says_where_the_records_come_from(trial, tables):
    found = {item.name: item for item in tabulation(trial, tables, origin="simulated")}
    assert [row["TSVAL"] for row in rows(found["TS"], TSPARMCD="ORIGIN")] == ["simulated"]
    assert {row["QVAL"] for row in rows(found["SUPPDM"], QNAM="ORIGIN")} == {"captured"}


def test_analysis__names_and_labels_fit_a_transport_file(trial, tables):
    found = analysis(trial, datasets.derive(trial, tables), NAMES)
    check(found, transport=True)
    course = next(item for item in found if item.name == "ADCOURSE")
    assert {"FIBEST", "STATM3", "STATWD"} <= set(course.frame.columns)


@pytest.fixture(scope="module")
def schema():
    return xmlschema.XMLSchema(get_schema_path("define", "2.1"))


@pytest.mark.parametrize("standard", ["sdtm", "adam"])
@pytest.mark.parametrize("kind", ["xpt", "json"])
def test_define__passes_the_official_schema(schema, exported, standard, kind):
    schema.validate(exported[kind] / standard / "define.xml")


def test_odm__passes_the_official_schema(trial, tables, tmp_path):
    file = tmp_path / "study.xml"
    file.write_bytes(odm.document(trial, tables, MADE, "captured"))
    xmlschema.XMLSchema(get_schema_path("odm", "1.3.2")).validate(file)


def test_export__transport_files_read_back_with_names_labels_and_values(exported):
    frame, about = pyreadstat.read_xport(
        str(exported["xpt"] / "sdtm" / "lb.xpt"), output_format="polars"
    )
    assert frame["LBSTRESN"].to_list() == [3.0, 2.0, 5.0]
    assert about.table_name == "LB"
    assert about.column_names_to_labels["LBSTRESN"] == "Numeric Result/Finding in Standard Units"


def test_export__dataset_json_is_taken_by_another_model_of_the_standard(exported):
    text = (exported["json"] / "adam" / "adsl.json").read_text(encoding="utf-8")
    data = json.loads(text)
    columns = [Column(**column) for column in data["columns"]]
    source = SourceSystem(**data["sourceSystem"])
    whole = DatasetJSON(**(data | {"columns": columns, "sourceSystem": source}))
    assert whole.to_dict() == data
    assert data["records"] == len(data["rows"]) == 2
    assert [column["name"] for column in data["columns"]][:2] == ["STUDYID", "USUBJID"]
    assert all(len(row) == len(data["columns"]) for row in data["rows"])


@pytest.mark.parametrize("kind", ["xpt", "json"])
def test_export__same_input_same_bytes(trial, tables, exported, kind, tmp_path):
    frames = datasets.derive(trial, tables)
    exporting.export(trial, tables, frames, tmp_path, kind=kind, origin="captured", names=NAMES)
    for file in exported[kind].rglob("*.*"):
        assert (tmp_path / file.relative_to(exported[kind])).read_bytes() == file.read_bytes()


def test_export__the_time_in_the_files_can_be_named(trial, tables, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(MADE.timestamp())))
    frames = datasets.derive(trial, tables)
    exporting.export(trial, tables, frames, tmp_path, kind="xpt", origin="captured", names=NAMES)
    content = (tmp_path / "sdtm" / "dm.xpt").read_bytes()
    assert content.count(b"29FEB20:12:00:00") == 4
    assert (
        b'CreationDateTime="2020-02-29T12:00:00+00:00"'
        in (tmp_path / "sdtm" / "define.xml").read_bytes()
    )


def test_export__refuses_an_unknown_format(trial, tables, tmp_path):
    with pytest.raises(MyotrialError, match="there are xpt, json, parquet, odm"):
        exporting.export(trial, tables, {}, tmp_path, kind="sas", origin="captured", names=NAMES)


def small(frame, **changes):
    given = {
        "name": "AE", "label": "Adverse Events", "standard": "SDTMIG", "kind": "EVENTS",
        "structure": "One record per event", "keys": ("USUBJID",),
        "labels": dict.fromkeys(frame.columns, "A label"), "origins": {}, "codes": {},
    }  # fmt: skip
    return dataset(frame, **(given | changes))


@pytest.mark.parametrize("count", [1, 3, 39, 40, 41, 81])
def test_transport__narrow_rows_and_blank_columns_come_back_whole(tmp_path, count):
    """Rows shorter than a record are lost by readers that guess where the padding begins."""
    names = [chr(97 + number % 26) for number in range(count)]
    frame = pl.DataFrame(
        {"USUBJID": names, "EMPTY": pl.Series([None] * count, dtype=pl.String)},
        schema_overrides={"EMPTY": pl.String},
    )
    file = tmp_path / "ae.xpt"
    transport.write(small(frame, keys=()), file, MADE.replace(tzinfo=None))
    assert transport.read(file).equals(frame, null_equal=True)


def test_transport__rows_that_are_blank_throughout_are_refused(tmp_path):
    """At the end of a file nobody could tell them from its padding."""
    frame = pl.DataFrame({"USUBJID": ["a", None]})
    with pytest.raises(OutputError, match="reads back with 1 rows"):
        transport.write(small(frame, keys=()), tmp_path / "ae.xpt", MADE.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("frame", "changes", "says"),
    [
        pytest.param(
            pl.DataFrame({"USUBJID": ["a", "b"], "AETERM": ["Rash", "Ödem"]}),
            {}, r"AE\.AETERM: expected ASCII text, found 'Ödem' in row 2", id="not ascii",
        ),
        pytest.param(
            pl.DataFrame({"USUBJID": ["a"], "AETERM": ["x" * 201]}),
            {}, "texts of at most 200 bytes, found more in row 1", id="long text",
        ),
        pytest.param(
            pl.DataFrame({"USUBJID": ["a"], "AETERMLONG": ["x"]}),
            {}, "a name of 1 to 8 capitals", id="long name",
        ),
        pytest.param(
            pl.DataFrame({"USUBJID": ["a"]}),
            {"labels": {"USUBJID": "ü" * 21}}, "at most 40 bytes, found 42 bytes", id="long label",
        ),
        pytest.param(
            pl.DataFrame({"USUBJID": ["a", "b", "a"]}),
            {}, "rows that differ in USUBJID, found rows 1, 3", id="duplicate key",
        ),
    ],
)  # fmt: skip
def test_check__names_what_a_file_could_not_hold(frame, changes, says):
    with pytest.raises(DocumentError, match=says):
        check([small(frame, **changes)], transport=True)


def test_check__dataset_json_holds_every_letter():
    frame = pl.DataFrame({"USUBJID": ["a"], "AETERM": ["Ödem"]})
    check([small(frame)], transport=False)
    assert dataset_json.document(small(frame), "S", MADE)["rows"] == [["a", "Ödem"]]


@pytest.mark.parametrize(
    ("domain", "names"),
    [
        ("TA", ["STUDYID", "DOMAIN", "ARMCD", "ARM", "TAETORD", "ETCD", "ELEMENT", "TABRANCH",
                "TATRANS", "EPOCH"]),
        ("LB", ["LBORRES", "LBORRESU", "LBORNRHI", "LBSTRESC", "LBSTRESN", "LBSTRESU", "LBSTNRHI",
                "LBNRIND", "LBSTAT"]),
        ("AE", ["AETERM", "AEDECOD", "AESEV", "AEACN", "AEREL", "AESTDTC"]),
    ],
)  # fmt: skip
def test_tabulation__variables_stand_in_the_guides_order(domains, domain, names):
    """SDTM Implementation Guide 3.4, the order of its table of variables."""
    found = [variable.name for variable in domains[domain].variables]
    assert [name for name in found if name in names] == names


@pytest.mark.parametrize(
    ("name", "domain", "words"),
    [
        ("LBTESTCD", "LB", "Lab Test or Examination Short Name"),
        ("QSSTRESN", "QS", "Numeric Finding in Standard Units"),
        ("FTDTC", "FT", "Date/Time of Test"),
        ("RSTEST", "RS", "Assessment Name"),
        ("MIDY", "MI", "Study Day of Specimen Collection"),
        ("AESTDTC", "AE", "Start Date/Time of Adverse Event"),
        ("CMENDY", "CM", "Study Day of End of Medication"),
        ("BESTDY", "BE", "Study Day of Start of Biospecimen Event"),
    ],
)
def test_label__is_the_guides(name, domain, words):
    """SDTM Implementation Guide 3.4, its table of variables."""
    assert label(name, domain) == words
