"""Export, import, export: identical, in every format, on both engines."""

import csv
import io
import json
import zipfile

import pytest
import xmlschema
from exchange_people import TEXTS, WITHHELD, fill_odd, parsed
from odmlib.schema_manager import get_schema_path

from myotrial.capture.exchange.reading import is_export, read
from myotrial.capture.exchange.snapshot import snapshot
from myotrial.capture.exchange.writing import KINDS
from myotrial.errors import DocumentError, MyotrialError


@pytest.fixture(scope="module")
def written(kept, tmp_path_factory):
    """Gives the file of an export; each is written once."""
    folder, files = tmp_path_factory.mktemp("exports"), {}

    def write(kind):
        if kind not in files:
            files[kind] = folder / f"{kind}.{KINDS[kind][0]}"
            files[kind].write_bytes(kept.exported(kind))
        return files[kind]

    return write


@pytest.fixture
def empty(engine):
    """An empty database that the store talks to, of each engine; gives its settings."""
    return engine.settings_dict


def test_export__is_the_same_to_the_byte_from_both_engines(empty, kept, written, protocol, forms):
    fill_odd(protocol, forms)
    for kind in KINDS:
        assert kept.exported(kind, settings=empty) == written(kind).read_bytes(), kind


@pytest.mark.parametrize("kind", KINDS)
def test_export__comes_out_the_same_after_an_import(kind, empty, kept, written):
    from myotrial.capture.exchange.loading import load
    from myotrial.capture.store.trails import faults

    loaded = load(kept.server, read(written(kind)))
    assert kept.exported(kind, settings=empty) == written(kind).read_bytes()
    assert [str(item) for item in faults(kept.server.key)] == []
    assert loaded.patients == 2
    assert loaded.entries == sum(1 for _ in read(written(kind)).entries)


def test_load__leaves_lists_as_they_were(empty, kept, written):
    import sqlite3

    from myotrial.capture.exchange.loading import load
    from myotrial.capture.store.models import Sheet

    load(kept.server, read(written("csv")))
    with sqlite3.connect(kept.settings["NAME"]) as base:
        before = base.execute('SELECT chain_id, entity, kind, number, "on", status '
                              "FROM capture_sheet").fetchall()  # fmt: skip
    found = Sheet.objects.values_list("chain", "entity", "kind", "number", "on", "status")
    assert sorted(found) == sorted(before)


@pytest.mark.parametrize("kind", KINDS)
def test_read__gives_the_trail_to_the_last_bit(kind, written, kept):
    file = written(kind)
    assert is_export(file)
    with snapshot(kept.settings) as held:
        trail = [entry for item in held.patients() for entry in held.entries(item)]
    assert [*read(file).entries] == trail
    assert {entry.new.text for entry in trail} >= {
        text for text in TEXTS if text.strip() == text != WITHHELD
    }


@pytest.mark.parametrize(("kind", "version"), [("odm", "1.3.2"), ("odm2", "2.0")])
def test_document__is_valid_by_the_schema_of_cdisc(kind, version, written):
    schema = xmlschema.XMLSchema(get_schema_path("odm", version))
    assert [str(error)[:300] for error in schema.iter_errors(written(kind))][:3] == []


@pytest.mark.parametrize("kind", ["odm", "odm2"])
def test_document__has_one_audit_record_with_a_location_an_entry(kind, written, kept):
    root = parsed(written(kind))
    odm = root.tag.removesuffix("ODM")
    with snapshot(kept.settings) as held:
        count = held.count()
    records = root.findall(f".//{odm}ItemData/{odm}AuditRecord")
    assert len(records) == count == len(root.findall(f".//{odm}ItemData"))
    known = {place.get("OID") for place in root.iter(f"{odm}Location")}
    assert {item.find(f"{odm}LocationRef").get("LocationOID") for item in records} == known
    assert known == {"L.A", "L.B"}


@pytest.mark.parametrize("kind", ["odm", "odm2"])
def test_document__names_nothing_that_it_does_not_define(kind, written):
    root = parsed(written(kind))
    defined = {element.get("OID") for element in root.iter() if element.get("OID")}
    named = {
        value
        for element in root.iter()
        for name, value in element.attrib.items()
        if name.endswith("OID") and name not in ("OID", "FileOID")
    }
    assert named - defined == set()


def test_document__tells_queries_of_odm_2_by_their_state(written):
    root = parsed(written("odm2"))
    odm = root.tag.removesuffix("ODM")
    found = [(item.get("Source"), item.get("State"), item.find(f"{odm}Value").text)
             for item in root.iter(f"{odm}Query")]  # fmt: skip
    asked = [item for item in found if item[0] == "Site Monitor"]
    assert asked == [("Site Monitor", "Answered", "+really?\nsure?")] * 2
    assert {item[0] for item in found} == {"System", "Site Monitor"}


