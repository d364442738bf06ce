"""People show tickets at doors."""

import base64
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from adapters.memory.admission import MemoryAdmissions, MemoryAdmissionTransaction
from adapters.memory.database import MemoryDatabase
from adapters.system.ids import SystemIds
from adapters.tokens.ticket_seal import TicketSeal
from application.admission.messages import RecordScanCommand, ScanAttempt
from application.admission.ports import Code
from application.admission.record_scans import BARCODE_KEPT, Outcome
from application.admission.views import ScanAnswerView
from application.shared.actor import Actor, Device
from application.shared.transaction import SessionEnded
from domain.admission.errors import ScannerRevoked
from domain.admission.scan import Direction, Reason, Result, Scan, TicketAtDoor
from domain.sales.ticket import Ticket
from domain.shared.errors import Forbidden
from domain.shared.ids import ScannerId
from domain.shared.permissions import Role
from domain.shared.ticket_code import to_text
from tests.application.admission.people import a_person, sign_out
from tests.contracts.admission_contract import HERE, Clock, Doors
from tests.contracts.admission_world import (
    CANCELLED,
    FIRST,
    FOR_NEXT_DOOR,
    FOR_NOTHING,
    FROM_ABROAD,
    NOON,
    ORG,
    REISSUED,
    SEAL,
    SECOND,
    TONIGHT,
    TOO_EARLY,
    TOO_LATE,
    TYPES,
    barcode,
)


async def a_device(doors: Doors, **facts: Any) -> Device:
    scanner = await doors.scanner(**facts)
    return Device(
        scanner_id=scanner.id,
        organization_id=scanner.organization_id,
        event_ids=scanner.event_ids,
    )


def shown(
    door: Actor | Device,
    code: str | Ticket,
    direction: Direction = Direction.ENTRY,
    scanner_id: ScannerId | None = None,
) -> ScanAttempt:
    text = barcode(code) if isinstance(code, Ticket) else code
    said = RecordScanCommand(barcode=text, direction=direction)
    return ScanAttempt(door=door, said=said, scanner_id=scanner_id)


def reasons(outcomes: list[Outcome]) -> list[str]:
    """`accepted`, the reason of a refusal, or the code of an error, in order."""
    return [
        (one.reason or one.result).value if isinstance(one, ScanAnswerView) else one.code
        for one in outcomes
    ]


def logged(memory: MemoryDatabase) -> list[Scan]:
    scans: list[Scan] = list(memory.table("scans").rows())
    return scans


async def test_a_valid_ticket_is_accepted_shown_and_logged(
    doors: Doors, memory: MemoryDatabase
) -> None:
    device = await a_device(doors)

    [answer] = await doors.record_scans([shown(device, FIRST)])

    assert isinstance(answer, ScanAnswerView)
    assert (answer.result, answer.reason) == (Result.ACCEPTED, None)
    assert (answer.scanned_at, answer.first_entry_at) == (NOON, NOON)
    assert answer.ticket is not None
    assert (answer.ticket.id, answer.ticket.holder_name) == (FIRST.id, "Ada Lovelace")
    assert (answer.ticket.event_name, answer.ticket.status) == (TONIGHT.name, "used")
    assert answer.ticket.ticket_type_name == TYPES[TONIGHT.id].name
    [scan] = logged(memory)
    assert (scan.organization_id, scan.ticket_id, scan.event_id) == (ORG, FIRST.id, TONIGHT.id)
    assert (scan.scanner_id, scan.result, scan.scanned_at) == (
        device.scanner_id,
        Result.ACCEPTED,
        NOON,
    )


async def test_a_batch_is_decided_in_its_order(doors: Doors) -> None:
    device, ways = await a_device(doors), Direction
    attempts = [
        shown(device, FIRST),
        shown(device, FIRST),
        shown(device, SECOND, ways.EXIT),
        shown(device, FIRST, ways.EXIT),
        shown(device, SECOND),
        shown(device, FIRST),
        shown(device, "nonsense"),
    ]

    outcomes = await doors.record_scans(attempts)

    assert reasons(outcomes) == [
        "accepted",
        "already_used",
        "not_inside",
        "accepted",
        "accepted",
        "accepted",
        "invalid",
    ]


