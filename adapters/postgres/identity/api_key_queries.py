"""Questions about API keys: who is behind one, and what its organisation sees of it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, TextClause, text

from adapters.postgres.arrays import blobs, instants, uuids
from adapters.postgres.database import Begin, Database
from adapters.postgres.transaction import PostgresTransaction
from application.identity.api_key_ports import ApiKeyStatus, ApiKeyView, Borne
from application.shared.actor import Actor
from application.shared.clock import Clock
from application.shared.coalescer import Coalescer
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import SYSTEM, Scope, organizations
from application.shared.transaction import Contention, DatabaseDown, NothingDone
from domain.identity.api_key_errors import ApiKeyNotFound, InvalidApiKey
from domain.shared.ids import ApiKeyId, EventId, OrganizationId, SessionId, UserId
from domain.shared.permissions import Permission, RateTier, Role

USES_NOTED_EVERY = timedelta(minutes=1)

_BEHIND = text(
    """
    select asked.n, c.id as credential_id, c.expires_at as secret_expires_at,
           k.organization_id, k.id, k.name, k.scopes, k.event_ids, k.rate_tier, k.last_used_at,
           o.status = 'suspended' as is_suspended
    from unnest(:hashes) with ordinality as asked (hash, n)
         join credentials c on c.hash = asked.hash and (c.expires_at is null or c.expires_at > :at)
         join api_keys k on k.id = c.owner_id and k.revoked_at is null
         join organizations o on o.id = k.organization_id and o.status <> 'closed'
    """
)
_USED = text(
    """
    update api_keys set last_used_at = used.at
    from unnest(:organization_ids, :ids, :ats) as used (organization_id, id, at)
    where api_keys.organization_id = used.organization_id and api_keys.id = used.id
      and (api_keys.last_used_at is null or api_keys.last_used_at < used.at)
    """
)
_VIEW = """
    select k.*, (select c.expires_at from credentials c where c.owner_id = k.id
                 order by c.id desc offset 1 limit 1) as previous_expires_at
    from api_keys k
"""
_GET = text(f"{_VIEW} where k.organization_id = :organization_id and k.id = :id")
_LIST = text(
    f"{_VIEW} where k.organization_id = :organization_id"
    " and (cast(:after as uuid) is null or k.id < :after) order by k.id desc limit :limit"
)


class ApiKeyUses:
    """When keys were used: written beside the requests, many at once and none of them waiting.

    A use is worth a write once a minute; if the database is busy or down, the next use tells.
    """

    def __init__(self, begin: Begin[PostgresTransaction]) -> None:
        self._begin = begin
        self._noted: dict[ApiKeyId, tuple[OrganizationId, datetime]] = {}
        self._writing: asyncio.Task[None] | None = None

    def note(
        self, organization_id: OrganizationId, key_id: ApiKeyId, at: datetime, last: datetime | None
    ) -> None:
        if last is not None and at - last < USES_NOTED_EVERY:
            return
        self._noted[key_id] = organization_id, at
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Wait until everything that was noted is written."""
        # Not awaited: whoever closes may live in another event loop than the requests did.
        while self._writing is not None and not self._writing.done():  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    async def _write(self) -> None:
        while self._noted:
            noted, self._noted = self._noted, {}
            values = {
                "organization_ids": uuids(organization_id for organization_id, _ in noted.values()),
                "ids": uuids(noted),
                "ats": instants(at for _, at in noted.values()),
            }
            theirs = organizations(organization_id for organization_id, _ in noted.values())
            try:
                async with self._begin(theirs) as tx:
                    await tx.connection.execute(_USED, values)
            except (DatabaseDown, Contention):
                return


class PostgresApiKeyBearers:
    """Who is behind a key's secret; those that are wanted at once are one question."""

    def __init__(self, database: Database, clock: Clock, uses: ApiKeyUses) -> None:
        self._database = database
        self._clock = clock
        self._uses = uses
        self._lane = Coalescer(self._found, self._again)

    async def behind(self, secret_hash: bytes) -> Borne:
        return await self._lane(secret_hash)

    async def _again(self, asked: bytes) -> Borne | InvalidApiKey:
        [borne] = await self._found([asked])
        return borne

    async def _found(self, asked: Sequence[bytes]) -> list[Borne | InvalidApiKey]:
        at = self._clock()
        try:
            # Nobody is somebody yet; each is told about themselves alone.
            async with self._database.read(SYSTEM) as connection:
                rows = await connection.execute(_BEHIND, {"hashes": blobs(asked), "at": at})
                found = {row.n: row for row in rows}
        except DatabaseDown as down:
            raise NothingDone from down  # Whoever only looks can always look again.
        for row in found.values():
            self._uses.note(row.organization_id, row.id, at, row.last_used_at)
        return [
            _borne(found[n]) if n in found else InvalidApiKey()
            for n, _ in enumerate(asked, start=1)
        ]


def _borne(row: Row[Any]) -> Borne:
    organization_id = OrganizationId(row.organization_id)
    events = row.event_ids
    return Borne(
        Actor(
            user_id=UserId(row.id),
            session_id=SessionId(row.credential_id),
            email="",
            name=row.name,
            # An owner's bundle holds everything, so that the scopes alone decide.
            memberships={organization_id: Role.OWNER},
            powers=frozenset(map(Permission, row.scopes)),
            limited_to={} if events is None else {organization_id: frozenset(map(EventId, events))},
            suspended=frozenset({organization_id} if row.is_suspended else ()),
            acts_as="api_key",
            personal=frozenset(),
            rate_tier=RateTier(row.rate_tier),
        ),
        row.secret_expires_at,
    )


class PostgresApiKeyQueries:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get_api_key(
        self, scope: Scope, organization_id: OrganizationId, key_id: ApiKeyId
    ) -> ApiKeyView:
        rows = await self._rows(scope, _GET, organization_id=organization_id, id=key_id)
        if not rows:
            raise ApiKeyNotFound
        return _view(rows[0], self._clock())

    async def list_api_keys(
        self, scope: Scope, organization_id: OrganizationId, page: PageRequest
    ) -> Page[ApiKeyView]:
        rows = await self._rows(
            scope,
            _LIST,
            organization_id=organization_id,
            after=page.after(ApiKeyId),
            limit=page.limit + 1,
        )
        return page_of([_view(row, self._clock()) for row in rows], page)

    async def _rows(self, scope: Scope, statement: TextClause, **values: Any) -> list[Row[Any]]:
        async with self._database.read(scope) as connection:
            return list((await connection.execute(statement, values)).all())


def _view(row: Row[Any], now: datetime) -> ApiKeyView:
    if row.revoked_at is not None:
        status = ApiKeyStatus.REVOKED
    elif row.expires_at is not None and row.expires_at <= now:
        status = ApiKeyStatus.EXPIRED
    else:
        status = ApiKeyStatus.ACTIVE
    previous = row.previous_expires_at
    return ApiKeyView(
        id=row.id,
        organization_id=row.organization_id,
        name=row.name,
        prefix=row.prefix,
        status=status,
        scopes=[Permission(scope) for scope in row.scopes],
        event_ids=row.event_ids,
        rate_tier=RateTier(row.rate_tier),
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        previous_secret_expires_at=None if previous is None or previous <= now else previous,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
