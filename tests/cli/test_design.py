"""myotrial design: what it prints and writes, and what it refuses."""

import json
import shutil
import stat

import pytest
from click.testing import CliRunner

from myotrial.cli.commands import cli

PLAN = """\
scenarios:
  - {id: effect, label: Effect, control: 0.25, treatment: 0.65}
  - {id: none, label: None, control: 0.25, treatment: 0.25}
strata: [{value: PM, share: 0.5}, {value: DM, share: 0.5}]
dropout: {share: 0.1, further: [0.1]}
simulation: {trials: 400}
candidates:
  fixed: [{id: once}]
  group_sequential: [{id: looked, looks: [0.5, 1], futility: [0]}]
"""


@pytest.fixture(scope="module")
def once(tmp_path_factory, capture):
    """The captured study, planned, run and designed; and what the command printed."""
    folder = capture(tmp_path_factory.mktemp("pilot") / "study")
    (folder / "design.yaml").write_text(PLAN)
    done = CliRunner().invoke(cli, ["design", str(folder)])
    assert done.exit_code == 0, done.output
    return folder, done.output


@pytest.fixture
def planned(once, tmp_path):
    """A copy of it, so that nothing has to be worked out twice."""
    shutil.copytree(once[0], tmp_path / "study")
    return tmp_path / "study"


@pytest.fixture(scope="module")
def following(once):
    """The next trial as it was written twice."""
    made = [once[0].parent / name for name in ("one", "other")]
    for folder in made:
        done = CliRunner().invoke(cli, ["design", str(once[0]), "--to", str(folder)])
        assert done.exit_code == 0, done.output
        assert f"myotrial run {folder}" in done.output
    return made


def tree(folder):
    return sorted(item.relative_to(folder).as_posix() for item in folder.rglob("*"))


def test_design__prints_the_pilot_the_designs_and_a_recommendation(once):
    folder, output = once
    for told in (
        "What the pilot says",
        "at any visit  2/4 (50 %)",
        "Designs for: ",
        "What dropout and estimand do",
        "Recommended: Two arms",
        "Why not the others",
        f"Report: {folder / 'design' / 'report.html'}",
    ):
        assert told in output


def test_design__gives_every_number_to_a_program_and_works_nothing_out_twice(run, planned):
    found = json.loads(run("design", planned, "--json").output)
    assert found["recommended"] in ("once", "looked")
    values = {item["id"]: item["value"] for item in found["results"]}
    assert 80 <= values[f"design.{found['recommended']}.effect.power"] <= 84
    assert values[f"design.{found['recommended']}.size"] <= 2.5
    assert [step["reused"] for step in found["steps"]] == [True, True]


def test_design__writes_a_study_that_runs_at_once(run, following):
    new = following[0]
    assert run("check", new).exit_code == 0
    assert run("run", new).exit_code == 0
    results = json.loads((new / "out" / "results.json").read_bytes())
    assert results["origin"] == "simulated"
    shown = {item["id"] for item in results["results"]}
    assert any(name.startswith("comparison.TREATED.primary.nri.") for name in shown)


def test_design__conceals_the_list_from_whoever_reads_the_study(following):
    lists = [folder / "concealed" for folder in following]
    assert stat.S_IMODE(lists[0].stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in lists[0].iterdir()} == {0o600}
    assert tree(lists[0]) == ["allocation.csv", "kits.csv", "seed.txt"]
    texts = [(folder / "allocation.csv").read_text() for folder in lists]
    assert texts[0] != texts[1]  # drawn from the system, not from the study's seed
    assert "TREATED" not in texts[0]
    assert "PLACEBO" not in texts[0]
    seed = (lists[0] / "seed.txt").read_text().strip()
    kits = [line.split(",")[-1] for line in texts[0].splitlines()[1:]]
    written = ["study.yaml", "README.md", "analysis-plan.md", "data/subjects.csv",
               "data/exposure.csv"]  # fmt: skip
    for name in written:
        text = (following[0] / name).read_text(encoding="utf-8")
        assert seed not in text
        assert not any(kit in text for kit in kits)
    same = [folder / "data" / "subjects.csv" for folder in following]
    assert same[0].read_text() == same[1].read_text()  # simulated by the study's own seed


def test_design__never_writes_over_a_folder(run, planned, tmp_path):
    (tmp_path / "next").mkdir()
    (tmp_path / "next" / "mine.txt").write_text("mine")
    done = run("design", planned, "--to", tmp_path / "next")
    assert done.exit_code == 4
    assert "exists and is not empty; nothing was changed" in done.output
    assert tree(tmp_path / "next") == ["mine.txt"]


def test_design__leaves_no_half_of_a_new_study(run, planned, tmp_path, monkeypatch):
    from myotrial.study import next_trial

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(next_trial._Next, "_conceal", stop)
    done = run("design", planned, "--to", tmp_path / "next")
    assert done.exit_code == 1
    assert not [item.name for item in tmp_path.iterdir() if "next" in item.name]
    assert (planned / "design" / "design.json").is_file()  # what was finished is kept


def test_design__minimises_without_a_list(run, planned, tmp_path):
    (planned / "design.yaml").write_text(PLAN + "randomisation: {method: minimisation}\n")
    done = run("design", planned, "--to", tmp_path / "next")
    assert done.exit_code == 0, done.output
    assert tree(tmp_path / "next" / "concealed") == ["minimisation.yaml"]
    assert "method: minimisation" in (tmp_path / "next" / "study.yaml").read_text()


def test_design__says_which_line_of_the_plan_is_wrong(run, planned):
    (planned / "design.yaml").write_text(PLAN.replace("0.65", "65"))
    before = (planned / "design" / "design.json").read_bytes()
    for command in ("design", "check"):
        done = run(command, planned)
        assert done.exit_code == 3
        assert (
            "design.yaml:2: scenarios[0].treatment: expected a number of at most 1" in done.output
        )
    assert (planned / "design" / "design.json").read_bytes() == before


