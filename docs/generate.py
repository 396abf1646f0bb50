"""Write the pages and schemas that are made from the code, or check that they are current.

python docs/generate.py           writes them
python docs/generate.py --check   lists what is stale, changes nothing, and fails if anything is
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS), str(DOCS.parent / "src")]

from pages import api, commands, criteria, paper, requirements, schemas, scores, tables, words  # noqa: E402  (found beside this file)

from myotrial import design, evidence, protocol, reconstruction, report  # noqa: E402

STUDY = "schema/study.schema.json"
PUBLISHED = "schema/published.schema.json"
RECIPE = "schema/reconstruction.schema.json"
DESIGN = "schema/design.schema.json"


def main(check: bool) -> int:
    """Write every page, or say which ones are stale."""
    made = {DOCS / name: make() for name, make in PAGES.items()}
    stale = [path for path, text in made.items() if not _holds(path, text)]
    for path in stale:
        print(f"{'stale' if check else 'written'}: {path.relative_to(DOCS.parent)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path], encoding="utf-8")
    if check and stale:
        print("Hint: run python docs/generate.py and commit what it writes.")
    return 1 if check and stale else 0


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _written(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "reference/api.md": api.page,
    "schema/openapi.json": lambda: _written(api.description()),
    "reference/commands.md": commands.page,
    "reference/study.md": lambda: schemas.page("study.yaml", protocol.json_schema(), STUDY),
    "reference/published.md": paper.page,
    "reference/reconstruction.md": lambda: schemas.page(
        "reconstruction.yaml", reconstruction.recipe_schema(), RECIPE
    ),
    "reference/design.md": lambda: schemas.page("design.yaml", design.plan_schema(), DESIGN),
    "reference/instruments.md": scores.page,
    "reference/classification.md": criteria.page,
    "reference/tables.md": tables.captured,
    "reference/datasets.md": tables.derived,
    "reference/results.md": words.results,
    "reference/errors.md": words.error_page,
    "reference/numbers.md": words.numbers,
    "reference/requirements.md": requirements.page,
    STUDY: lambda: _written(protocol.json_schema()),
    PUBLISHED: lambda: _written(evidence.json_schema()),
    RECIPE: lambda: _written(reconstruction.recipe_schema()),
    DESIGN: lambda: _written(design.plan_schema()),
    "schema/results.schema.json": lambda: _written(report.schema()),
}


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
