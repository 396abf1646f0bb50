"""What tables leave out is told, and is no problem."""

from myotrial import datasets


def without(folder, name, subject):
    file = folder / f"{name}.csv"
    kept = [line for line in file.read_text().splitlines() if subject not in line]
    file.write_text("\n".join(kept) + "\n")


def test_gaps__names_who_has_no_row_and_what_that_makes_of_them(folder, plan):
    for name in ("visits", "disposition", "exposure"):
        without(folder, name, "S-02")
    without(folder, "disposition", "S-03")
    told = datasets.gaps(datasets.read_tables(folder, plan))
    assert "no row in disposition.csv, so counted as ongoing: 'S-02', 'S-03'" in told
    assert "no row in exposure.csv, so counted as not treated: 'S-02'" in told
    assert "no row in visits.csv, so counted as never seen: 'S-02'" in told


def test_gaps__names_visits_after_the_end_of_study(folder, plan, captured):
    visit = [line for line in captured["visits"].splitlines() if line.startswith("S-01")][-1]
    day = int(visit.split(",")[2])
    lines = captured["disposition"].splitlines()
    place = lines[0].split(",").index("DSSTDY")
    for index, line in enumerate(lines):
        if line.startswith("S-01"):
            cells = line.split(",")
            cells[place] = str(day - 1)
            lines[index] = ",".join(cells)
    (folder / "disposition.csv").write_text("\n".join(lines) + "\n")
    told = datasets.gaps(datasets.read_tables(folder, plan))
    assert any("after the end of study in disposition.csv: 'S-01'" in text for text in told)
