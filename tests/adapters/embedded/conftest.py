"""Embedded servers of one test alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.embedded.servers import EmbeddedServers
from tests.adapters.embedded.machine import new_home


@pytest.fixture
def home() -> Iterator[Path]:
    with new_home() as path:
        yield path


@pytest.fixture
def servers(home: Path) -> Iterator[EmbeddedServers]:
    made = EmbeddedServers(home, durable=False)
    yield made
    made.stop()
