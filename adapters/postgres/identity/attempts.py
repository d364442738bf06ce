"""Counted guesses in PostgreSQL: one or two statements, however many are counted at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.arrays import instants, texts
from domain.identity.attempts import Tally, Try

# Sorted, so that two who guess at the same things wait for each other and never in a ring. Whoever
# waited is told the row as the other left it.
_LOCK = text(
    """
    insert into attempts (kind, subject, tried_at, keep_until)
    select kind, decode(subject, 'hex'), '{}', :at
    from unnest(cast(:kinds as text[]), cast(:subjects as text[])) as t (kind, subject)
    order by kind, subject
    on conflict (kind, subject) do update set kind = excluded.kind
    returning encode(subject, 'hex') as subject, tried_at
    """
)
_KEEP = text(
    """
    update attempts a
    set tried_at = cast(n.tried_at as timestamptz[]), keep_until = n.keep_until
    from unnest(cast(:kinds as text[]), cast(:subjects as text[]), cast(:tried_at as text[]),
                cast(:keep_until as timestamptz[])) as n (kind, subject, tried_at, keep_until)
    where a.kind = n.kind and a.subject = decode(n.subject, 'hex')
    """
)
# Locked in the same order; whoever waited shortens the row as the other left it.
_GIVE_BACK = text(
    """
    with theirs as (
        select a.kind, a.subject from attempts a
        join unnest(cast(:kinds as text[]), cast(:subjects as text[])) as t (kind, subject)
          on a.kind = t.kind and a.subject = decode(t.subject, 'hex')
        where a.tried_at <> '{}'
        order by a.kind, a.subject for update of a)
    update attempts a set tried_at = trim_array(a.tried_at, 1)
    from theirs where a.kind = theirs.kind and a.subject = theirs.subject
    """
)
_CLEAR = text(
    """
    with theirs as (
        select a.kind, a.subject from attempts a
        join unnest(cast(:kinds as text[]), cast(:subjects as text[])) as t (kind, subject)
          on a.kind = t.kind and a.subject = decode(t.subject, 'hex')
        order by a.kind, a.subject for update of a)
    update attempts a set tried_at = '{}'
    from theirs where a.kind = theirs.kind and a.subject = theirs.subject
    """
)
_COUNT = text(
    """
    select count(*) from (
        select from attempts cross join unnest(tried_at) as t (at)
        where kind = :kind and keep_until > :since and t.at > :since
        limit :at_most) as counted
    """
)
_FORGET = text(
    """
    with old as materialized (
        select kind, subject from attempts where keep_until <= :at
        order by keep_until limit :at_most for update skip locked)
    delete from attempts using old
    where attempts.kind = old.kind and attempts.subject = old.subject
    """
)


class PostgresAttempts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, tries: Sequence[Try], *, at: datetime) -> datetime | None:
        tallies = await self._lock(tries, at)
        free = [tallies[one].free_at(one.limit) for one in tries]
        later = [moment for moment in free if moment is not None]
        if later:
            return max(later)
        await self._keep({one: tally.plus(at) for one, tally in tallies.items()}, at)
        return None

    async def give_back(self, tries: Sequence[Try], *, at: datetime) -> None:
        keys = {"kinds": _kinds(tries), "subjects": _subjects(tries)}
        await self._connection.execute(_GIVE_BACK, keys)

    async def clear(self, tries: Sequence[Try]) -> None:
        keys = {"kinds": _kinds(tries), "subjects": _subjects(tries)}
        await self._connection.execute(_CLEAR, keys)

    async def count(self, kind: str, *, since: datetime, at_most: int | None = None) -> int:
        asked = {"kind": kind, "since": since, "at_most": at_most}
        counted = await self._connection.scalar(_COUNT, asked)
        return int(counted or 0)

    async def forget(self, at_most: int, *, at: datetime) -> int:
        dropped = await self._connection.execute(_FORGET, {"at": at, "at_most": at_most})
        return int(dropped.rowcount)

    async def _lock(self, tries: Sequence[Try], at: datetime) -> dict[Try, Tally]:
        keys = {"kinds": _kinds(tries), "subjects": _subjects(tries), "at": at}
        rows = (await self._connection.execute(_LOCK, keys)).all()
        tried_at = {row.subject: row.tried_at for row in rows}
        return {one: Tally.of(tried_at[one.key.hex()], one.limit, at=at) for one in tries}

    async def _keep(self, tallies: Mapping[Try, Tally], at: datetime) -> None:
        arrays = (
            "{" + ",".join(moment.isoformat() for moment in tally.tried_at) + "}"
            for tally in tallies.values()
        )
        columns = {
            "kinds": _kinds(tallies),
            "subjects": _subjects(tallies),
            "tried_at": texts(arrays),
            "keep_until": instants(at + one.limit.within for one in tallies),
        }
        await self._connection.execute(_KEEP, columns)


def _kinds(tries: Sequence[Try] | Mapping[Try, Tally]) -> object:
    return texts(one.limit.kind for one in tries)


def _subjects(tries: Sequence[Try] | Mapping[Try, Tally]) -> object:
    return texts(one.key.hex() for one in tries)
