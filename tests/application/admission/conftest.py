"""Doors in memory, in the world that the contract lays out."""

import pytest

from adapters.memory.admission import MemoryAdmissionTransaction, MemoryDoors
from adapters.memory.database import MemoryDatabase
from tests.contracts.admission_contract import Clock, Doors
from tests.contracts.admission_world import lay_in_memory


@pytest.fixture
def register(memory: MemoryDatabase) -> MemoryDoors:
    return MemoryDoors(memory)


@pytest.fixture
def doors(memory: MemoryDatabase, clock: Clock, register: MemoryDoors) -> Doors:
    lay_in_memory(memory)
    return Doors(memory.beginner(MemoryAdmissionTransaction), register, clock)
