"""The keys of requests that may be repeated, in the transaction of their effects."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import msgspec
import psycopg.errors
from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError

from application.shared.idempotency import (
    KeyedRequest,
    KeyInFlight,
    OutcomeGone,
    Repeated,
    RequestKey,
)
from application.shared.scope import SYSTEM

if TYPE_CHECKING:
    from adapters.postgres.database import Database
    from adapters.postgres.transaction import PostgresTransaction

PATIENCE_S = 2.0
"""How long a repeat waits for the first request, before it is told to come again."""
TOGETHER_S = 0.3
RETRY_AFTER_S = 1

_SEALED = b"\x01"
"""JSON never begins with this byte."""

# A key that another transaction took is waited for, until that one commits or is rolled back; the
# patience is for this statement only, so the setting is put back with its last row.
_CLAIM = text(
    """
    with patience as materialized (
        select current_setting('lock_timeout') as usual,
               set_config('lock_timeout', :patience, true) as now
    ), taken as (
        insert into idempotency_records (id, fingerprint, outcome, recorded_at)
        select new.* from patience,
            unnest(cast(:ids as uuid[]), cast(:fingerprints as uuid[]),
                   cast(:outcomes as bytea[]), cast(:ats as timestamptz[])) as new
        on conflict do nothing
        returning id
    ), mine as (select coalesce(array_agg(id), '{}') as ids from taken)
    select mine.ids,
           set_config('lock_timeout', case when mine.ids is not null then usual end, true)
    from patience, mine
    """
)
_KNOWN = text("select id, fingerprint, outcome from idempotency_records where id = any(:ids)")
_COMPLETE = text(
    """
    update idempotency_records r set outcome = done.outcome
    from unnest(cast(:ids as uuid[]), cast(:outcomes as bytea[])) as done (id, outcome)
    where r.id = done.id
    """
)
_RELEASE = text("delete from idempotency_records where id = any(:ids)")
_FORGET = text(
    """
    delete from idempotency_records where id = any(array(
        select id from idempotency_records where recorded_at < :before
        limit :at_most for update skip locked))
    """
)


class Vault(Protocol):
    """Keeps what nobody who reads the rows may know. `about` ties it to its row."""

    def seal(self, plain: bytes, about: bytes) -> bytes: ...
    def open(self, sealed: bytes, about: bytes) -> bytes: ...  # Raises ValueError.


class PostgresRepeats:
    def __init__(self, tx: "PostgresTransaction") -> None:
        self._tx = tx

    async def claim(
        self, keys: Mapping[RequestKey, Any], *, is_shared: bool = False
    ) -> dict[RequestKey, Repeated]:
        wanted: dict[UUID, RequestKey] = {}
        for key in keys:
            wanted.setdefault(key.id, key)
        ids = sorted(wanted)
        values = {
            # Many together are not made to wait for one of them: it is asked again by itself.
            "patience": str(int((TOGETHER_S if is_shared or len(ids) > 1 else PATIENCE_S) * 1000)),
            "ids": ids,
            "fingerprints": [wanted[id_].fingerprint for id_ in ids],
            "outcomes": [msgspec.json.encode(keys[wanted[id_]]) for id_ in ids],
            "ats": [self._tx.now] * len(ids),
        }
        try:
            taken = (await self._tx.connection.execute(_CLAIM, values)).one().ids
        except DBAPIError as error:
            if isinstance(error.orig, psycopg.errors.LockNotAvailable):
                raise KeyInFlight(retry_after=RETRY_AFTER_S) from error
            raise
        mine = {wanted[id_] for id_ in taken}
        others = [key for key in keys if key not in mine]
        if not others:
            return {}
        rows = await self._tx.connection.execute(_KNOWN, {"ids": [key.id for key in others]})
        return _known(others, rows, self._tx.vault)

    async def complete(
        self, outcomes: Mapping[RequestKey, Any], *, is_secret: bool = False
    ) -> None:
        if not outcomes:
            return
        vault = self._tx.vault
        kept = [msgspec.json.encode(outcome) for outcome in outcomes.values()]
        if is_secret:
            assert vault is not None, "Secrets are kept sealed or not at all."
            kept = [
                _SEALED + vault.seal(plain, key.id.bytes)
                for key, plain in zip(outcomes, kept, strict=True)
            ]
        values = {"ids": [key.id for key in outcomes], "outcomes": kept}
        await self._tx.connection.execute(_COMPLETE, values)

    async def release(self, keys: Collection[RequestKey]) -> None:
        if keys:
            await self._tx.connection.execute(_RELEASE, {"ids": [key.id for key in keys]})

    async def forget(self, before: datetime, at_most: int) -> int:
        gone = await self._tx.connection.execute(_FORGET, {"before": before, "at_most": at_most})
        return int(gone.rowcount)


class PostgresFirstRequests:
    """What is remembered, as anybody may ask who has the key."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    async def find(self, keys: Collection[RequestKey]) -> dict[RequestKey, Repeated]:
        async with self._database.read(SYSTEM) as connection:
            rows = (await connection.execute(_KNOWN, {"ids": [key.id for key in keys]})).all()
        return _known(keys, rows, self._database.vault)


def _known(
    keys: Collection[RequestKey], rows: Iterable[Row[Any]], vault: Vault | None
) -> dict[RequestKey, Repeated]:
    known = {row.id: _repeated(row, vault) for row in rows}
    return {key: known[key.id] for key in keys if key.id in known}


def _repeated(row: Row[Any], vault: Vault | None) -> Repeated:
    kept = bytes(row.outcome)
    if kept.startswith(_SEALED):
        try:
            assert vault is not None, "Only a database with a vault seals."
            kept = vault.open(kept[1:], row.id.bytes)
        except ValueError as error:
            raise OutcomeGone from error
    return Repeated(row.fingerprint, msgspec.json.decode(kept))


class InFlight:
    """The keyed requests of this process, each key one at a time.

    Repeats that come too early wait here, and not on a database connection each.
    """

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._locks: dict[UUID, tuple[asyncio.Lock, list[None]]] = {}

    @asynccontextmanager
    async def alone(self, keyed: KeyedRequest) -> AsyncIterator[None]:
        """Raises KeyInFlight to whoever has waited too long."""
        id_ = keyed.key.id
        lock, users = self._locks.setdefault(id_, (asyncio.Lock(), []))
        users.append(None)
        try:
            try:
                async with asyncio.timeout(self._patience_s):
                    await lock.acquire()
            except TimeoutError as error:
                raise KeyInFlight(retry_after=RETRY_AFTER_S) from error
            try:
                yield
            finally:
                lock.release()
        finally:
            users.pop()
            if not users:
                del self._locks[id_]
