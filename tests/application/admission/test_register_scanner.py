"""An organisation puts a scanner into use."""

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.system.ids import SystemIds
from application.admission.register_scanner import RegisterScanner, RegisterScannerCommand
from domain.admission.errors import InvalidEvents
from domain.admission.scanner import hash_of_key
from domain.shared.errors import Forbidden, NotFound
from domain.shared.permissions import Role
from tests.application.admission.people import a_person
from tests.contracts.admission_contract import HERE, Doors
from tests.contracts.admission_world import ABROAD, ORG, OTHER_ORG, TONIGHT


def a_command(**facts: object) -> RegisterScannerCommand:
    return RegisterScannerCommand(organization_id=ORG, name="Main door", **facts)  # type: ignore[arg-type]  # Any of its fields.


async def test_a_scanner_is_kept_with_the_hash_of_a_key_that_is_told_once(
    doors: Doors, memory: MemoryDatabase
) -> None:
    register = RegisterScanner(doors.begin, SystemIds())

    registered = await register(a_person(memory, Role.MANAGER), a_command(event_ids=[TONIGHT.id]))

    async with doors.begin(HERE) as tx:
        scanner = await tx.scanners.get(registered.scanner_id)
    assert registered.api_key.startswith("tks_")
    assert scanner.key_hash == hash_of_key(registered.api_key)
    assert scanner.key_hint == registered.api_key[-4:]
    assert (scanner.event_ids, scanner.created_at) == ((TONIGHT.id,), doors.clock())


async def test_no_two_scanners_have_one_key(doors: Doors, memory: MemoryDatabase) -> None:
    register, manager = RegisterScanner(doors.begin, SystemIds()), a_person(memory, Role.MANAGER)

    keys = {(await register(manager, a_command())).api_key for _ in range(3)}

    assert len(keys) == 3


async def test_events_of_others_are_refused(doors: Doors, memory: MemoryDatabase) -> None:
    register, manager = RegisterScanner(doors.begin, SystemIds()), a_person(memory, Role.MANAGER)

    with pytest.raises(InvalidEvents) as refused:
        await register(manager, a_command(event_ids=[TONIGHT.id, ABROAD.id]))

    assert refused.value.facts["event_ids"] == [str(ABROAD.id)]
    assert list(memory.table("scanners").rows()) == []


async def test_whoever_only_scans_registers_no_scanners(
    doors: Doors, memory: MemoryDatabase
) -> None:
    register = RegisterScanner(doors.begin, SystemIds())

    with pytest.raises(Forbidden):
        await register(a_person(memory, Role.SCANNER), a_command())
    with pytest.raises(NotFound):
        await register(a_person(memory, Role.OWNER, OTHER_ORG), a_command())
