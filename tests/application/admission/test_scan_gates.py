"""With what right somebody scans."""

from uuid import uuid4

import pytest

from adapters.memory.admission import MemoryDoors
from adapters.memory.database import MemoryDatabase
from application.admission.messages import Gate, RecordScanCommand, ScanAttempt
from application.admission.scan_gates import ScanGates
from application.shared.actor import Actor, Device
from domain.admission.errors import ScannerNotFound
from domain.sales.ticket import Ticket
from domain.shared.errors import DomainError, Forbidden
from domain.shared.ids import ScannerId
from domain.shared.permissions import Role
from tests.application.admission.people import a_person
from tests.contracts.admission_contract import Doors
from tests.contracts.admission_world import (
    FIRST,
    FROM_ABROAD,
    ORG,
    OTHER_ORG,
    SEAL,
    TONIGHT,
    barcode,
)


@pytest.fixture
def gates(doors: Doors, register: MemoryDoors) -> ScanGates:
    return ScanGates(register, register)


async def gate_for(
    gates: ScanGates,
    door: Actor | Device,
    ticket: Ticket | None = FIRST,
    scanner_id: ScannerId | None = None,
) -> Gate | DomainError:
    said = RecordScanCommand(barcode="")
    attempt = ScanAttempt(door=door, said=said, scanner_id=scanner_id)
    [gate] = await gates([(attempt, SEAL.open(barcode(ticket)) if ticket else None)])
    return gate


async def test_a_scanner_works_for_its_organisation_whatever_is_shown(gates: ScanGates) -> None:
    device = Device(scanner_id=ScannerId(uuid4()), organization_id=ORG, event_ids=(TONIGHT.id,))

    for ticket in (FIRST, FROM_ABROAD, None):
        assert await gate_for(gates, device, ticket) == Gate(
            organization_id=ORG, event_ids=(TONIGHT.id,), scanner_id=device.scanner_id
        )


async def test_a_scanner_is_no_other_scanner(doors: Doors, gates: ScanGates) -> None:
    other = await doors.scanner()
    device = Device(scanner_id=ScannerId(uuid4()), organization_id=ORG)

    refusal = await gate_for(gates, device, scanner_id=other.id)

    assert isinstance(refusal, ScannerNotFound)


async def test_a_person_scans_for_the_organisation_of_the_ticket(
    gates: ScanGates, memory: MemoryDatabase
) -> None:
    person = a_person(memory, Role.SCANNER)

    gate = await gate_for(gates, person)

    assert gate == Gate(organization_id=ORG, user_id=person.user_id, session_id=person.session_id)


async def test_a_ticket_of_strangers_belongs_to_nobody_here(
    gates: ScanGates, memory: MemoryDatabase
) -> None:
    gate = await gate_for(gates, a_person(memory, Role.SCANNER), FROM_ABROAD)

    assert isinstance(gate, Gate)
    assert gate.organization_id is None


async def test_a_forgery_is_noted_where_it_was_shown_if_that_is_plain(
    gates: ScanGates, memory: MemoryDatabase
) -> None:
    at_one = a_person(memory, Role.SCANNER)
    both = {ORG: Role.SCANNER, OTHER_ORG: Role.SUPPORT}
    at_two = Actor(
        user_id=at_one.user_id, session_id=at_one.session_id, email="", name="", memberships=both
    )

    plain, unclear = await gate_for(gates, at_one, None), await gate_for(gates, at_two, None)

    assert isinstance(plain, Gate)
    assert plain.organization_id == ORG
    assert isinstance(unclear, Gate)
    assert unclear.organization_id is None


@pytest.mark.parametrize("role", [None, Role.ANALYST])
async def test_whoever_scans_nowhere_is_turned_away(
    gates: ScanGates, memory: MemoryDatabase, role: Role | None
) -> None:
    for ticket in (FIRST, None):
        assert isinstance(await gate_for(gates, a_person(memory, role), ticket), Forbidden)


async def test_a_person_at_a_scanner_has_that_scanners_events(
    doors: Doors, gates: ScanGates, memory: MemoryDatabase
) -> None:
    scanner, person = await doors.scanner(event_ids=[TONIGHT.id]), a_person(memory, Role.SUPPORT)

    gate = await gate_for(gates, person, scanner_id=scanner.id)

    assert gate == Gate(
        organization_id=ORG,
        event_ids=(TONIGHT.id,),
        scanner_id=scanner.id,
        user_id=person.user_id,
        session_id=person.session_id,
    )


async def test_people_stand_at_scanners_of_their_own_organisation_only(
    doors: Doors, gates: ScanGates, memory: MemoryDatabase
) -> None:
    scanner = await doors.scanner()

    stranger = await gate_for(gates, a_person(memory, Role.OWNER, OTHER_ORG), scanner_id=scanner.id)
    analyst = await gate_for(gates, a_person(memory, Role.ANALYST), scanner_id=scanner.id)
    nowhere = await gate_for(gates, a_person(memory, Role.OWNER), scanner_id=ScannerId(uuid4()))

    assert isinstance(stranger, ScannerNotFound)
    assert isinstance(analyst, Forbidden)
    assert isinstance(nowhere, ScannerNotFound)
