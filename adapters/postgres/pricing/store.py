"""Promo codes in PostgreSQL."""

from sqlalchemy import any_, bindparam, delete, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from adapters.postgres.pricing.tables import promo_code_from_row, promo_code_to_row, promo_codes
from adapters.postgres.pricing.uses import PostgresUses
from adapters.postgres.rows import insert_row, update_row
from adapters.postgres.transaction import PostgresTransaction
from domain.pricing.errors import PromoCodeNotFound
from domain.pricing.promo_code import PromoCode
from domain.shared.ids import PromoCodeId

_GET = select(promo_codes).where(
    promo_codes.c.organization_id == any_(bindparam("organization_ids", type_=ARRAY(Uuid()))),
    promo_codes.c.id == bindparam("id"),
)


class PostgresPromoCodes:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._connection = tx.connection
        self._scope = tx.scope

    async def get(self, promo_code_id: PromoCodeId) -> PromoCode:
        keys = {"organization_ids": list(self._scope.organization_ids), "id": promo_code_id}
        row = (await self._connection.execute(_GET, keys)).one_or_none()
        if row is None:
            raise PromoCodeNotFound
        return promo_code_from_row(row)

    async def add(self, promo_code: PromoCode) -> None:
        await insert_row(self._connection, promo_codes, promo_code_to_row(promo_code))
        promo_code.version = 1

    async def save(self, promo_code: PromoCode) -> None:
        row = promo_code_to_row(promo_code)
        await update_row(self._connection, promo_codes, row, version=promo_code.version)
        promo_code.version += 1

    async def remove(self, promo_code: PromoCode) -> None:
        mine = (promo_codes.c.organization_id == promo_code.organization_id) & (
            promo_codes.c.id == promo_code.id
        )
        await self._connection.execute(delete(promo_codes).where(mine))


class PostgresPricingTransaction(PostgresTransaction):
    promo_codes: PostgresPromoCodes
    uses: PostgresUses

    def build(self) -> None:
        self.promo_codes = PostgresPromoCodes(self)
        self.uses = PostgresUses(self)
