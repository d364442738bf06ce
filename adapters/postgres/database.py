"""The door to PostgreSQL: one engine, transactions with a scope, and errors in our words."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import psycopg
import psycopg.errors
from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from adapters.postgres.arrays import register_arrays, uuids
from adapters.postgres.privileges import SYSTEM_ROLE
from adapters.postgres.repeats import InFlight, Vault
from adapters.postgres.transaction import JobSink, PostgresTransaction
from application.shared.clock import Clock
from application.shared.idempotency import claim
from application.shared.scope import Scope
from application.shared.transaction import (
    AlreadyExists,
    Contention,
    DatabaseDown,
    NothingDone,
    SessionEnded,
    Stuck,
)
from domain.shared.errors import Conflict, DomainError, NotFound
from domain.shared.permissions import OrganizationSuspended

T = TypeVar("T", bound=PostgresTransaction)

_NIL = UUID(int=0)
LOCK_PATIENCE = "700ms"
"""So long a transaction waits for one lock; then it lets others go first (Contention)."""

# One round trip opens every transaction: whose rows it may touch, what time it is, and whether the
# session that asks still lives. Row-level security reads the same settings.
_SETTINGS = """
    select set_config('app.scope', :kind, true),
           set_config('app.organization_ids', :organization_ids, true),
           set_config('app.person_id', :person_id, true),
           set_config('app.origin', :origin, true),
           set_config('app.at', :at, true),
           set_config('transaction_read_only', :read_only, true),
           set_config('lock_timeout', :lock_timeout, true),
           clock_timestamp() as now,
           cast(:session_id as uuid) is null or exists (
               select from sessions
               where id = cast(:session_id as uuid) and revoked_at is null
           ) or exists (
               select from credentials where id = cast(:session_id as uuid)
           ) as is_alive
"""
_OPEN = text(_SETTINGS)
# Members write for organisations that still are what they were when the member was looked up. A
# statement of its own: most transactions are no member's, and policies take time to prepare.
_OPEN_FOR_MEMBERS = text(
    f"""
    {_SETTINGS},
           (select min(status) from organizations
            where id = any(cast(:acting_for as uuid[])) and status in ('closed', 'suspended')
           ) as lost
    """
)
# Until the end of the transaction it is another role, with rights of its own.
_OPEN_AS_SYSTEM = text(f"{_SETTINGS}, set_config('role', '{SYSTEM_ROLE}', true)")

PATIENCE = {
    "connect_timeout": 5,
    # A line that went silent is given up: unanswered data after 5 s, a quiet line after about 11.
    "tcp_user_timeout": 5000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}

Begin = Callable[[Scope], AbstractAsyncContextManager[T]]


def driver_url(url: str) -> Any:
    """The address as SQLAlchemy wants it: any `postgres://` form becomes psycopg's."""
    return make_url(url).set(drivername="postgresql+psycopg")


def plain_url(url: str) -> str:
    """The address as libpq and psycopg itself want it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def create_engine(url: str, *, pool_size: int = 10, pool_wait_s: float = 2) -> AsyncEngine:
    """An engine for the application's role; JSON goes through msgspec."""
    engine = create_async_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=5,
        pool_timeout=pool_wait_s,
        pool_recycle=600,
        # The connection that was used last has its plans at hand, here and in the processor.
        pool_use_lifo=True,
        hide_parameters=True,  # Names, addresses and hashes do not belong into a log.
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
        connect_args={"application_name": "tixmo", **PATIENCE},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        register_arrays(connection.driver_connection)

    return engine


