"""The keys of requests: memory and PostgreSQL keep the same promises, and saboteurs are caught."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text

from adapters.memory.database import MemoryDatabase, MemoryTable, MemoryTransaction
from adapters.memory.repeats import MemoryFirstRequests, MemoryRepeats
from adapters.postgres import repeats
from adapters.postgres.database import LOCK_PATIENCE, Database
from adapters.postgres.repeats import InFlight, PostgresFirstRequests, PostgresRepeats
from adapters.postgres.transaction import PostgresTransaction
from adapters.tokens.keyring import Keyring
from adapters.tokens.outcome_vault import OutcomeVault
from application.shared.idempotency import (
    AlreadyDone,
    KeyedRequest,
    KeyInFlight,
    OutcomeGone,
    Repeated,
    RequestKey,
)
from application.shared.scope import PUBLIC
from domain.shared.errors import Conflict
from entrypoints.container import Container
from tests.beyond import all_rows
from tests.conftest import VirtualClock
from tests.contracts.repeats_contract import Memory, RepeatsContract, a_key, carrying


def in_memory(memory: MemoryDatabase, clock: VirtualClock, kind: Any = MemoryTransaction) -> Memory:
    async def rows() -> int:
        return len(list(memory.table("idempotency_records").rows()))

    return Memory(memory.beginner(kind), MemoryFirstRequests(memory), clock.advance, rows)


def in_postgres(postgres: Database, clock: VirtualClock, kind: Any = PostgresTransaction) -> Memory:
    async def rows() -> int:
        async with all_rows(postgres) as connection:
            found = await connection.execute(text("select count(*) from idempotency_records"))
            return int(found.scalar_one())

    return Memory(postgres.beginner(kind), PostgresFirstRequests(postgres), clock.advance, rows)


class TestMemoryRepeats(RepeatsContract):
    @pytest.fixture
    def memory_of(self, memory: MemoryDatabase, clock: VirtualClock) -> Memory:
        return in_memory(memory, clock)


class TestPostgresRepeats(RepeatsContract):
    @pytest.fixture
    def memory_of(self, postgres: Database, clock: VirtualClock) -> Memory:
        return in_postgres(postgres, clock)

    async def test_a_secret_is_not_readable(self, postgres: Database, clock: VirtualClock) -> None:
        key, other = a_key(), a_key()
        async with postgres.beginner(PostgresTransaction)(carrying(key)) as tx:
            tx.remember("open sesame", is_secret=True)

        async with all_rows(postgres) as connection:
            statement = text("select outcome from idempotency_records")
            kept = bytes((await connection.execute(statement)).scalar_one())
            assert b"sesame" not in kept
            # Moved to another row, it opens nothing.
            await connection.execute(
                text(
                    "insert into idempotency_records select cast(:id as uuid), fingerprint,"
                    " outcome, recorded_at from idempotency_records"
                ),
                {"id": other.id},
            )
        with pytest.raises(OutcomeGone):
            await PostgresFirstRequests(postgres).find([other])

    async def test_whoever_waits_too_long_is_told_to_come_again(
        self, postgres: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(repeats, "PATIENCE_S", 0.2)
        key, begin = a_key(), postgres.beginner(PostgresTransaction)
        other_process = Database(postgres.engine, postgres._jobs).beginner(PostgresTransaction)

        async with begin(carrying(key)):
            with pytest.raises(KeyInFlight) as told:
                async with other_process(carrying(key)):
                    pytest.fail("It began.")

        assert told.value.facts["retry_after"] == 1
        with pytest.raises(AlreadyDone):
            async with other_process(carrying(key)):
                pytest.fail("It began.")

    async def test_a_repeat_waits_for_the_first(self, postgres: Database) -> None:
        key, began = a_key(), asyncio.Event()
        other_process = Database(postgres.engine, postgres._jobs).beginner(PostgresTransaction)

        async def first() -> None:
            async with postgres.beginner(PostgresTransaction)(carrying(key)) as tx:
                began.set()
                await asyncio.sleep(0.1)
                tx.remember("first")

        async def second() -> Any:
            await began.wait()
            with pytest.raises(AlreadyDone) as told:
                async with other_process(carrying(key)):
                    pytest.fail("It began.")
            return told.value.outcome

        _, outcome = await asyncio.gather(first(), second())
        assert outcome == "first"

    async def test_only_the_claim_is_impatient(self, postgres: Database) -> None:
        usual = text("select current_setting('lock_timeout')")
        async with postgres.beginner(PostgresTransaction)(PUBLIC) as tx:
            await tx.connection.execute(text("set local lock_timeout = '7s'"))
            await tx.repeats.claim({a_key(): None})
            assert (await tx.connection.execute(usual)).scalar_one() == "7s"
        async with postgres.beginner(PostgresTransaction)(carrying(a_key())) as tx:
            assert (await tx.connection.execute(usual)).scalar_one() == LOCK_PATIENCE

    async def test_repeats_wait_without_a_connection(self) -> None:
        in_flight, keyed = InFlight(patience_s=0.05), KeyedRequest(a_key())

        async with in_flight.alone(keyed):
            with pytest.raises(KeyInFlight):
                async with in_flight.alone(KeyedRequest(keyed.key)):
                    pytest.fail("Two at once.")
            async with in_flight.alone(KeyedRequest(a_key())):
                pass

        assert in_flight._locks == {}

    async def test_the_container_seals(self, container: Container) -> None:
        vault = container.core.database().vault

        assert isinstance(vault, OutcomeVault)


class TestTheVault:
    def test_older_keys_open_and_newer_ones_seal(self) -> None:
        before = OutcomeVault(Keyring({1: b"1" * 32}))
        now = OutcomeVault(Keyring({1: b"1" * 32, 2: b"2" * 32}))
        sealed = before.seal(b"plain", b"row")

        assert now.open(sealed, b"row") == b"plain"
        assert now.seal(b"plain", b"row")[0] == 2
        assert now.seal(b"plain", b"row") != now.seal(b"plain", b"row")

    @pytest.mark.parametrize("damage", [b"", b"\x01", b"\x09" + b"x" * 40, b"\x01" + b"x" * 40])
    def test_what_was_not_sealed_here_does_not_open(self, damage: bytes) -> None:
        with pytest.raises(ValueError, match="not sealed"):
            OutcomeVault(Keyring({1: b"1" * 32})).open(damage, b"row")


class Unclaimed(MemoryRepeats):
    """The guard switched off: nobody's key was ever taken."""

    async def claim(
        self, keys: Mapping[RequestKey, Any], *, is_shared: bool = False
    ) -> dict[RequestKey, Repeated]:
        for key in keys:
            self._rows.remove(key.id)
        await super().claim(keys)
        return {}


