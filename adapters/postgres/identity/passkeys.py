"""Passkeys in PostgreSQL."""

from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.identity.accounts import PostgresAccountTransaction
from adapters.postgres.identity.factor_tables import (
    passkey_from_row,
    passkey_to_row,
    passkeys,
)
from adapters.postgres.identity.provider_logins import PostgresLinkedIdentities
from adapters.postgres.rows import insert_row, update_row
from domain.identity.errors import InvalidPasskey, PasskeyNotFound
from domain.identity.passkey import Passkey
from domain.shared.ids import PasskeyId, UserId

_MINE = select(passkeys).where(passkeys.c.user_id == bindparam("user_id")).with_for_update()
_BY_ID = _MINE.where(passkeys.c.id == bindparam("id"))
_BY_CREDENTIAL = _MINE.where(passkeys.c.credential_id == bindparam("credential_id"))
_OWNER = select(passkeys.c.user_id).where(passkeys.c.credential_id == bindparam("credential_id"))
_COUNT = select(func.count()).where(passkeys.c.user_id == bindparam("user_id"))


class PostgresPasskeys:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, user_id: UserId, passkey_id: PasskeyId) -> Passkey:
        found = await self._one(_BY_ID, {"user_id": user_id, "id": passkey_id})
        if found is None:
            raise PasskeyNotFound
        return found

    async def lock_by_credential(self, user_id: UserId, credential_id: bytes) -> Passkey:
        values = {"user_id": user_id, "credential_id": credential_id}
        found = await self._one(_BY_CREDENTIAL, values)
        if found is None:
            raise InvalidPasskey
        return found

    async def owner_of(self, credential_id: bytes) -> UserId:
        owner = await self._connection.scalar(_OWNER, {"credential_id": credential_id})
        if owner is None:
            raise InvalidPasskey
        return UserId(owner)

    async def count_of(self, user_id: UserId) -> int:
        return int(await self._connection.scalar(_COUNT, {"user_id": user_id}) or 0)

    async def add(self, passkey: Passkey) -> None:
        await insert_row(self._connection, passkeys, passkey_to_row(passkey))
        passkey.version = 1

    async def save(self, passkey: Passkey) -> None:
        row = passkey_to_row(passkey)
        await update_row(self._connection, passkeys, row, version=passkey.version)
        passkey.version += 1

    async def remove(self, passkey: Passkey) -> None:
        await self._connection.execute(delete(passkeys).where(passkeys.c.id == passkey.id))

    async def remove_all(self, user_id: UserId) -> None:
        await self._connection.execute(delete(passkeys).where(passkeys.c.user_id == user_id))

    async def _one(self, statement: Select[Any], values: dict[str, Any]) -> Passkey | None:
        row = (await self._connection.execute(statement, values)).one_or_none()
        return None if row is None else passkey_from_row(row)


class PostgresFactorTransaction(PostgresAccountTransaction):
    linked_identities: PostgresLinkedIdentities
    passkeys: PostgresPasskeys

    def build(self) -> None:
        super().build()
        self.linked_identities = PostgresLinkedIdentities(self.connection)
        self.passkeys = PostgresPasskeys(self.connection)
