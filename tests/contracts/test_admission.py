"""The admission contract on memory, on PostgreSQL, and on adapters that were broken on purpose."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from adapters.memory.admission import MemoryAdmissions, MemoryAdmissionTransaction, MemoryDoors
from adapters.memory.database import MemoryDatabase
from adapters.postgres.admission import store
from adapters.postgres.admission.queries import PostgresDoors
from adapters.postgres.admission.store import PostgresAdmissions, PostgresAdmissionTransaction
from adapters.postgres.admission.tables import (
    presence_from_row,
    presences_to_columns,
    scan_from_row,
    scan_to_row,
    scanner_from_row,
    scanner_to_row,
    ticket_from_row,
)
from adapters.postgres.database import Database
from application.admission.ports import Code, Holder
from domain.admission.scan import Presence, Reason, Scan, TicketAtDoor
from domain.admission.scanner import Scanner, ScannerStatus
from tests.contracts.admission_contract import AdmissionContract, Clock, Doors
from tests.contracts.admission_world import NOON, ORG, lay_in_memory, lay_in_postgres


def in_memory(database: MemoryDatabase, clock: Clock, kind: Any) -> Doors:
    lay_in_memory(database)
    return Doors(database.beginner(kind), MemoryDoors(database), clock)


async def in_postgres(database: Database, clock: Clock, kind: Any) -> Doors:
    await lay_in_postgres(database)
    return Doors(database.beginner(kind), PostgresDoors(database), clock)


class TestMemoryAdmission(AdmissionContract):
    @pytest.fixture
    def doors(self, memory: MemoryDatabase, clock: Clock) -> Doors:
        return in_memory(memory, clock, MemoryAdmissionTransaction)


class TestPostgresAdmission(AdmissionContract):
    @pytest_asyncio.fixture
    async def doors(self, postgres: Database, clock: Clock) -> Doors:
        return await in_postgres(postgres, clock, PostgresAdmissionTransaction)


class Forgets(MemoryAdmissions):
    """Lets people in and does not note it."""

    async def save(self, presences: Mapping[Holder, Presence]) -> None:
        pass


class MistakesTheTenant(MemoryAdmissions):
    async def lock(self, codes: Collection[Code]) -> dict[Code, TicketAtDoor]:
        wanted = {code for _, code in codes}
        found = self._tickets.where(lambda one: one.code in wanted)
        return {(ORG, one.code): self._at_door(one) for one in found}


class ForgetfulAdmission(MemoryAdmissionTransaction):
    def build(self) -> None:
        super().build()
        self.admissions = Forgets(self)


class MistakenAdmission(MemoryAdmissionTransaction):
    def build(self) -> None:
        super().build()
        self.admissions = MistakesTheTenant(self)


_UNLOCKED = text(str(store._LOCK).replace("for no key update", ""))


class ReadsBeforeLocking(PostgresAdmissions):
    """Believes what it saw before it waited for the lock."""

    async def lock(self, codes: Collection[Code]) -> dict[Code, TicketAtDoor]:
        wanted = {"organization_ids": [ORG], "codes": [code for _, code in codes]}
        ids = list((await self._tx.connection.execute(_UNLOCKED, wanted)).scalars())
        found = {"organization_ids": [ORG], "ids": ids}
        rows = (await self._tx.connection.execute(store._READ, found)).all()
        await super().lock(codes)
        return {(ORG, bytes(row.code)): ticket_from_row(row) for row in rows}


class HastyAdmission(PostgresAdmissionTransaction):
    def build(self) -> None:
        super().build()
        self.admissions = ReadsBeforeLocking(self)


@asynccontextmanager
async def _is_caught() -> AsyncIterator[None]:
    try:
        yield
    except (AssertionError, pytest.fail.Exception):
        return
    pytest.fail("The saboteur was not caught.")


class TestSaboteurs:
    """Each promise that guards against a fault has been seen to catch it."""

    async def test_forgetting_who_is_inside_is_caught(
        self, memory: MemoryDatabase, clock: Clock
    ) -> None:
        doors = in_memory(memory, clock, ForgetfulAdmission)

        async with _is_caught():
            await AdmissionContract().test_whoever_entered_is_inside_for_the_next_scan(doors)

    async def test_taking_the_code_of_another_tenant_is_caught(
        self, memory: MemoryDatabase, clock: Clock
    ) -> None:
        doors = in_memory(memory, clock, MistakenAdmission)

        async with _is_caught():
            await AdmissionContract().test_a_code_is_known_in_its_own_organisation_only(doors)

    async def test_scanning_without_the_lock_is_caught(
        self, postgres: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store, "_LOCK", _UNLOCKED)
        doors = await in_postgres(postgres, clock, PostgresAdmissionTransaction)

        async with _is_caught():
            await AdmissionContract().test_two_gates_at_once_let_one_person_in(doors)

    async def test_reading_before_the_lock_is_caught(
        self, postgres: Database, clock: Clock
    ) -> None:
        doors = await in_postgres(postgres, clock, HastyAdmission)

        async with _is_caught():
            await AdmissionContract().test_two_gates_at_once_let_one_person_in(doors)


INSTANTS = st.timedeltas(timedelta(days=-9000), timedelta(days=9000)).map(lambda by: NOON + by)
NAMES = st.text("abcdefgh -é", min_size=1, max_size=50).filter(str.strip)


@given(
    name=NAMES,
    key_hash=st.binary(min_size=32, max_size=32),
    event_ids=st.none() | st.lists(st.uuids(), min_size=1, max_size=5).map(tuple),
    status=st.sampled_from(ScannerStatus),
    ids=st.tuples(st.uuids(), st.uuids()),
    at=INSTANTS,
    seen=st.none() | INSTANTS,
    version=st.integers(1, 9),
)
def test_a_scanner_survives_its_row(
    name: str,
    key_hash: bytes,
    event_ids: Any,
    status: ScannerStatus,
    ids: tuple[Any, Any],
    at: Any,
    seen: Any,
    version: int,
) -> None:
    scanner = Scanner(
        organization_id=ids[0],
        id=ids[1],
        name=name,
        key_hash=key_hash,
        key_hint="abcd",
        event_ids=event_ids,
        created_at=at,
        status=status,
        last_seen_at=seen,
        version=version,
    )

    row: Any = SimpleNamespace(**scanner_to_row(scanner), version=version)

    assert scanner_from_row(row) == scanner


@given(st.builds(Scan, barcode=st.text(max_size=200), reason=st.none() | st.sampled_from(Reason)))
def test_a_scan_survives_its_row(scan: Scan) -> None:
    row: Any = SimpleNamespace(**scan_to_row(scan))

    assert scan_from_row(row) == scan


@given(st.builds(Presence), st.tuples(st.uuids(), st.uuids()))
def test_a_presence_survives_its_row(presence: Presence, holder: tuple[UUID, UUID]) -> None:
    columns = presences_to_columns({holder: presence})

    assert (columns["organization_ids"], columns["ticket_ids"]) == ([holder[0]], [holder[1]])
    row: Any = SimpleNamespace(
        first_entry_at=columns["firsts"][0],
        last_direction=columns["directions"][0],
        last_at=columns["lasts"][0],
    )
    assert presence_from_row(row) == presence
