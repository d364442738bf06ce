"""The scene that sales' tests play on."""

from collections.abc import Iterator

import pytest

from adapters.memory.database import MemoryDatabase
from tests.application.sales.room_scene import RoomScene
from tests.application.sales.scene import Scene
from tests.application.sales.waiting_scene import WaitingScene
from tests.conftest import VirtualClock


@pytest.fixture
def scene(memory: MemoryDatabase) -> Scene:
    return Scene(memory)


@pytest.fixture
def waiting(memory: MemoryDatabase) -> Iterator[WaitingScene]:
    """Whatever a test does, the counters add up in the end."""
    scene = WaitingScene(memory)
    yield scene
    scene.check()


@pytest.fixture
def rooms(memory: MemoryDatabase, clock: VirtualClock) -> RoomScene:
    return RoomScene(memory, clock)
