"""The short way on memory, on PostgreSQL, and with one guard after the other switched off."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text

from adapters.memory.database import MemoryDatabase
from adapters.memory.sales.one_trip import MemoryOneTrip
from adapters.postgres.database import Database
from adapters.postgres.sales import one_trip
from adapters.postgres.sales.one_trip import PostgresOneTrip
from domain.identity.session import Session
from domain.shared.ids import SessionId
from tests.beyond import all_rows
from tests.contracts.one_trip_contract import Change, Office, OneTripContract
from tests.contracts.sales_contract import Clock
from tests.contracts.sales_desks import memory_desk, postgres_desk
from tests.domain.sales.builders import EVENT, FLOOR, NOON, ORG

_SESSION = """
insert into users (id, email, email_key, password_hash, first_name, last_name, created_at,
                   updated_at, version)
values (:id, 'a@example.com', 'a@example.com', '', 'Ada', 'Byron', :at, :at, 1);
insert into sessions (id, user_id, refresh_hash, created_at, last_used_at, expires_at, version)
values (:id, :id, '\\x00', :at, :at, :at, 1)
"""


def memory_office(database: MemoryDatabase, clock: Clock) -> Office:
    session_id = SessionId(uuid4())
    session = Session.__new__(Session)  # Only whether it lives matters here.
    object.__setattr__(session, "revoked_at", None)
    sessions, counters = database.table("sessions"), database.table("allotment_counters")
    sessions.put(session_id, session)

    def changing(key: Any) -> Change:
        async def change(columns: dict[str, int]) -> None:
            row = counters.get(key)
            for name, value in columns.items():
                setattr(row, name, value)
            counters.put(key, row)

        return change

    async def end_session() -> None:
        sessions.remove(session_id)

    desk = memory_desk(database, clock)
    trip = MemoryOneTrip(database)
    return Office(desk, trip, session_id, changing(FLOOR), changing(EVENT), end_session)


async def postgres_office(database: Database, clock: Clock) -> Office:
    session_id = SessionId(uuid4())

    async def run(statement: str, **keys: Any) -> None:
        async with all_rows(database) as connection:
            await connection.execute(text(statement), keys)

    def changing(key: Any) -> Change:
        async def change(columns: dict[str, int]) -> None:
            said = ", ".join(f"{name} = {value}" for name, value in columns.items())
            await run(
                f"update allotment_counters set {said}"
                " where organization_id = :org and allotment_id = :id",
                org=ORG,
                id=key,
            )

        return change

    desk = await postgres_desk(database, clock)
    for statement in _SESSION.split(";"):
        await run(statement, id=session_id, at=NOON)
    end: Callable[[], Awaitable[None]]
    end = lambda: run("update sessions set revoked_at = :at", at=NOON)  # noqa: E731
    trip = PostgresOneTrip(database, clock)
    return Office(desk, trip, session_id, changing(FLOOR), changing(EVENT), end)


class TestMemoryOneTrip(OneTripContract):
    @pytest.fixture
    def office(self, memory: MemoryDatabase, clock: Clock) -> Office:
        return memory_office(memory, clock)


class TestPostgresOneTrip(OneTripContract):
    @pytest_asyncio.fixture
    async def office(self, postgres: Database, clock: Clock) -> Office:
        return await postgres_office(postgres, clock)


@asynccontextmanager
async def _is_caught() -> AsyncIterator[None]:
    try:
        yield
    except (AssertionError, pytest.fail.Exception):
        return
    pytest.fail("The saboteur was not caught.")


_CONTROLS: dict[str, tuple[str, str, str, Callable[[Office], Awaitable[None]]]] = {
    "sessions": (
        "GUARD",
        "then 1 else 0 end",
        "then 1 else 1 end",
        lambda o: OneTripContract().test_an_ended_session_stops_the_batch(o),
    ),
    "revision": (
        "MOVE",
        "w.revision < 0 or w.revision = c.revision",
        "true",
        lambda o: OneTripContract().test_an_edited_offer_stops_the_batch(o),
    ),
    "carts": (
        "MOVE",
        " - w.in_carts",
        "",
        lambda o: OneTripContract().test_what_lies_in_carts_stops_the_batch(o),
    ),
    "waiting": (
        "MOVE",
        " - l.waiting",
        "",
        lambda o: OneTripContract().test_stock_that_is_not_free_any_more_stops_the_batch(
            o, {"waiting": 9}
        ),
    ),
    "keys": (
        "WRITE",
        "as k (id, fingerprint, outcome)",
        "as k (id, fingerprint, outcome) on conflict do nothing",
        lambda o: OneTripContract().test_a_key_that_was_used_stops_the_batch(o),
    ),
}


@pytest.mark.parametrize("guard", _CONTROLS)
async def test_a_guard_that_is_switched_off_is_missed(
    guard: str, postgres: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement, there, instead, broken = _CONTROLS[guard]
    sql = getattr(one_trip, statement)
    assert there in sql
    monkeypatch.setattr(one_trip, statement, sql.replace(there, instead))
    office = await postgres_office(postgres, clock)

    async with _is_caught():
        await broken(office)