async def test_whoever_is_inside_is_told_since_when(doors: Doors, clock: Clock) -> None:
    device = await a_device(doors)
    for direction in (Direction.ENTRY, Direction.EXIT, Direction.ENTRY):
        await doors.record_scans([shown(device, FIRST, direction)])
        clock.advance(timedelta(minutes=10))

    [answer] = await doors.record_scans([shown(device, FIRST)])

    assert isinstance(answer, ScanAnswerView)
    assert answer.reason is Reason.ALREADY_USED
    assert answer.first_entry_at == NOON
    assert answer.last_entry_at == NOON + timedelta(minutes=20)


@pytest.mark.parametrize(
    ("ticket", "generation", "reason"),
    [
        (REISSUED, 1, "accepted"),
        (REISSUED, 0, "revoked"),
        (CANCELLED, 0, "cancelled"),
        (FOR_NOTHING, 0, "event_cancelled"),
        (FOR_NEXT_DOOR, 0, "wrong_event"),
        (TOO_EARLY, 0, "too_early"),
        (TOO_LATE, 0, "event_over"),
        (FROM_ABROAD, 0, "invalid"),
    ],
)
async def test_each_reason_is_told_and_logged(
    doors: Doors, memory: MemoryDatabase, ticket: Ticket, generation: int, reason: str
) -> None:
    events = None if reason != "wrong_event" else [TONIGHT.id]
    device = await a_device(doors, event_ids=events)

    outcomes = await doors.record_scans([shown(device, barcode(ticket, generation=generation))])

    assert reasons(outcomes) == [reason]
    [scan] = logged(memory)
    assert (scan.reason or "accepted") == reason
    assert scan.organization_id == ORG


async def test_a_ticket_of_another_organisation_tells_nothing(
    doors: Doors, memory: MemoryDatabase
) -> None:
    device = await a_device(doors)

    foreign, nonsense = await doors.record_scans(
        [shown(device, FROM_ABROAD), shown(device, "nonsense")]
    )

    assert foreign == nonsense
    assert {(scan.ticket_id, scan.event_id) for scan in logged(memory)} == {(None, None)}


class Untouchable(MemoryAdmissions):
    async def lock(self, codes: Collection[Code]) -> dict[Code, TicketAtDoor]:
        raise AssertionError("The tickets were read.")


class UntouchableAdmission(MemoryAdmissionTransaction):
    def build(self) -> None:
        super().build()
        self.admissions = Untouchable(self)


def forgeries() -> list[str]:
    """SC-02: everything that looks like the first ticket and is not."""
    genuine = barcode(FIRST)
    sealed = base64.b32decode(genuine + "=" * 6)
    flipped = [
        to_text(sealed[:at] + bytes([sealed[at] ^ 1 << bit]) + sealed[at + 1 :])
        for at in range(96)
        for bit in range(8)
    ]
    others = [
        barcode(FIRST, seal=TicketSeal({1: b"x" * 32}, 1)),
        barcode(FIRST, seal=TicketSeal({2: b"s" * 32}, 2)),
        genuine[:-1],
        genuine + "A",
        genuine + genuine,
        genuine[:32] + barcode(SECOND)[32:],
        "",
        "A" * 154,
        "\N{LATIN SMALL LETTER DOTLESS I}" * 154,
    ]
    return flipped + others


async def test_a_forgery_is_refused_without_a_look_at_the_tickets(
    doors: Doors, memory: MemoryDatabase
) -> None:
    device = await a_device(doors)
    closed = Doors(memory.beginner(UntouchableAdmission), doors.register, doors.clock)
    attempts = [shown(device, text) for text in forgeries()]

    outcomes = await closed.record_scans(attempts)

    assert set(reasons(outcomes)) == {"invalid"}
    assert len(logged(memory)) == len(attempts) == 768 + 9


async def test_the_log_keeps_the_beginning_of_nonsense(
    doors: Doors, memory: MemoryDatabase
) -> None:
    await doors.record_scans([shown(await a_device(doors), "x" * 4000)])

    [scan] = logged(memory)
    assert scan.barcode == "x" * BARCODE_KEPT


async def test_the_log_does_not_keep_a_code_that_opens_doors(
    doors: Doors, memory: MemoryDatabase
) -> None:
    await doors.record_scans([shown(await a_device(doors), FIRST)])

    [scan] = logged(memory)
    assert (scan.ticket_id, scan.barcode) == (FIRST.id, "")


async def test_a_person_who_may_scan_scans(doors: Doors, memory: MemoryDatabase) -> None:
    person = a_person(memory, Role.SCANNER)

    outcomes = await doors.record_scans([shown(person, FIRST), shown(person, FROM_ABROAD)])

    assert reasons(outcomes) == ["accepted", "invalid"]
    [scan] = logged(memory)
    assert (scan.user_id, scan.scanner_id) == (person.user_id, None)


async def test_a_refused_door_concerns_its_own_scan_alone(
    doors: Doors, memory: MemoryDatabase
) -> None:
    device, customer = await a_device(doors), a_person(memory, None)

    refused, accepted = await doors.record_scans([shown(customer, FIRST), shown(device, FIRST)])

    assert isinstance(refused, Forbidden)
    assert reasons([accepted]) == ["accepted"]
    assert len(logged(memory)) == 1


async def test_tickets_of_several_organisations_go_through_one_batch(
    doors: Doors, memory: MemoryDatabase
) -> None:
    here = await a_device(doors)
    there = await a_device(doors, organization_id=FROM_ABROAD.organization_id)

    outcomes = await doors.record_scans(
        [shown(here, FIRST), shown(there, FIRST), shown(there, FROM_ABROAD)]
    )

    assert reasons(outcomes) == ["accepted", "invalid", "accepted"]


async def test_a_scanner_that_was_revoked_meanwhile_lets_nobody_in(
    doors: Doors, memory: MemoryDatabase
) -> None:
    device = await a_device(doors)
    async with doors.begin(HERE) as tx:
        scanner = await tx.scanners.get(device.scanner_id)
        scanner.revoke()
        await tx.scanners.save(scanner)

    [outcome] = await doors.record_scans([shown(device, FIRST)])

    assert isinstance(outcome, ScannerRevoked)
    assert logged(memory) == []
    assert (await doors.at_door(FIRST)).presence is None


async def test_a_person_who_was_signed_out_meanwhile_lets_nobody_in(
    doors: Doors, memory: MemoryDatabase
) -> None:
    person, device = a_person(memory, Role.SCANNER), await a_device(doors)
    sign_out(memory, person)

    ended, accepted = await doors.record_scans([shown(person, FIRST), shown(device, FIRST)])

    assert isinstance(ended, SessionEnded)
    assert reasons([accepted]) == ["accepted"]


async def test_a_code_sealed_for_another_event_is_invalid(doors: Doors) -> None:
    device = await a_device(doors)
    moved = SEAL.open(barcode(FIRST))
    text = SEAL.seal(type(moved)(event_short_id=2, code=moved.code, type_short_id=1, generation=0))

    assert reasons(await doors.record_scans([shown(device, text)])) == ["invalid"]


async def test_nothing_shown_is_nothing_done(doors: Doors, memory: MemoryDatabase) -> None:
    assert await doors.record_scans([]) == []
    assert logged(memory) == []


async def test_asking_again_after_a_lost_answer_tells_the_first_verdict(
    doors: Doors, memory: MemoryDatabase, ids: SystemIds
) -> None:
    device = await a_device(doors)
    attempt = msgspec.structs.replace(shown(device, FIRST), scan_id=ids.new())
    [first] = await doors.record_scans([attempt])

    again = await doors.record_scans.again(attempt)

    assert again == first
    assert len(logged(memory)) == 1


async def test_asking_again_when_nothing_was_written_is_a_scan(
    doors: Doors, memory: MemoryDatabase, ids: SystemIds
) -> None:
    device = await a_device(doors)
    attempt = msgspec.structs.replace(shown(device, FIRST), scan_id=ids.new())

    answer = await doors.record_scans.again(attempt)
    nonsense = await doors.record_scans.again(shown(device, "nonsense"))

    assert reasons([answer, nonsense]) == ["accepted", "invalid"]
    assert [scan.id for scan in logged(memory)][:1] == [attempt.scan_id]
