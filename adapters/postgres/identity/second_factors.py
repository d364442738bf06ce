"""Second factors in PostgreSQL: what every way to sign in asks for."""

from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.identity.factor_tables import (
    factor_from_row,
    factor_to_row,
    passkeys,
    second_factors,
)
from adapters.postgres.rows import insert_row, update_row
from application.identity.ports import Factors, KnownPasskey
from domain.identity.second_factor import SecondFactor
from domain.shared.ids import UserId

_FACTOR_ALONE = (
    select(second_factors).where(second_factors.c.user_id == bindparam("id")).with_for_update()
)
_asked = select(bindparam("id", type_=second_factors.c.user_id.type).label("id")).subquery()
# One row per trusted passkey, or one row without.
_FACTORS = (
    select(
        second_factors.c.seed.is_not(None).label("has_app"),
        func.cardinality(second_factors.c.recovery_hashes).label("recovery_codes"),
        passkeys.c.credential_id,
        passkeys.c.transports,
    )
    .select_from(_asked)
    .outerjoin(second_factors, second_factors.c.user_id == _asked.c.id)
    .outerjoin(passkeys, (passkeys.c.user_id == _asked.c.id) & passkeys.c.suspected_at.is_(None))
    .order_by(passkeys.c.id)
)


class PostgresSecondFactors:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def factors_of(self, user_id: UserId) -> Factors:
        rows: list[Any] = list(await self._connection.execute(_FACTORS, {"id": user_id}))
        return Factors(
            has_app=bool(rows[0].has_app),
            recovery_codes=rows[0].recovery_codes or 0,
            passkeys=tuple(
                KnownPasskey(row.credential_id, tuple(row.transports))
                for row in rows
                if row.credential_id is not None
            ),
        )

    async def lock(self, user_id: UserId) -> SecondFactor:
        row = (await self._connection.execute(_FACTOR_ALONE, {"id": user_id})).one_or_none()
        return SecondFactor(user_id=user_id) if row is None else factor_from_row(row)

    async def keep(self, factor: SecondFactor) -> None:
        row = factor_to_row(factor)
        if factor.version == 0:
            await insert_row(self._connection, second_factors, row)
        else:
            await update_row(self._connection, second_factors, row, version=factor.version)
        factor.version += 1