def test_export__leaves_no_cell_of_csv_that_a_spreadsheet_would_run(written):
    with zipfile.ZipFile(written("csv")) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                text = archive.read(name).decode()
                for row in csv.reader(io.StringIO(text, newline="")):
                    for cell in row:
                        assert not cell.startswith(("=", "+", "@", "\t", "\r"))
                        assert not cell.startswith("-") or float(cell) < 0


def test_export__of_dataset_json_follows_its_schema(written):
    from odmlib.dataset_json_1_1.model import Column, DatasetJSON, SourceSystem

    with zipfile.ZipFile(written("dataset-json")) as archive:
        for name in archive.namelist():
            if name.endswith(".json") and name != "forms.json":
                data = json.loads(archive.read(name))
                columns = [Column(**column) for column in data["columns"]]
                DatasetJSON(
                    **(
                        data
                        | {"columns": columns, "sourceSystem": SourceSystem(**data["sourceSystem"])}
                    )
                )
                assert len(data["rows"]) == data["records"]
                assert {len(row) for row in data["rows"]} <= {len(data["columns"])}


@pytest.mark.parametrize("kind", KINDS)
def test_export__of_a_site_tells_nothing_of_another(kind, kept):
    content = kept.exported(kind, frozenset({"A"}))
    if KINDS[kind][0] == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    text = content.decode()
    assert "A-001" in text
    for word in ("B-001", "investigator-B", "Hospital <B>", "Hospital &lt;B&gt;", "Asia/Tokyo"):
        assert word not in text


@pytest.mark.parametrize("kind", KINDS)
def test_load__refuses_a_trail_that_was_changed(kind, sqlite, kept, written, tmp_path):
    from myotrial.capture.exchange.loading import load
    from myotrial.capture.store.models import Chain, Entry

    file = tmp_path / written(kind).name
    was, now = b"read again: 41", b"read again: 43"
    if KINDS[kind][0] == "zip":
        with zipfile.ZipFile(written(kind)) as archive, zipfile.ZipFile(file, "w") as changed:
            for name in archive.namelist():
                changed.writestr(name, archive.read(name).replace(was, now))
    else:
        file.write_bytes(written(kind).read_bytes().replace(was, now))
    with pytest.raises(MyotrialError, match="is not what was written"):
        load(kept.server, read(file))
    assert not Entry.objects.exists()
    assert not Chain.objects.exists()


def test_load__refuses_a_server_with_patients(sqlite, kept, written):
    from myotrial.capture.exchange.loading import load

    load(kept.server, read(written("csv")))
    with pytest.raises(MyotrialError, match="holds patients already"):
        load(kept.server, read(written("csv")))


def test_load__refuses_an_export_of_another_study(sqlite, kept, written):
    from dataclasses import replace

    from myotrial.capture.exchange.loading import load

    other = replace(read(written("odm")), study="OTHER")
    with pytest.raises(MyotrialError, match="'OTHER', not of 'ANAKINRA-2009'"):
        load(kept.server, other)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"no export", "another file"),
        (b"<ODM xmlns='http://www.cdisc.org/ns/odm/v1.3'/>", "another file"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><ODM FileType="Transactional" SourceSystem="myotrial">',
         "another file"),
        (b'<ODM xmlns="x" FileType="Transactional" SourceSystem="myotrial"><a/></ODM>',
         "namespace"),
        (b'<ODM xmlns="http://www.cdisc.org/ns/odm/v2.0" FileType="Transactional" '
         b'SourceSystem="myotrial"><Stu', "well-formed"),
        (b'<ODM xmlns="http://www.cdisc.org/ns/odm/v2.0" FileType="Transactional" '
         b'SourceSystem="myotrial"><AdminData/><ClinicalData><ItemData/></ClinicalData></ODM>',
         "an entry as a study server writes one"),
    ],
    ids=["text", "another system's", "entities", "another namespace", "cut off", "no entry"],
)  # fmt: skip
def test_read__says_what_is_wrong_with_a_file(content, match, tmp_path):
    file = tmp_path / "export.xml"
    file.write_bytes(content)
    with pytest.raises(DocumentError, match=match):
        [*read(file).entries]


@pytest.mark.parametrize("kind", KINDS)
def test_export__carries_withheld_values_as_digests_alone(kind, kept, written):
    from myotrial.capture.record.state import Value

    taken = [item for item in read(written(kind)).entries if item.withheld]
    assert [(item.entity, item.old, item.new, item.reason) for item in taken] == [
        ("form/AE/LOG/3", Value(), Value(), "")
    ] * 2
    content = written(kind).read_bytes()
    if KINDS[kind][0] == "zip":
        with zipfile.ZipFile(written(kind)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    assert WITHHELD.encode() not in content
    assert b"it's" in content