class Greedy(MemoryRepeats):
    async def release(self, keys: Collection[RequestKey]) -> None:
        pass


class Overwriting(MemoryRepeats):
    async def complete(
        self, outcomes: Mapping[RequestKey, Any], *, is_secret: bool = False
    ) -> None:
        for row in self._rows.rows():
            for outcome in outcomes.values():
                self._put(RequestKey(row.id, row.first.fingerprint), outcome, row.recorded_at)


class Undecided(PostgresRepeats):
    """Looks first and takes then."""

    async def claim(
        self, keys: Mapping[RequestKey, Any], *, is_shared: bool = False
    ) -> dict[RequestKey, Repeated]:
        rows = await self._tx.connection.execute(
            text("select id, fingerprint from idempotency_records where id = any(:ids)"),
            {"ids": [key.id for key in keys]},
        )
        await asyncio.sleep(0.01)
        known = {row.id: Repeated(row.fingerprint, None) for row in rows}
        await super().claim({key: keys[key] for key in keys if key.id not in known})
        return {key: known[key.id] for key in keys if key.id in known}


class NeverRollsBack(MemoryTable[Any, Any]):
    def restore(self) -> None:
        pass


def sabotaged(kind: Any, saboteur: Any) -> Any:
    class Sabotaged(kind):  # type: ignore[misc]  # Which of the two it is, is the point.
        def build(self) -> None:
            super().build()
            self.repeats = saboteur(self)

    return Sabotaged


@asynccontextmanager
async def _is_caught() -> AsyncIterator[None]:
    try:
        yield
    except (AssertionError, pytest.fail.Exception, Conflict):
        return
    pytest.fail("The saboteur was not caught.")


class TestSaboteurs:
    @pytest.mark.parametrize(
        ("saboteur", "promise"),
        [
            (Unclaimed, RepeatsContract.test_many_at_once_have_one_effect),
            (Unclaimed, RepeatsContract.test_a_keyed_request_is_served_once),
            (Greedy, RepeatsContract.test_what_is_released_was_not_taken),
            (Overwriting, RepeatsContract.test_outcomes_may_come_later),
        ],
    )
    async def test_memory(
        self, memory: MemoryDatabase, clock: VirtualClock, saboteur: Any, promise: Any
    ) -> None:
        async with _is_caught():
            await promise(
                RepeatsContract(), in_memory(memory, clock, sabotaged(MemoryTransaction, saboteur))
            )

    async def test_keeping_what_was_rolled_back(
        self, memory: MemoryDatabase, clock: VirtualClock
    ) -> None:
        memory._tables["idempotency_records"] = NeverRollsBack()

        async with _is_caught():
            await RepeatsContract().test_what_is_rolled_back_took_nothing(in_memory(memory, clock))

    async def test_looking_before_taking(
        self, postgres: Database, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgres, "_in_flight", NobodyWaits())

        async with _is_caught():
            await RepeatsContract().test_many_at_once_have_one_effect(
                in_postgres(postgres, clock, sabotaged(PostgresTransaction, Undecided))
            )


class NobodyWaits(InFlight):
    """As if each request came to another process."""

    @asynccontextmanager
    async def alone(self, keyed: KeyedRequest) -> AsyncIterator[None]:
        yield


class TestManyProcesses(RepeatsContract):
    """Without the process's own queue, PostgreSQL keeps every promise alone."""

    @pytest.fixture
    def memory_of(
        self, postgres: Database, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
    ) -> Memory:
        monkeypatch.setattr(postgres, "_in_flight", NobodyWaits())
        return in_postgres(postgres, clock)
