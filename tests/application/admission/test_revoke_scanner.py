"""An organisation takes a scanner out of use."""

import pytest

from adapters.memory.admission import MemoryDoors
from adapters.memory.database import MemoryDatabase
from application.admission.revoke_scanner import RevokeScanner
from application.admission.scanner_access import ScannerAccess
from domain.admission.errors import ScannerNotFound
from domain.shared.errors import Forbidden
from domain.shared.permissions import Role
from tests.application.admission.people import a_person
from tests.contracts.admission_contract import HERE, Doors
from tests.contracts.admission_world import OTHER_ORG


@pytest.fixture
def revoke(doors: Doors, register: MemoryDoors) -> RevokeScanner:
    return RevokeScanner(doors.begin, ScannerAccess(register))


async def test_a_revoked_scanner_stays_revoked(
    doors: Doors, revoke: RevokeScanner, memory: MemoryDatabase
) -> None:
    scanner, manager = await doors.scanner(), a_person(memory, Role.MANAGER)

    await revoke(manager, scanner.id)
    await revoke(manager, scanner.id)

    async with doors.begin(HERE) as tx:
        assert (await tx.scanners.get(scanner.id)).status == "revoked"
    assert await doors.register.devices([scanner.id]) == {}


async def test_only_those_who_manage_scanners_revoke_them(
    doors: Doors, revoke: RevokeScanner, memory: MemoryDatabase
) -> None:
    scanner = await doors.scanner()

    with pytest.raises(Forbidden):
        await revoke(a_person(memory, Role.SUPPORT), scanner.id)
    with pytest.raises(ScannerNotFound):
        await revoke(a_person(memory, Role.OWNER, OTHER_ORG), scanner.id)
    assert set(await doors.register.devices([scanner.id])) == {scanner.id}
