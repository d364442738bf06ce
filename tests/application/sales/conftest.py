"""The scene that sales' tests play on."""

import pytest

from adapters.memory.database import MemoryDatabase
from tests.application.sales.scene import Scene


@pytest.fixture
def scene(memory: MemoryDatabase) -> Scene:
    return Scene(memory)
