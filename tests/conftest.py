"""What tests of several rooms share: a browser, and the facts beside the checkout."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def _chromium() -> str | None:
    found = (shutil.which(Path(place).name) or place for place in PLACES)
    return next((place for place in found if Path(place).exists()), None)


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of published facts beside the checkout, `../shared/reference`.

    Where it is absent, the test is skipped and says so; with MYOTRIAL_NO_SKIP=1 it fails instead.
    """
    folder = Path(__file__).parents[2] / "shared" / "reference"
    if not folder.is_dir():
        reason = "no ../shared/reference beside this checkout, which holds the published tables"
        if os.environ.get("MYOTRIAL_NO_SKIP") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium, driven by Playwright.

    Where the machine has none, the test is skipped and says why; with MYOTRIAL_NO_SKIP=1, as in
    CI, it fails instead.
    """
    path = _chromium()
    if path is None:
        reason = (
            "no Chromium on this machine (looked for chromium, chromium-browser, google-chrome)"
        )
        if os.environ.get("MYOTRIAL_NO_SKIP") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield chromium
        chromium.close()
