"""Files as people send them: other encodings, other separators, damaged, misnamed."""

import random

import polars as pl
import pytest

from myotrial import datasets
from myotrial.errors import DocumentError


def test_read_tables__says_where_a_file_is_not_utf8(folder, plan, captured, problems_of):
    latin = captured["disposition"].replace("headache", "huvudvärk").encode("latin-1")
    (folder / "disposition.csv").write_bytes(latin)
    text = problems_of(folder, plan)
    assert "disposition.csv:4: (file): expected UTF-8 text, found the byte 0xe4" in text
    assert "Hint: save the table as CSV in UTF-8" in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            "",
            "visits.csv: (file): expected a header row and data, found an empty file",
            id="nothing",
        ),
        pytest.param(
            "{header}\n",
            "visits.csv:1: (rows): expected at least one row in visits, found an empty table",
            id="header only",
        ),
        pytest.param(
            "USUBJID;VISIT;VISITDY\nS-01;M0;1\n",
            "visits.csv:1: (file): expected cells separated by commas, found semicolons",
            id="semicolons",
        ),
        pytest.param(
            "sep=,\n{header}\n",
            "visits.csv:1: (file): expected a header row, found a line that names the separator\n"
            "    Hint: delete that line",
            id="line naming the separator",
        ),
        pytest.param(
            '{header}\nS-01,"M0,1\n',
            "visits.csv:2: (file): expected CSV, found unexpected end of data",
            id="open quotes",
        ),
        pytest.param(
            "{header},FI\n",
            "visits.csv:1: FI: expected each column once, found a second one of that name",
            id="column twice",
        ),
    ],
)
def test_read_tables__says_what_is_wrong_with_a_file(
    folder, plan, captured, content, message, put, problems_of
):
    put(folder, "visits", content.format(header=captured["visits"].splitlines()[0]))
    assert message in problems_of(folder, plan)


def test_read_tables__tells_of_other_separators_once(folder, plan, captured, put, problems_of):
    put(folder, "visits", captured["visits"].replace(",", ";").replace(".", ","))
    text = problems_of(folder, plan)
    assert "expected cells separated by commas, found semicolons" in text
    assert text.count("expected") == 1


def test_read_tables__names_a_workbook(folder, plan, problems_of):
    (folder / "visits.csv").write_bytes(b"PK\x03\x04\x14\x00\x06\x00\xff")
    assert "expected CSV, found an Excel workbook\n    Hint: save the sheet as CSV UTF-8" in (
        problems_of(folder, plan)
    )


def test_read_tables__leaves_out_empty_columns_at_the_end(folder, plan, captured, put):
    before = datasets.read_tables(folder, plan)
    put(folder, "subjects", "".join(f"{line},,\n" for line in captured["subjects"].splitlines()))
    assert datasets.read_tables(folder, plan)["subjects"].equals(before["subjects"])


def test_read_tables__keeps_what_stands_beside_the_columns(
    folder, plan, captured, put, problems_of
):
    lines = captured["subjects"].splitlines()
    width = lines[0].count(",") + 1
    put(folder, "subjects", "\n".join([f"{lines[0]},,", f"{lines[1]},,late", *lines[2:]]))
    text = problems_of(folder, plan)
    assert "subjects.csv:1: (header): expected a column of the protocol, found a column" in text
    put(folder, "subjects", "\n".join([lines[0], f"{lines[1]},late", *lines[2:]]))
    expected = f"subjects.csv:2: (row): expected {width} cells as in the header, found {width + 1}"
    assert expected in problems_of(folder, plan)


def test_read_tables__takes_no_other_table_for_a_missing_one(folder, plan, problems_of):
    (folder / "visits.csv").unlink()
    text = problems_of(folder, plan)
    assert "visits.csv: (file): expected the table visits, found no such file" in text
    assert "did you mean" not in text


def test_read_tables__does_not_pass_over_a_misnamed_table(folder, plan, problems_of):
    (folder / "biopsies.csv").rename(folder / "biopsy.csv")
    text = problems_of(folder, plan)
    assert "biopsy.csv: (file): expected the table biopsies under its own name" in text
    assert "Hint: rename it to biopsies.csv" in text


def test_read_tables__wants_one_of_two_files(folder, plan, problems_of):
    pl.DataFrame({"USUBJID": ["S-01"]}).write_parquet(folder / "biopsies.parquet")
    assert "expected one table biopsies, found two files" in problems_of(folder, plan)


def test_read_tables__says_that_a_file_is_no_parquet(folder, plan, problems_of):
    (folder / "biopsies.csv").rename(folder / "biopsies.parquet")
    assert "biopsies.parquet: (file): expected a Parquet file" in problems_of(folder, plan)


def test_read_tables__says_that_there_is_no_folder(tmp_path, plan, problems_of):
    text = problems_of(tmp_path / "nothing", plan)
    assert "subjects.csv: (file): expected the table subjects, found no such file" in text
    assert "is the data folder?" in text.replace(f"{tmp_path / 'nothing'} ", "")


MARKS = (b",", b"\n", b'"', b"\r", b"\x00", b"1e309", b"-", b"nan", b"\xff", b"9" * 20)


def broken(content, draws):
    """The content with a few bytes cut out, put in, or lines repeated."""
    for _ in range(draws.randint(1, 4)):
        at = draws.randrange(len(content))
        kind = draws.randrange(3)
        if kind == 0:
            content = content[:at] + content[at + draws.randint(1, 20) :]
        elif kind == 1:
            content = content[:at] + draws.choice(MARKS) + content[at:]
        else:
            lines = content.split(b"\n")
            lines.insert(draws.randrange(len(lines)), draws.choice(lines))
            content = b"\n".join(lines)
    return content


@pytest.mark.parametrize("seed", range(15))
def test_read_tables__answers_any_broken_file_with_problems(folder, plan, captured, seed):
    draws = random.Random(seed)  # noqa: S311 - test cases, no secrets
    for name in draws.sample(sorted(captured), 2):
        (folder / f"{name}.csv").write_bytes(broken(captured[name].encode(), draws))
    for problem in problems_or_derived(folder, plan):
        assert problem.file
        assert problem.found


def problems_or_derived(folder, plan):
    """The problems of the tables; none where datasets can be derived from them."""
    try:
        tables = datasets.read_tables(folder, plan)
    except DocumentError as error:
        return error.problems
    return [] if datasets.derive(plan, tables) else None


def test_read_tables__takes_a_single_precision_column_as_its_decimals(folder, plan):
    visits = pl.read_csv(folder / "visits.csv").with_columns(pl.col("MYOACT").cast(pl.Float32))
    (folder / "visits.csv").unlink()
    visits.write_parquet(folder / "visits.parquet")
    assert datasets.read_tables(folder, plan)["visits"]["MYOACT"][1] == 0.24


def test_read_tables__reads_only_what_is_text_or_number_in_parquet(
    folder, plan, captured, problems_of
):
    visits = pl.read_csv(folder / "visits.csv")
    odd = visits.with_columns(
        pl.col("PHGA").cast(pl.Float32),
        pl.col("VISIT").cast(pl.Categorical),
        pl.concat_list("PTGA").alias("PTGA"),
        pl.lit(value=True).alias("CK"),
    )
    (folder / "visits.csv").unlink()
    odd.write_parquet(folder / "visits.parquet")
    text = problems_of(folder, plan)
    assert "PTGA: expected a number, found '[50]'" in text
    assert "CK: expected a number, found 'True'" in text
    assert "PHGA" not in text
    assert "VISIT: " not in text
