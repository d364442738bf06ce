"""Questions about applications: who is behind a token, and what people and organisations see."""

from typing import Any

import msgspec
from sqlalchemy import Row, TextClause, text

from adapters.postgres.database import Database
from application.identity.api_key_ports import Borne
from application.identity.oauth_ports import AuthorizationView, OAuthClientView
from application.identity.ports import People
from application.shared.actor import Actor
from application.shared.clock import Clock
from application.shared.paging import Page, PageRequest, page_of
from application.shared.scope import SYSTEM, Scope
from application.shared.transaction import DatabaseDown, NothingDone
from domain.identity.errors import InvalidToken
from domain.identity.oauth_errors import OAuthClientNotFound
from domain.identity.oauth_scope import OAuthScope
from domain.shared.ids import GrantId, OAuthClientId, OrganizationId, SessionId, UserId
from domain.shared.permissions import Role

_BEHIND = text(
    """
    select c.id as credential_id, c.expires_at as token_expires_at, g.id, g.client_id, g.user_id,
           g.client_organization_id, g.scopes, a.name, a.scopes as of_client,
           o.status = 'suspended' as is_suspended
    from credentials c
         join oauth_grants g on g.id = c.owner_id and g.ended_at is null
         join oauth_clients a on a.organization_id = g.client_organization_id
              and a.id = g.client_id and a.revoked_at is null
         join organizations o on o.id = a.organization_id and o.status <> 'closed'
              and (o.status <> 'suspended' or g.user_id is null)
    where c.hash = :hash and c.expires_at > :at
    """
)
_GET = text("select * from oauth_clients where organization_id = :organization_id and id = :id")
_LIST = text(
    "select * from oauth_clients where organization_id = :organization_id"
    " and (cast(:after as uuid) is null or id < :after) order by id desc limit :limit"
)
_NAME = text("select name from organizations where id = :id")
_AUTHORIZATIONS = text(
    """
    select g.id, g.scopes, g.created_at, g.expires_at, a.name, o.name as organization_name
    from oauth_grants g
         join oauth_clients a on a.organization_id = g.client_organization_id
              and a.id = g.client_id and a.revoked_at is null
         join organizations o on o.id = g.client_organization_id
    where g.user_id = :user_id and g.ended_at is null and g.expires_at > :at
      and g.exchanged_at is not null and (cast(:after as uuid) is null or g.id < :after)
    order by g.id desc limit :limit
    """
)


class PostgresGrantBearers:
    """Who is behind an application's access token: a person, within what they granted; or the
    application's own organisation.
    """

    def __init__(self, database: Database, people: People, clock: Clock) -> None:
        self._database = database
        self._people = people
        self._clock = clock

    async def behind(self, secret_hash: bytes) -> Borne:
        try:
            # Nobody is somebody yet; each is told about themselves alone.
            async with self._database.read(SYSTEM) as connection:
                keys = {"hash": secret_hash, "at": self._clock()}
                row = (await connection.execute(_BEHIND, keys)).one_or_none()
        except DatabaseDown as down:
            raise NothingDone from down  # Whoever only looks can always look again.
        if row is None:
            raise InvalidToken("The access token is unknown, revoked or expired.")
        scope = OAuthScope.of(row.scopes).within(OAuthScope.of(row.of_client))
        if row.user_id is None:
            actor = _application(row, scope)
        else:
            person = await self._people.actor(UserId(row.user_id), SessionId(row.credential_id))
            actor = within(person, scope)
        owners = (row.id, row.client_id, row.client_organization_id)
        return Borne(actor, row.token_expires_at, owners)


def within(person: Actor, scope: OAuthScope) -> Actor:
    """The person as far as they let the application in; never more than they are now."""
    return msgspec.structs.replace(
        person,
        is_platform_admin=False,
        memberships=person.memberships if scope.permissions else {},
        powers=scope.permissions,
        personal=scope.personal,
    )


def _application(row: Row[Any], scope: OAuthScope) -> Actor:
    owner = OrganizationId(row.client_organization_id)
    return Actor(
        user_id=UserId(row.client_id),
        session_id=SessionId(row.credential_id),
        email="",
        name=row.name,
        memberships={owner: Role.OWNER},
        suspended=frozenset({owner} if row.is_suspended else ()),
        powers=scope.permissions,
        acts_as="oauth_client",
        personal=frozenset(),
    )


class PostgresOAuthQueries:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get_oauth_client(
        self, scope: Scope, organization_id: OrganizationId, client_id: OAuthClientId
    ) -> OAuthClientView:
        rows = await self._rows(scope, _GET, organization_id=organization_id, id=client_id)
        if not rows:
            raise OAuthClientNotFound
        return _client(rows[0])

    async def list_oauth_clients(
        self, scope: Scope, organization_id: OrganizationId, page: PageRequest
    ) -> Page[OAuthClientView]:
        after = page.after(OAuthClientId)
        limit = page.limit + 1
        rows = await self._rows(
            scope, _LIST, organization_id=organization_id, after=after, limit=limit
        )
        return page_of([_client(row) for row in rows], page)

    async def organization_name(self, organization_id: OrganizationId) -> str:
        [row] = await self._rows(SYSTEM, _NAME, id=organization_id)
        return str(row.name)

    async def list_authorizations(self, scope: Scope, page: PageRequest) -> Page[AuthorizationView]:
        # The applications are of many organisations, and the person belongs to none of them.
        asking = Scope(kind=SYSTEM.kind, session_id=scope.session_id)
        rows = await self._rows(
            asking,
            _AUTHORIZATIONS,
            user_id=scope.person_id,
            at=self._clock(),
            after=page.after(GrantId),
            limit=page.limit + 1,
        )
        items = [
            AuthorizationView(
                id=row.id,
                client_name=row.name,
                organization_name=row.organization_name,
                scopes=row.scopes,
                created_at=row.created_at,
                expires_at=row.expires_at,
            )
            for row in rows
        ]
        return page_of(items, page)

    async def _rows(self, scope: Scope, statement: TextClause, **values: Any) -> list[Row[Any]]:
        async with self._database.read(scope) as connection:
            return list((await connection.execute(statement, values)).all())


def _client(row: Row[Any]) -> OAuthClientView:
    return OAuthClientView(
        id=row.id,
        organization_id=row.organization_id,
        name=row.name,
        is_confidential=row.secret_hash is not None,
        redirect_uris=row.redirect_uris,
        scopes=row.scopes,
        created_by=row.created_by,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )
