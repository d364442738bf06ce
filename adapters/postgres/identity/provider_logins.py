"""Signing in with a provider in PostgreSQL: flows under way, and the identities that are linked."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    LargeBinary,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    insert,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.database import UNIQUE, Database
from adapters.postgres.identity.accounts import PostgresAccountTransaction
from adapters.postgres.rows import insert_row, update_row
from adapters.postgres.schema import SCHEMA, instant, uid, version, words
from application.identity.views import LinkedIdentityView
from application.shared.scope import Scope
from domain.identity.errors import IdentityNotFound, IdentityTaken, LoginFlowEnded
from domain.identity.linked_identity import LinkedIdentity
from domain.identity.login_flow import LoginFlow
from domain.shared.ids import LinkedIdentityId, UserId

UNIQUE["linked_identities_subject_key"] = IdentityTaken

login_flows = Table(
    "login_flows",
    SCHEMA,
    Column("state_hash", LargeBinary, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False),
    words("provider"),
    words("redirect_uri"),
    uid("user_id", null=True),
    instant("created_at"),
    instant("expires_at"),
    instant("taken_at", null=True),
    version(),
)

linked_identities = Table(
    "linked_identities",
    SCHEMA,
    uid("id", key=True),
    uid("user_id"),
    words("provider"),
    words("issuer"),
    words("subject"),
    words("email", null=True),
    instant("linked_at"),
)

_FLOW = select(login_flows).where(login_flows.c.state_hash == bindparam("state_hash"))
_FLOW_ALONE = _FLOW.with_for_update()
# A few at a time, and never those for which another transaction would have to be waited for.
_FORGET = text(
    """
    delete from login_flows where state_hash = any(array(
        select state_hash from login_flows where expires_at <= :at
        order by expires_at limit 20 for update skip locked))
    """
)
_BY_SUBJECT = (
    select(linked_identities)
    .where(linked_identities.c.issuer == bindparam("issuer"))
    .where(linked_identities.c.subject == bindparam("subject"))
)
_OF_USER = (
    select(linked_identities)
    .where(linked_identities.c.user_id == bindparam("user_id"))
    .order_by(linked_identities.c.linked_at, linked_identities.c.id)
)


def flow_to_row(flow: LoginFlow) -> dict[str, Any]:
    return {
        "state_hash": flow.state_hash,
        "token_hash": flow.token_hash,
        "provider": flow.provider,
        "redirect_uri": flow.redirect_uri,
        "user_id": flow.user_id,
        "created_at": flow.created_at,
        "expires_at": flow.expires_at,
        "taken_at": flow.taken_at,
    }


def flow_from_row(row: Row[Any]) -> LoginFlow:
    return LoginFlow(
        state_hash=row.state_hash,
        token_hash=row.token_hash,
        provider=row.provider,
        redirect_uri=row.redirect_uri,
        user_id=row.user_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        taken_at=row.taken_at,
        version=row.version,
    )


def identity_to_row(identity: LinkedIdentity) -> dict[str, Any]:
    return {
        "id": identity.id,
        "user_id": identity.user_id,
        "provider": identity.provider,
        "issuer": identity.issuer,
        "subject": identity.subject,
        "email": identity.email,
        "linked_at": identity.linked_at,
    }


def identity_from_row(row: Row[Any]) -> LinkedIdentity:
    return LinkedIdentity(
        id=row.id,
        user_id=row.user_id,
        provider=row.provider,
        issuer=row.issuer,
        subject=row.subject,
        email=row.email,
        linked_at=row.linked_at,
    )


class PostgresLoginFlows:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, state_hash: bytes) -> LoginFlow:
        return await self._one(_FLOW, state_hash)

    async def lock(self, state_hash: bytes) -> LoginFlow:
        return await self._one(_FLOW_ALONE, state_hash)

    async def add(self, flow: LoginFlow) -> None:
        await insert_row(self._connection, login_flows, flow_to_row(flow))
        flow.version = 1

    async def save(self, flow: LoginFlow) -> None:
        await update_row(self._connection, login_flows, flow_to_row(flow), version=flow.version)
        flow.version += 1

    async def forget_expired(self, at: datetime) -> None:
        await self._connection.execute(_FORGET, {"at": at})

    async def _one(self, statement: Select[Any], state_hash: bytes) -> LoginFlow:
        found = await self._connection.execute(statement, {"state_hash": state_hash})
        row = found.one_or_none()
        if row is None:
            raise LoginFlowEnded
        return flow_from_row(row)


class PostgresLinkedIdentities:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, issuer: str, subject: str) -> LinkedIdentity | None:
        found = await self._connection.execute(_BY_SUBJECT, {"issuer": issuer, "subject": subject})
        row = found.one_or_none()
        return None if row is None else identity_from_row(row)

    async def of_user(self, user_id: UserId) -> list[LinkedIdentity]:
        rows = await self._connection.execute(_OF_USER, {"user_id": user_id})
        return [identity_from_row(row) for row in rows]

    async def add(self, identity: LinkedIdentity) -> None:
        await self._connection.execute(insert(linked_identities), identity_to_row(identity))

    async def remove(self, identity: LinkedIdentity) -> None:
        statement = delete(linked_identities).where(linked_identities.c.id == identity.id)
        await self._connection.execute(statement)


class PostgresProviderLoginTransaction(PostgresAccountTransaction):
    login_flows: PostgresLoginFlows
    linked_identities: PostgresLinkedIdentities

    def build(self) -> None:
        super().build()
        self.login_flows = PostgresLoginFlows(self.connection)
        self.linked_identities = PostgresLinkedIdentities(self.connection)


class PostgresLinkedIdentityQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_identities(self, scope: Scope) -> list[LinkedIdentityView]:
        async with self._database.read(scope) as connection:
            rows = await connection.execute(_OF_USER, {"user_id": scope.person_id})
            return [_view(row) for row in rows]

    async def get_identity(self, scope: Scope, identity_id: LinkedIdentityId) -> LinkedIdentityView:
        statement = _OF_USER.where(linked_identities.c.id == identity_id)
        async with self._database.read(scope) as connection:
            rows = await connection.execute(statement, {"user_id": scope.person_id})
            row = rows.one_or_none()
        if row is None:
            raise IdentityNotFound
        return _view(row)


def _view(row: Row[Any]) -> LinkedIdentityView:
    return LinkedIdentityView(
        id=row.id, provider=row.provider, email=row.email, linked_at=row.linked_at
    )
