"""Programs that ask the API; on either engine."""

from typing import Any

import pytest
from api_programs import Program, program
from capture_server import StudyServer, people


@pytest.fixture
def ask() -> Any:
    return program


@pytest.fixture
def nurse(server: Any) -> Program:
    return program(server, "nurse")


@pytest.fixture
def each(engine: Any) -> Any:
    """A study server on each engine."""
    people()
    return StudyServer(engine)
