import polars as pl
import pytest
from polars.testing import assert_series_equal

from myotrial import datasets
from myotrial.errors import OutputError


@pytest.fixture(scope="module")
def frames(records, plan):
    return datasets.derive(plan, datasets.tables_from(records, plan))


def test_write__gives_the_same_bytes_for_the_same_rows(frames, records, plan, tmp_path):
    again = datasets.derive(plan, datasets.tables_from(records, plan))
    one = [file.read_bytes() for file in datasets.write(frames, tmp_path / "one")]
    other = [file.read_bytes() for file in datasets.write(again, tmp_path / "other")]
    assert one == other
    assert all(content.endswith(b"\n") and b"\r" not in content for content in one)


def test_write__keeps_every_value(frames, tmp_path):
    for file, frame in zip(datasets.write(frames, tmp_path), frames.values(), strict=True):
        read = pl.read_csv(file, schema=frame.schema)
        numbers = [c for c, kind in frame.schema.items() if kind.is_float()]
        assert read.drop(numbers).equals(frame.drop(numbers), null_equal=True)
        for column in numbers:
            assert_series_equal(read[column], frame[column], rel_tol=1e-11)


def test_write__rounds_what_binary_leaves_behind(tmp_path):
    frame = pl.DataFrame({"CHG": [0.3 - 0.24, 1 / 3, -0.0006, 1e-7, 123456.5]})
    (file,) = datasets.write({"ADX": frame}, tmp_path)
    found = file.read_text().split()
    assert found == ["CHG", "0.06", "0.333333333333", "-0.0006", "1e-7", "123456.5"]


def test_write_table__is_read_back_as_it_was(records, plan, tmp_path):
    for name, rows in records.items():
        datasets.write_table(rows, tmp_path / f"{name}.csv")
    expected = datasets.tables_from(records, plan)
    found = datasets.read_tables(tmp_path, plan)
    assert all(frame.equals(found[name], null_equal=True) for name, frame in expected.items())


def test_write_table__takes_numbers_of_both_kinds_and_none(tmp_path):
    file = tmp_path / "deep" / "table.csv"
    datasets.write_table([{"A": 1, "B": None}, {"A": 2.5, "B": "x, y"}], file)
    assert file.read_text() == 'A,B\n1.0,\n2.5,"x, y"\n'


def test_write_table__writes_nothing_without_rows(tmp_path):
    datasets.write_table([], tmp_path / "table.csv")
    assert list(tmp_path.iterdir()) == []


def test_write__says_what_cannot_be_written(frames, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match=r"taken.*cannot be written: "):
        datasets.write(frames, tmp_path / "taken")


def test_labels__tell_every_column(frames, plan):
    for frame in frames.values():
        labels = datasets.labels(frame, plan)
        assert list(labels) == frame.columns
        assert all(labels.values())
    assert datasets.label("STATUS_M3", plan) == "Status at Month 3"
    assert datasets.label("STATUS_M3") == "Status at M3"


def test_datasets__offers_what_it_promises():
    assert all(hasattr(datasets, name) for name in datasets.__all__)
    assert sorted(datasets.HOMES) == datasets.__all__
    with pytest.raises(AttributeError, match="has no attribute 'reads'"):
        _ = datasets.reads
