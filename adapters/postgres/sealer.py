"""The sealer: numbers committed events, chains them for the audit, and tells their subscribers, in
one commit.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import structlog
from sqlalchemy import Row, text

from adapters.postgres.database import Database
from adapters.postgres.transaction import PostgresTransaction
from application.event_catalogue import CATALOGUE, CHANGES
from application.shared.scope import SYSTEM
from application.shared.transaction import Contention, DatabaseDown
from application.subscriptions import subscribers_of

log = structlog.get_logger("tixmo.sealer")

BATCH_MAX = 1000
JOB_EVENTS_MAX = 100
"""How many events one job carries: a crash repeats at most so many."""
POLL_SECONDS = 0.5

# Held until the end of the transaction, so that two workers never number at once.
_LOCK = text("select pg_try_advisory_xact_lock(20268)")

# `xmin` is the oldest transaction that still runs: whatever is older is decided, and visible to
# this very statement, so nothing can be committed later at a place that was already passed.
_SEAL = text(
    """
    with due as (
        select organization_id, id, transaction_id
        from event_log
        where position is null and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
        order by transaction_id, id
        limit :batch
    ), numbered as (
        select organization_id, id,
               (select coalesce(max(position), 0) from event_log)
                   + row_number() over (order by transaction_id, id) as position
        from due
    ), sealed as (
        update event_log
        set position = numbered.position
        from numbered
        where event_log.organization_id = numbered.organization_id
          and event_log.id = numbered.id
        returning event_log.position, event_log.type, event_log.type_version
    )
    select position, type, type_version from sealed order by position
    """
)


# A block for each organisation that something happened to; the sealer's lock makes this safe.
_CHAIN = text(
    """
    insert into audit_blocks
        (organization_id, number, first_position, last_position, entries, hash)
    select new.organization_id, coalesce(head.number, 0) + 1, new.first, new.last, new.entries,
           sha256(coalesce(head.hash, '') || new.body)
    from (
        select organization_id, min(position) as first, max(position) as last,
               count(*) as entries,
               string_agg(audit_digest(e), cast('' as bytea) order by position) as body
        from event_log e where position between :first and :last
        group by organization_id
    ) as new left join lateral (
        select number, hash from audit_blocks b
        where b.organization_id = new.organization_id order by number desc limit 1
    ) as head on true
    """
)


class UnknownEvent(Exception):
    """A newer version of this program wrote the event, and only that one knows who is to be told.

    It is left unnumbered, with all after it, for the newer one's own sealer.
    """


class Sealer:
    """Whoever holds the lock numbers; everybody else finds nothing to do."""

    def __init__(self, database: Database) -> None:
        self._begin = database.beginner(PostgresTransaction)

    async def seal(self, batch: int = BATCH_MAX) -> int:
        """Number at most so many events and enqueue their deliveries, in one commit.

        Answers how many were numbered: 0 if nothing is due, or if another sealer is at work.
        Raises UnknownEvent, DatabaseDown, Contention.
        """
        async with self._begin(SYSTEM) as tx:
            if not (await tx.connection.execute(_LOCK)).scalar_one():
                return 0
            rows = (await tx.connection.execute(_SEAL, {"batch": batch})).all()
            if rows:
                numbered = {"first": rows[0].position, "last": rows[-1].position}
                await tx.connection.execute(_CHAIN, numbered)
            for subscriber, positions in deliveries(rows).items():
                for start in range(0, len(positions), JOB_EVENTS_MAX):
                    some = positions[start : start + JOB_EVENTS_MAX]
                    tx.enqueue("deliver", {"subscriber": subscriber, "positions": some})
        return len(rows)

    async def run(self, stop: asyncio.Event) -> None:
        """Seal until told to stop: at once again while there is work, else twice a second."""
        reason = ""
        while not stop.is_set():
            sealed = 0
            try:
                sealed = await self.seal()
                reason = ""
            except (DatabaseDown, Contention, UnknownEvent) as error:
                if reason != repr(error):  # Once per outage, not twice a second.
                    reason = repr(error)
                    log.warning("sealing waits", reason=reason)
            if sealed < BATCH_MAX:
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), POLL_SECONDS)


def deliveries(rows: Iterable[Row[Any]]) -> dict[str, list[int]]:
    """Which positions each subscriber is to be told of, in order. Raises UnknownEvent."""
    found: dict[str, list[int]] = {}
    for row in rows:
        name = f"{row.type}.v{row.type_version}"
        if name in CHANGES:
            continue
        kind = CATALOGUE.get(name)
        if kind is None:
            raise UnknownEvent(name)
        for subscriber in subscribers_of(kind):
            found.setdefault(subscriber, []).append(row.position)
    return found
