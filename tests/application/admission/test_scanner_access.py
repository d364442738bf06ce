"""Whose scanner it is."""

from uuid import uuid4

import pytest

from adapters.memory.admission import MemoryDoors
from adapters.memory.database import MemoryDatabase
from application.admission.scanner_access import ScannerAccess
from domain.admission.errors import ScannerNotFound
from domain.shared.errors import Forbidden
from domain.shared.ids import ScannerId
from domain.shared.permissions import Permission, Role
from tests.application.admission.people import a_person
from tests.contracts.admission_contract import Doors
from tests.contracts.admission_world import ORG, OTHER_ORG


async def test_strangers_cannot_tell_a_scanner_from_none(
    doors: Doors, memory: MemoryDatabase, register: MemoryDoors
) -> None:
    access, scanner = ScannerAccess(register), await doors.scanner()
    member, stranger = a_person(memory, Role.SCANNER), a_person(memory, Role.OWNER, OTHER_ORG)

    assert await access(member, Permission.SCANS_VIEW, scanner.id) == ORG
    with pytest.raises(Forbidden):
        await access(member, Permission.SCANNERS_MANAGE, scanner.id)
    with pytest.raises(ScannerNotFound) as hidden:
        await access(stranger, Permission.SCANS_VIEW, scanner.id)
    with pytest.raises(ScannerNotFound) as absent:
        await access(stranger, Permission.SCANS_VIEW, ScannerId(uuid4()))
    assert repr(hidden.value) == repr(absent.value)
