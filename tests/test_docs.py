"""The documentation says what is so: commands exist, links lead somewhere, examples run."""

import doctest
import importlib.util
import math
import re
import shlex
import sys
from pathlib import Path

import click
import pytest
from pydantic import TypeAdapter

from myotrial import documents, evidence, protocol
from myotrial.cli.commands import cli
from myotrial.errors import DocumentError

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
TEXTS = [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("studies/*/README.md")]
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^ {4}(.+)$", re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name(path):
    return str(path.relative_to(ROOT))


def commands():
    """Each command of a code block or between backticks, without what a comment says of it."""
    for path in TEXTS:
        text = path.read_text(encoding="utf-8")
        code = "\n".join(FENCE.findall(text) + INDENTED.findall(text) + INLINE.findall(text))
        lines = sorted({line.partition("#")[0].strip() for line in code.splitlines()})
        for line in lines:
            if line.startswith("myotrial "):
                yield pytest.param(line, id=f"{name(path)}: {line}")


@pytest.mark.parametrize("text", list(commands()))
def test_docs__name_commands_that_exist(text):
    _, *words = shlex.split(text)
    context = click.Context(cli, info_name="myotrial")
    plain = [word for word in words if not word.startswith("--")]
    command = cli.get_command(context, plain[0]) if plain else cli
    assert command is not None, f"there is no command {plain[0]!r}"
    if isinstance(command, click.Group) and len(plain) > 1 and plain[0] != "myotrial":
        command = command.get_command(context, plain[1])
        assert command is not None, f"there is no command {' '.join(plain[:2])!r}"
    known = {option for item in command.get_params(context) for option in item.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_docs__name_every_command_outside_the_reference():
    guides = [path for path in TEXTS if path.parent.name != "reference"]
    told = "\n".join(path.read_text(encoding="utf-8") for path in guides)
    silent = [command for command in cli.commands if f"myotrial {command}" not in told]
    assert silent == []


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_docs__link_to_what_is_there(path):
    links = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_docs__name_headings_that_the_report_has():
    tutorial = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
    report = ROOT / "src/myotrial/report"
    source = "".join(path.read_text(encoding="utf-8") for path in report.rglob("*.py"))
    headings = re.findall(r"^- \*([^*]+)\*:", tutorial, re.MULTILINE)
    assert len(headings) == 3
    assert [heading for heading in headings if f'"{heading}"' not in source] == []


@pytest.mark.parametrize("path", [path for path in PAGES if ">>>" in path.read_text()], ids=name)
def test_docs__examples_run(path):
    failed, tried = doctest.testfile(str(path), module_relative=False)
    assert tried > 0
    assert failed == 0


def test_docs__parts_of_a_protocol_are_as_reading_takes_them():
    text = (ROOT / "docs/how-to/write-a-study.md").read_text(encoding="utf-8")
    fields = protocol.Protocol.model_fields
    parts = [
        part for block in YAML.findall(text) for part in (documents.parse(block).data or {}).items()
    ]
    assert len(parts) >= 5
    for key, value in parts:
        TypeAdapter(fields[key].annotation).validate_python(value)


def test_docs__show_the_message_that_reading_gives():
    text = (ROOT / "studies/anakinra-2009/study.yaml").read_text(encoding="utf-8")
    broken = text.replace("unscheduled:", "unschedulled:").replace("18 <= AGE", "18 <= AGGE")
    with pytest.raises(DocumentError) as caught:
        protocol.parse(broken, file="study.yaml")
    shown = (ROOT / "docs/how-to/write-a-study.md").read_text(encoding="utf-8")
    (block,) = [block for block in FENCE.findall(shown) if block.startswith("study.yaml:")]
    said = "\n".join(problem.sentence("study.yaml") for problem in caught.value.problems)
    assert re.sub(r":\d+:", ":", said) == re.sub(r":\d+:", ":", block.rstrip())


PAPER = (ROOT / "docs/how-to/check-a-paper.md").read_text(encoding="utf-8")


def test_docs__claims_of_the_guide_are_a_paper_whose_claims_can_all_hold():
    paper = evidence.parse("".join(YAML.findall(PAPER)))
    assert [claim.id for claim in paper.claims] == ["patients", "responders", "by-diagnosis"]
    assert evidence.examine(paper).as_record()["consistent"]


def test_docs__quote_the_clash_as_it_is_told():
    findings = evidence.examine(evidence.read(ROOT / "studies/anakinra-2009/published.yaml"))
    told = {conflict["explanation"] for conflict in findings.as_record()["conflicts"]}
    (quoted,) = [block.strip() for block in FENCE.findall(PAPER) if block.startswith("There must")]
    assert quoted in told


TABLE = re.compile(r"\| (\d) of (\d) \| (\d) of (\d) \| p = (.+?) \|")


@pytest.mark.parametrize("row", TABLE.findall(PAPER))
def test_docs__print_the_p_value_of_each_table(row):
    yes, n, other_yes, other_n = map(int, row[:4])
    # the hypergeometric sum in integers, sharing no code with the package
    weights = {
        k: math.comb(n, k) * math.comb(other_n, yes + other_yes - k)
        for k in range(max(0, yes + other_yes - other_n), min(n, yes + other_yes) + 1)
    }
    tail = sum(weight for weight in weights.values() if weight <= weights[yes])
    assert f"{tail / sum(weights.values()):.4f}" == row[4]


def test_readme__has_exactly_two_commands_to_set_up():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"There are two commands:\n\n((?: {4}.+\n)+)", text)
    assert block is not None
    assert block[1].split("\n")[:-1] == ["    make demo", "    make test"]
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^(\w+):", recipe, re.MULTILINE)
    assert {"demo", "test"} <= set(targets)
    assert set(re.findall(r"make \w+", text)) == {"make demo", "make test"}


@pytest.fixture
def generate(monkeypatch, tmp_path):
    """The generator, writing one page elsewhere."""
    monkeypatch.setattr(sys, "path", sys.path.copy())
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs/generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "DOCS", tmp_path)
    monkeypatch.setattr(module, "PAGES", {"a/page.md": lambda: "text\n"})
    return module


def test_generate__check_lists_what_is_missing_and_writes_nothing(generate, tmp_path, capsys):
    assert generate.main(check=True) == 1
    assert "page.md" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_generate__check_passes_after_writing_and_fails_after_an_edit(generate, tmp_path, capsys):
    assert generate.main(check=False) == 0
    assert generate.main(check=True) == 0
    (tmp_path / "a/page.md").write_text("edited\n")
    capsys.readouterr()
    assert generate.main(check=True) == 1
    assert "stale" in capsys.readouterr().out


def test_generate__lists_every_published_number_of_a_module(generate):
    from myotrial.response import imacs_2004

    page = generate.words.numbers()
    assert all(f"| {fact.name} |" in page for fact in imacs_2004.FACTS)


def test_generate__help_does_not_depend_on_the_terminal(generate, monkeypatch):
    wide = generate.commands.page()
    monkeypatch.setenv("COLUMNS", "40")
    assert generate.commands.page() == wide
