"""What every store of admission promises. A suite gives it a `doors` fixture: a laid-out world."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

import pytest

from adapters.system.ids import SystemIds
from application.admission.messages import RecordScanCommand, ScanAttempt
from application.admission.ports import AdmissionTransaction, BeginAdmission, Devices, EventRegister
from application.admission.record_scans import RecordScans
from application.admission.scan_gates import ScanGates
from application.admission.views import ScanAnswerView
from application.shared.actor import Device
from application.shared.scope import organizations
from application.shared.transaction import Contention
from domain.admission.errors import ScannerNotFound
from domain.admission.scan import Direction, Presence, Reason, Result, Scan, TicketAtDoor
from domain.admission.scanner import Scanner
from domain.sales.ticket import Ticket
from domain.shared.errors import StaleVersion
from domain.shared.ids import ScannerId, SessionId
from tests.contracts.admission_world import (
    CANCELLED,
    FIRST,
    FOR_NOTHING,
    FROM_ABROAD,
    NEXT_DOOR,
    NOON,
    ORG,
    OTHER_ORG,
    SEAL,
    SECOND,
    TONIGHT,
    TYPES,
    barcode,
)

HERE = organizations([ORG])


class Clock(Protocol):
    def __call__(self) -> datetime: ...
    def advance(self, by: timedelta) -> None: ...


class Register(Devices, EventRegister, Protocol):
    """What is asked before a transaction."""


@dataclass(frozen=True)
class Doors:
    begin: BeginAdmission
    register: Register
    clock: Clock

    @property
    def record_scans(self) -> RecordScans:
        gates = ScanGates(scanners=self.register, events=self.register)
        return RecordScans(self.begin, SEAL, gates, SystemIds(), self.clock)

    async def scanner(self, **facts: Any) -> Scanner:
        """A registered scanner; without more facts, one for all events of ORG."""
        usual: dict[str, Any] = {
            "organization_id": ORG,
            "id": ScannerId(SystemIds().new()),
            "name": "Main door",
            "key": f"tks_{uuid4().hex}",
            "event_ids": None,
            "at": NOON,
        }
        scanner = Scanner.register(**usual | facts)
        async with self.begin(organizations([scanner.organization_id])) as tx:
            await tx.scanners.add(scanner)
        return scanner

    async def at_door(self, ticket: Ticket) -> TicketAtDoor:
        async with self.begin(organizations([ticket.organization_id])) as tx:
            return await _locked(tx, ticket)

    async def scan(
        self, scanner: Scanner, *shown: Ticket, direction: Direction = Direction.ENTRY
    ) -> list[ScanAnswerView]:
        device = Device(
            scanner_id=scanner.id,
            organization_id=scanner.organization_id,
            event_ids=scanner.event_ids,
        )
        said = [RecordScanCommand(barcode=barcode(ticket), direction=direction) for ticket in shown]
        outcomes = await self.record_scans([ScanAttempt(door=device, said=one) for one in said])
        return [one for one in outcomes if isinstance(one, ScanAnswerView)]


async def _locked(tx: AdmissionTransaction, ticket: Ticket) -> TicketAtDoor:
    code = (ticket.organization_id, ticket.code)
    return (await tx.admissions.lock([code]))[code]


def a_scan(**facts: Any) -> Scan:
    usual: dict[str, Any] = {
        "organization_id": ORG,
        "id": SystemIds().new(),
        "event_id": None,
        "ticket_id": None,
        "scanner_id": None,
        "user_id": None,
        "direction": Direction.ENTRY,
        "result": Result.REFUSED,
        "reason": Reason.INVALID,
        "barcode": "nonsense",
        "scanned_at": NOON,
    }
    return Scan(**usual | facts)


class AdmissionContract:
    async def test_a_scan_is_found_by_its_name(self, doors: Doors) -> None:
        scanner = await doors.scanner()
        device = Device(scanner_id=scanner.id, organization_id=ORG, event_ids=None)
        said = RecordScanCommand(barcode=barcode(FIRST), direction=Direction.ENTRY)
        attempt = ScanAttempt(door=device, said=said, scan_id=uuid4())
        [first] = await doors.record_scans([attempt])

        assert await doors.record_scans.again(attempt) == first
        async with doors.begin(organizations([OTHER_ORG])) as tx:
            assert await tx.scan_log.find(attempt.scan_id) is None  # type: ignore[arg-type]  # Named.

    async def test_a_scanner_comes_back_equal(self, doors: Doors) -> None:
        scanner = await doors.scanner(event_ids=[NEXT_DOOR.id, TONIGHT.id])

        async with doors.begin(HERE) as tx:
            stored = await tx.scanners.get(scanner.id)

        assert stored == scanner
        assert stored.version == 1

    async def test_a_scanner_of_others_is_not_there(self, doors: Doors) -> None:
        scanner = await doors.scanner(organization_id=OTHER_ORG)

        async with doors.begin(HERE) as tx:
            with pytest.raises(ScannerNotFound):
                await tx.scanners.get(scanner.id)

    async def test_of_two_changes_to_one_scanner_the_second_is_refused(self, doors: Doors) -> None:
        scanner = await doors.scanner()
        async with doors.begin(HERE) as tx:
            mine, theirs = [await tx.scanners.get(scanner.id) for _ in range(2)]
            theirs.revoke()
            await tx.scanners.save(theirs)

        with pytest.raises(StaleVersion):
            async with doors.begin(HERE) as tx:
                await tx.scanners.save(mine)

        async with doors.begin(HERE) as tx:
            assert (await tx.scanners.get(scanner.id)).status == "revoked"

    async def test_a_scanner_in_use_is_a_device(self, doors: Doors) -> None:
        used = await doors.scanner(event_ids=[TONIGHT.id])
        revoked = await doors.scanner()
        async with doors.begin(HERE) as tx:
            revoked = await tx.scanners.get(revoked.id)
            revoked.revoke()
            await tx.scanners.save(revoked)

        found = await doors.register.devices([used.id, revoked.id, ScannerId(uuid4())])

        device = Device(scanner_id=used.id, organization_id=ORG, event_ids=(TONIGHT.id,))
        assert found == {used.id: device}

    async def test_codes_name_events_and_so_their_organisations(self, doors: Doors) -> None:
        assert await doors.register.organizations_of([1, 6, 999]) == {1: ORG, 6: OTHER_ORG}

    async def test_a_ticket_is_seen_with_its_event_and_its_type(self, doors: Doors) -> None:
        seen = await doors.at_door(FIRST)

        assert seen == TicketAtDoor(
            organization_id=ORG,
            id=FIRST.id,
            code=FIRST.code,
            generation=0,
            is_cancelled=False,
            holder_name="Ada Lovelace",
            ticket_type_id=FIRST.ticket_type_id,
            ticket_type_name=TYPES[TONIGHT.id].name,
            event_id=TONIGHT.id,
            event_short_id=1,
            event_name=TONIGHT.name,
            event_starts_at=TONIGHT.starts_at,
            event_ends_at=TONIGHT.ends_at,
            is_event_cancelled=False,
            presence=None,
        )

    async def test_what_was_cancelled_is_seen_as_cancelled(self, doors: Doors) -> None:
        assert (await doors.at_door(CANCELLED)).is_cancelled
        assert (await doors.at_door(FOR_NOTHING)).is_event_cancelled

    async def test_a_code_is_known_in_its_own_organisation_only(self, doors: Doors) -> None:
        async with doors.begin(HERE) as tx:
            assert await tx.admissions.lock([(ORG, FROM_ABROAD.code), (ORG, b"x" * 12)]) == {}

    async def test_a_presence_is_kept_and_replaced(self, doors: Doors) -> None:
        inside = Presence(first_entry_at=NOON, last_direction=Direction.ENTRY, last_at=NOON)
        later = NOON + timedelta(hours=1)
        gone = Presence(first_entry_at=NOON, last_direction=Direction.EXIT, last_at=later)
        kept = []

        for presence in (inside, gone):
            async with doors.begin(HERE) as tx:
                await _locked(tx, FIRST)
                await tx.admissions.save({(ORG, FIRST.id): presence})
            kept.append((await doors.at_door(FIRST)).presence)

        assert kept == [inside, gone]
        assert (await doors.at_door(SECOND)).presence is None

    async def test_a_failure_leaves_no_trace(self, doors: Doors) -> None:
        inside = Presence(first_entry_at=NOON, last_direction=Direction.ENTRY, last_at=NOON)

        async def fail() -> None:
            async with doors.begin(HERE) as tx:
                await _locked(tx, FIRST)
                await tx.admissions.save({(ORG, FIRST.id): inside})
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()

        assert (await doors.at_door(FIRST)).presence is None

    async def test_scans_of_every_sort_may_be_logged_at_once(self, doors: Doors) -> None:
        scans = [
            a_scan(),
            a_scan(result=Result.ACCEPTED, reason=None, ticket_id=FIRST.id, event_id=TONIGHT.id),
        ]

        async with doors.begin(HERE) as tx:
            await tx.scan_log.add([])
            await tx.scan_log.add(scans)

    async def test_revoked_and_unknown_bearers_are_barred(self, doors: Doors) -> None:
        used, revoked = await doors.scanner(), await doors.scanner()
        nobody = SessionId(uuid4())

        async with doors.begin(HERE) as tx:
            scanner = await tx.scanners.get(revoked.id)
            scanner.revoke()
            await tx.scanners.save(scanner)
            barred = await tx.barred([nobody], [used.id, revoked.id])

        assert barred == {nobody, revoked.id}

    async def test_events_of_others_are_not_the_organisations_own(self, doors: Doors) -> None:
        asked = [TONIGHT.id, FROM_ABROAD.event_id]

        async with doors.begin(HERE) as tx:
            assert await tx.events_of(ORG, asked) == {TONIGHT.id}

    async def test_two_gates_at_once_let_one_person_in(self, doors: Doors) -> None:
        gates = [await doors.scanner() for _ in range(8)]

        answers = await asyncio.gather(*(doors.scan(gate, FIRST) for gate in gates))

        results = sorted(answer.reason or "accepted" for [answer] in answers)
        assert results == ["accepted"] + ["already_used"] * 7

    async def test_crossing_batches_do_not_block_each_other(self, doors: Doors) -> None:
        gate = await doors.scanner()

        try:
            answers = await asyncio.gather(
                *(doors.scan(gate, *pair) for pair in [(FIRST, SECOND), (SECOND, FIRST)] * 4)
            )
        except Contention:
            pytest.fail("Two batches waited for each other.")

        accepted = [one for some in answers for one in some if one.result is Result.ACCEPTED]
        assert len(accepted) == 2

    async def test_whoever_entered_is_inside_for_the_next_scan(self, doors: Doors) -> None:
        gate = await doors.scanner()
        entered = doors.clock()
        await doors.scan(gate, FIRST)
        doors.clock.advance(timedelta(minutes=5))

        [answer] = await doors.scan(gate, FIRST)

        assert answer.reason is Reason.ALREADY_USED
        assert (answer.first_entry_at, answer.last_entry_at) == (entered, entered)