class Database:
    """Begins transactions and reads. With a `clock` given, time is virtual (tests, seeding)."""

    def __init__(
        self,
        engine: AsyncEngine,
        jobs: JobSink,
        clock: Clock | None = None,
        vault: Vault | None = None,
    ) -> None:
        self.engine = engine
        self.vault = vault
        self._jobs = jobs
        self._clock = clock
        self._in_flight = InFlight()

    def beginner(self, kind: type[T]) -> Begin[T]:
        """`begin` for one context: what its use cases are given."""

        @asynccontextmanager
        async def begin(scope: Scope) -> AsyncIterator[T]:
            keyed = scope.keyed
            alone = nullcontext() if keyed is None else self._in_flight.alone(keyed)
            with in_our_words():
                async with alone, self.engine.connect() as connection:
                    now = await self._open(connection, scope)
                    tx = kind(connection, scope, now, self._clock, self.vault)
                    try:
                        await claim(keyed, tx.repeats)
                        yield tx
                        await tx.flush(self._jobs)
                    finally:
                        tx.end()
                    await connection.commit()
            if keyed is not None:
                keyed.is_taken = True

        return begin

    @asynccontextmanager
    async def read(self, scope: Scope) -> AsyncIterator[AsyncConnection]:
        """A connection for questions; PostgreSQL refuses to write on it."""
        with in_our_words():
            async with self.engine.connect() as connection:
                await self._open(connection, scope, read_only=True)
                yield connection
                # Not a rollback: at one, psycopg forgets every statement it has prepared.
                await connection.commit()

    async def _open(
        self, connection: AsyncConnection, scope: Scope, *, read_only: bool = False
    ) -> Any:
        opening, acting_for = _OPEN, {}
        if scope.kind == "system":
            opening = _OPEN_AS_SYSTEM
        elif scope.acting_for and not read_only:
            opening, acting_for = _OPEN_FOR_MEMBERS, {"acting_for": uuids(scope.acting_for)}
        row = (
            await connection.execute(
                opening,
                acting_for
                | {
                    "kind": scope.kind,
                    "organization_ids": "{" + ",".join(map(str, scope.organization_ids)) + "}",
                    "person_id": str(scope.person_id or _NIL),
                    "origin": msgspec.json.encode(scope.origin).decode() if scope.origin else "",
                    "at": self._clock().isoformat() if self._clock else "",
                    "session_id": scope.session_id,
                    "read_only": "on" if read_only else "off",
                    "lock_timeout": LOCK_PATIENCE,
                },
            )
        ).one()
        if not row.is_alive:
            raise SessionEnded
        if acting_for and row.lost is not None:
            raise NotFound if row.lost == "closed" else OrganizationSuspended
        return self._clock() if self._clock else row.now


@asynccontextmanager
async def as_system(connection: AsyncConnection) -> AsyncIterator[None]:
    """In the midst of a transaction, the rows of all tenants, as far as the system may read."""
    await connection.execute(text(f"set local role {SYSTEM_ROLE}"))
    yield
    # Not if it failed: the transaction is over then, and the role with it.
    await connection.execute(text("set local role none"))


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turns the driver's errors into refusals; what is a programming mistake stays what it is."""
    try:
        yield
    except PoolTimeout as error:
        raise NothingDone("All database connections are busy.") from error
    except DBAPIError as error:
        raise _translated(error.orig) from error
    except psycopg.Error as error:
        raise _translated(error) from error
    except (TimeoutError, ConnectionError) as error:
        raise DatabaseDown from error


def _translated(error: BaseException | None) -> BaseException:
    match error:
        case psycopg.errors.SerializationFailure() | psycopg.errors.DeadlockDetected():
            return Contention()
        case psycopg.errors.LockNotAvailable() | psycopg.errors.QueryCanceled():
            return Stuck()
        case psycopg.errors.UniqueViolation():
            refusal = UNIQUE.get(error.diag.constraint_name or "")
            return refusal() if refusal else AlreadyExists()
        case psycopg.errors.ForeignKeyViolation():
            return Conflict("Something else refers to this, or what it refers to is gone.")
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return DatabaseDown()
        case None:
            return DatabaseDown()
        case _:
            return error


UNIQUE: dict[str, type[DomainError]] = {}
"""What a broken unique constraint means; each context's tables module adds its own."""
