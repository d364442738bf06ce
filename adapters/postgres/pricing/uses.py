"""A promo code's uses as an allotment under its own id.

The statements name `allotments` and its companions in words, because sales owns those tables.
"""

from typing import Any

from sqlalchemy import TextClause, text

from adapters.postgres.transaction import PostgresTransaction
from domain.pricing.errors import MaxUsesBelowUsed, PromoCodeInUse, PromoCodeNotFound
from domain.pricing.promo_code import PromoCode

_DEFINE = text(
    """
    insert into allotments (organization_id, id, kind, event_id, created_at)
    values (:organization_id, :id, 'promo_code', null, :at)
    """
)
_COUNT_FROM_ZERO = text(
    """
    insert into allotment_counters (organization_id, allotment_id, capacity)
    values (:organization_id, :id, :capacity)
    """
)
_LOCK = text(
    """
    select held + sold + blocked from allotment_counters
    where organization_id = :organization_id and allotment_id = :id
    for update
    """
)
_RESIZE = text(
    """
    update allotment_counters set capacity = :capacity
    where organization_id = :organization_id and allotment_id = :id
    """
)
_EVER_MOVED = text(
    """
    select exists (
        select from stock_movements
        where organization_id = :organization_id and allotment_id = :id)
    """
)
_FORGET_COUNTER = text(
    """
    delete from allotment_counters
    where organization_id = :organization_id and allotment_id = :id
    """
)
_FORGET = text("delete from allotments where organization_id = :organization_id and id = :id")


class PostgresUses:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def open(self, promo_code: PromoCode, max_uses: int | None) -> None:
        await self._run(_DEFINE, promo_code, at=self._tx.now)
        await self._run(_COUNT_FROM_ZERO, promo_code, capacity=max_uses)

    async def resize(self, promo_code: PromoCode, max_uses: int | None) -> None:
        used: int = (await self._run(_LOCK, promo_code)).scalar_one()
        if max_uses is not None and max_uses < used:
            raise MaxUsesBelowUsed(max_uses=max_uses, used=used)
        await self._run(_RESIZE, promo_code, capacity=max_uses)

    async def close(self, promo_code: PromoCode) -> None:
        used: int | None = (await self._run(_LOCK, promo_code)).scalar_one_or_none()
        if used is None:  # Somebody else deleted it while we waited for the lock.
            raise PromoCodeNotFound
        # A second statement: what moved before the lock was had is seen by it.
        if used or (await self._run(_EVER_MOVED, promo_code)).scalar_one():
            raise PromoCodeInUse
        await self._run(_FORGET_COUNTER, promo_code)
        await self._run(_FORGET, promo_code)

    async def _run(self, statement: TextClause, promo_code: PromoCode, **parameters: Any) -> Any:
        keys = {"organization_id": promo_code.organization_id, "id": promo_code.id}
        return await self._tx.connection.execute(statement, {**keys, **parameters})
