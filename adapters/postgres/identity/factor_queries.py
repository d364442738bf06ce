"""Questions about second factors and passkeys, answered in one statement each."""

from typing import Any

from sqlalchemy import Row, bindparam, func, select

from adapters.postgres.database import Database
from adapters.postgres.identity.factor_tables import (
    has_second_factor,
    passkeys,
    second_factors,
)
from adapters.postgres.identity.tables import users
from application.identity.views import PasskeyView, SecondFactorView
from application.shared.scope import Scope
from domain.identity.errors import PasskeyNotFound, UserNotFound
from domain.identity.second_factor import WRONG_IN_A_ROW_MAX
from domain.shared.ids import PasskeyId

_passkeys_of_user = select(func.count()).where(passkeys.c.user_id == users.c.id).scalar_subquery()
_SECOND_FACTOR = (
    select(
        has_second_factor(users.c.id).label("is_on"),
        second_factors.c.enabled_at,
        func.cardinality(second_factors.c.recovery_hashes).label("recovery_codes"),
        second_factors.c.wrong_in_a_row,
        _passkeys_of_user.label("passkeys"),
    )
    .select_from(users)
    .outerjoin(second_factors, second_factors.c.user_id == users.c.id)
    .where(users.c.id == bindparam("user_id"))
)
_MINE = select(passkeys).where(passkeys.c.user_id == bindparam("user_id")).order_by(passkeys.c.id)


class PostgresFactorQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_second_factor(self, scope: Scope) -> SecondFactorView:
        async with self._database.read(scope) as connection:
            found = await connection.execute(_SECOND_FACTOR, {"user_id": scope.person_id})
            row = found.one_or_none()
        if row is None:
            raise UserNotFound
        return SecondFactorView(
            two_factor_enabled=row.is_on,
            app_enabled_at=row.enabled_at,
            passkeys=row.passkeys,
            recovery_codes_left=row.recovery_codes or 0,
            is_locked=(row.wrong_in_a_row or 0) >= WRONG_IN_A_ROW_MAX,
        )

    async def list_passkeys(self, scope: Scope) -> list[PasskeyView]:
        async with self._database.read(scope) as connection:
            rows = (await connection.execute(_MINE, {"user_id": scope.person_id})).all()
        return [_passkey(row) for row in rows]

    async def get_passkey(self, scope: Scope, passkey_id: PasskeyId) -> PasskeyView:
        for passkey in await self.list_passkeys(scope):  # There are at most twenty.
            if passkey.id == passkey_id:
                return passkey
        raise PasskeyNotFound


def _passkey(row: Row[Any]) -> PasskeyView:
    return PasskeyView(
        id=row.id,
        name=row.name,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        suspected_at=row.suspected_at,
    )
