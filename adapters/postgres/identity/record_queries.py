"""All that identity holds on a person, each kind in one statement."""

from typing import Any, TypeVar

from sqlalchemy import TextClause, text

from adapters.postgres.database import Database
from adapters.postgres.identity.account_queries import PostgresAccountQueries
from adapters.postgres.identity.factor_queries import PostgresFactorQueries
from adapters.postgres.identity.queries import PostgresUserQueries
from application.identity.record_ports import (
    AccountRecords,
    ApiKeyRecordView,
    AuthorizationRecordView,
    FamiliarNetworkView,
    InvitationRecordView,
    LinkedIdentityRecordView,
    MailedLinkView,
    MembershipRecordView,
    OAuthClientRecordView,
    SessionRecordView,
    SupportVisitRecordView,
)
from application.shared.messages import View
from application.shared.scope import SYSTEM, Scope

V = TypeVar("V", bound=View)

_SESSIONS = text(
    """
    select id, ip, user_agent, created_at, last_used_at, expires_at, revoked_at
    from sessions where user_id = :me order by id
    """
)
_LINKS = text(
    """
    select purpose, email, created_at, expires_at, used_at
    from account_links where user_id = :me order by id
    """
)
_NETWORKS = text(
    "select network, seen_at from familiar_networks where user_id = :me order by network"
)
_IDENTITIES = text(
    """
    select provider, issuer, subject, email, linked_at
    from linked_identities where user_id = :me order by id
    """
)
_MEMBERSHIPS = text(
    """
    select m.organization_id, o.name as organization_name, m.role, m.event_ids, m.joined_at
    from memberships m join organizations o on o.id = m.organization_id
    where m.user_id = :me order by m.joined_at, m.organization_id
    """
)
_VISITS = text(
    """
    select reason, started_at, ends_at, ended_at
    from support_visits where user_id = :me order by id
    """
)
_AUTHORIZATIONS = text(
    """
    select a.name as client_name, o.name as organization_name, g.scopes, g.created_at,
           g.expires_at, g.ended_at
    from oauth_grants g
         join oauth_clients a on a.organization_id = g.client_organization_id
              and a.id = g.client_id
         join organizations o on o.id = g.client_organization_id
    where g.user_id = :me order by g.id
    """
)
_API_KEYS = text(
    """
    select o.name as organization_name, k.name, k.prefix, k.created_at, k.revoked_at
    from api_keys k join organizations o on o.id = k.organization_id
    where k.created_by = :me order by k.id
    """
)
_CLIENTS = text(
    """
    select o.name as organization_name, a.name, a.created_at, a.revoked_at
    from oauth_clients a join organizations o on o.id = a.organization_id
    where a.created_by = :me order by a.id
    """
)
# What was sent to an address is told to whoever has shown that it is theirs.
_INVITATIONS = text(
    """
    select o.name as organization_name, i.role, i.status, i.invited_by = :me as is_sent,
           i.created_at, i.closed_at
    from invitations i join organizations o on o.id = i.organization_id
    where i.invited_by = :me or i.accepted_by = :me
       or i.email_key = (
           select email_key from users where id = :me and email_verified_at is not null)
    order by i.id
    """
)


class PostgresRecordQueries:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._users = PostgresUserQueries(database)
        self._accounts = PostgresAccountQueries(database)
        self._factors = PostgresFactorQueries(database)

    async def get_records(self, scope: Scope) -> AccountRecords:
        # Applications, keys and invitations are of organisations in which they may not work.
        beyond = Scope(kind=SYSTEM.kind, person_id=scope.person_id, session_id=scope.session_id)
        return AccountRecords(
            profile=await self._users.get_me(scope),
            preferences=await self._accounts.get_preferences(scope),
            sessions=await self._found(scope, _SESSIONS, SessionRecordView),
            mailed_links=await self._found(scope, _LINKS, MailedLinkView),
            familiar_networks=await self._found(scope, _NETWORKS, FamiliarNetworkView),
            second_factor=await self._factors.get_second_factor(scope),
            passkeys=await self._factors.list_passkeys(scope),
            linked_identities=await self._found(scope, _IDENTITIES, LinkedIdentityRecordView),
            authorizations=await self._found(beyond, _AUTHORIZATIONS, AuthorizationRecordView),
            memberships=await self._found(scope, _MEMBERSHIPS, MembershipRecordView),
            invitations=await self._found(beyond, _INVITATIONS, InvitationRecordView),
            support_visits=await self._found(scope, _VISITS, SupportVisitRecordView),
            api_keys=await self._found(beyond, _API_KEYS, ApiKeyRecordView),
            oauth_clients=await self._found(beyond, _CLIENTS, OAuthClientRecordView),
        )

    async def _found(self, scope: Scope, statement: TextClause, kind: type[V]) -> list[V]:
        """The columns of the statement are the fields of the view."""
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(statement, {"me": scope.person_id})).all()
        fields: list[dict[str, Any]] = [row._asdict() for row in rows]
        return [kind(**one) for one in fields]
