"""A scanner repeats a scan whose answer was lost: it is told the first verdict, and logged once."""

from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from adapters.memory.database import MemoryDatabase
from application.admission.messages import ScanAttempt
from application.admission.views import ScanAnswerView
from application.shared.actor import Device
from application.shared.idempotency import KeyedRequest, KeyReused, RequestKey
from application.shared.transaction import SessionEnded
from domain.admission.scan import Direction
from domain.shared.permissions import Role
from tests.application.admission.people import a_person, sign_out
from tests.application.admission.test_record_scans import a_device, logged, reasons, shown
from tests.contracts.admission_contract import Clock, Doors
from tests.contracts.admission_world import FIRST, SECOND


def a_key(fingerprint: int = 1, *, id: UUID | None = None) -> RequestKey:
    return RequestKey(id or uuid4(), UUID(int=fingerprint))


def repeating(attempt: ScanAttempt, key: RequestKey) -> ScanAttempt:
    door = msgspec.structs.replace(attempt.door, keyed=KeyedRequest(key))
    return msgspec.structs.replace(attempt, door=door)


def is_repeat(attempt: ScanAttempt) -> bool:
    return attempt.door.keyed is not None and attempt.door.keyed.is_repeat


@pytest.fixture
async def device(doors: Doors) -> Device:
    return await a_device(doors)


async def test_the_first_verdict_comes_again(
    doors: Doors, memory: MemoryDatabase, clock: Clock, device: Device
) -> None:
    key = a_key()
    [first] = await doors.record_scans([repeating(shown(device, FIRST), key)])
    clock.advance(timedelta(minutes=1))

    again = repeating(shown(device, FIRST), key)
    [second] = await doors.record_scans([again])
    [other] = await doors.record_scans([repeating(shown(device, FIRST), a_key())])

    assert second == first
    assert is_repeat(again)
    assert reasons([second, other]) == ["accepted", "already_used"]
    assert len(logged(memory)) == 2


async def test_a_refusal_comes_again_even_when_it_would_pass_now(
    doors: Doors, memory: MemoryDatabase, device: Device
) -> None:
    key = a_key()
    leaving = shown(device, FIRST, Direction.EXIT)
    [first] = await doors.record_scans([repeating(leaving, key)])
    await doors.record_scans([shown(device, FIRST)])

    [second] = await doors.record_scans([repeating(leaving, key)])

    assert reasons([first, second]) == ["not_inside", "not_inside"]
    assert len(logged(memory)) == 2


async def test_twice_in_one_batch_is_once(
    doors: Doors, memory: MemoryDatabase, device: Device
) -> None:
    key = a_key()
    twice = [repeating(shown(device, FIRST), key) for _ in range(2)]
    other = repeating(shown(device, SECOND), a_key())

    outcomes = await doors.record_scans([*twice, other])

    assert reasons(outcomes) == ["accepted", "accepted", "accepted"]
    assert [is_repeat(attempt) for attempt in (*twice, other)] == [False, True, False]
    assert len(logged(memory)) == 2


async def test_another_ticket_under_the_key_is_refused(
    doors: Doors, memory: MemoryDatabase, device: Device
) -> None:
    key = a_key()
    reused = a_key(2, id=key.id)
    together = [repeating(shown(device, FIRST), key), repeating(shown(device, SECOND), reused)]

    [first, refused] = await doors.record_scans(together)
    [later] = await doors.record_scans([repeating(shown(device, SECOND), reused)])

    assert isinstance(first, ScanAnswerView)
    assert isinstance(refused, KeyReused)
    assert isinstance(later, KeyReused)
    assert len(logged(memory)) == 1


async def test_who_was_signed_out_is_not_told_again(doors: Doors, memory: MemoryDatabase) -> None:
    key, gatekeeper = a_key(), a_person(memory, Role.SCANNER)
    await doors.record_scans([repeating(shown(gatekeeper, FIRST), key)])
    sign_out(memory, gatekeeper)

    [refused] = await doors.record_scans([repeating(shown(gatekeeper, FIRST), key)])

    assert isinstance(refused, SessionEnded)


async def test_a_barred_scan_takes_no_key(doors: Doors, memory: MemoryDatabase) -> None:
    gatekeeper = a_person(memory, Role.SCANNER)
    sign_out(memory, gatekeeper)

    await doors.record_scans([repeating(shown(gatekeeper, FIRST), a_key())])

    assert list(memory.table("idempotency_records").rows()) == []