def test_design__says_what_a_pilot_without_verdicts_lacks(run, planned):
    (planned / "design.yaml").write_text(PLAN + "endpoint: {definition: functional_index_20}\n")
    done = run("design", planned)
    assert done.exit_code == 3
    assert "no verdicts by 'functional_index_20'" in done.output


def test_design__writes_no_trial_where_none_qualifies(run, planned, tmp_path):
    small = PLAN.replace("{id: once}", "{id: once, n: 10}").replace(
        "futility: [0]}", "futility: [3]}"
    )
    (planned / "design.yaml").write_text(small)
    done = run("design", planned, "--to", tmp_path / "next")
    assert done.exit_code == 3
    assert "No trial can be written: No candidate keeps alpha" in done.output
    assert not (tmp_path / "next").exists()
    told = json.loads((planned / "design" / "design.json").read_bytes())["design"]
    assert [name for name, _ in told["unavailable"]] == ["looked"]


def test_design__needs_a_study(run, tmp_path):
    done = run("design", tmp_path)
    assert done.exit_code == 3
    assert "There is no study in" in done.output


def test_design__simulates_in_parts_that_merge(run, planned):
    whole = json.loads((planned / "design" / "design.json").read_bytes())
    shutil.rmtree(planned / ".myotrial-parts")
    shutil.rmtree(planned / "design")
    first = run("design", planned, "--shard", "1/2", "--json")
    assert first.exit_code == 0, first.output
    assert json.loads(first.output) == {"folder": str(planned), "part": 1, "of": 2, "kept": 1}
    (part,) = (planned / ".myotrial-parts").iterdir()
    before = part.stat().st_mtime_ns
    assert run("design", planned).exit_code == 0
    assert part.stat().st_mtime_ns == before  # kept, not simulated again
    assert len(list((planned / ".myotrial-parts").iterdir())) == 2
    again = json.loads((planned / "design" / "design.json").read_bytes())
    assert again["results"] == whole["results"]


@pytest.mark.parametrize("shard", ["3/2", "0/2", "half", "1/", "1/2/3"])
def test_design__refuses_a_part_that_is_none(run, planned, shard):
    done = run("design", planned, "--shard", shard)
    assert done.exit_code == 2
    assert "expected a part and how many there are, as 2/8" in done.output


def test_design__keeps_the_parts_that_were_finished_when_it_is_stopped(run, planned, monkeypatch):
    from myotrial.design.simulation import shards

    shutil.rmtree(planned / ".myotrial-parts")
    shutil.rmtree(planned / "design")
    real, done = shards.save, []

    def stopping(tallies, path):
        if done:
            raise KeyboardInterrupt
        real(tallies, path)
        done.append(path)

    monkeypatch.setattr(shards, "save", stopping)
    assert run("design", planned).exit_code == 1  # as click ends a command that was interrupted
    assert [path.name for path in done] == [
        item.name for item in (planned / ".myotrial-parts").iterdir()
    ]
    assert not (planned / "design").exists()


@pytest.mark.parametrize("more", [(), ("--shard", "1/2")], ids=["whole", "a part"])
def test_design__simulates_on_the_device_that_is_named(run, planned, monkeypatch, more):
    from myotrial.design.simulation import shards
    from myotrial.study import designing

    shutil.rmtree(planned / ".myotrial-parts")
    shutil.rmtree(planned / "design")
    real, asked = shards.simulate, []

    def watched(scenario, trials, seed, first, device):
        asked.append(device)
        return real(scenario, trials, seed, first)

    monkeypatch.setattr(shards, "simulate", watched)
    monkeypatch.setattr(designing, "require_device", asked.append)
    done = run("design", planned, "--device", "auto", *more)
    assert done.exit_code == 0, done.output
    assert set(asked) == {"auto"}
    assert len(asked) > 1


def test_design__says_when_there_is_no_gpu(run, planned, monkeypatch):
    from myotrial.design.simulation import trials

    monkeypatch.setattr(trials, "_has_gpu", lambda: False)
    before = (planned / "design" / "design.json").read_bytes()
    done = run("design", planned, "--device", "gpu")
    assert done.exit_code == 3
    assert 'expected an NVIDIA GPU for "gpu", found none' in done.output
    assert (planned / "design" / "design.json").read_bytes() == before


def test_design__says_when_no_cluster_answers(run, planned):
    shutil.rmtree(planned / ".myotrial-parts")
    shutil.rmtree(planned / "design")
    done = run("design", planned, "--cluster", "tcp://127.0.0.1:9")
    assert done.exit_code == 3, done.output
    assert "cluster: expected the address of a Dask scheduler" in done.output
    assert not (planned / "design").exists()


def test_design__of_a_study_with_several_enzymes_says_what_to_do(run, captured):
    file = captured / "study.yaml"
    text = file.read_text()
    (line,) = [item for item in text.splitlines() if "instrument: ck" in item]
    second = line.replace("instrument: ck", "instrument: ldh").replace("id: CK", "id: LDH")
    file.write_text(
        text.replace(line, f"{line}\n{second}").replace("enzyme: CK", "enzyme: [CK, LDH]")
    )
    visits = captured / "data" / "visits.csv"
    header, *rows = visits.read_text().splitlines()
    visits.write_text("\n".join([f"{header},LDH", *(f"{row},300" for row in rows)]) + "\n")
    answer = run("design", captured)
    assert answer.exit_code == 3
    assert "names the enzymes CK, LDH" in answer.output
    assert "Hint: design from a copy" in answer.output
