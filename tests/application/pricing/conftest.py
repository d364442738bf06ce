"""The scene that pricing's tests play on."""

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.system.ids import SystemIds
from tests.application.pricing.scene import Scene


@pytest.fixture
def scene(memory: MemoryDatabase, ids: SystemIds) -> Scene:
    return Scene(memory, ids)
