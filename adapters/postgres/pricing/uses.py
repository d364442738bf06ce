"""A promo code's uses as an allotment under its own id."""

from adapters.postgres.allotments import PostgresAllotments
from adapters.postgres.transaction import PostgresTransaction
from domain.pricing.errors import MaxUsesBelowUsed, PromoCodeInUse, PromoCodeNotFound
from domain.pricing.promo_code import PromoCode
from domain.shared.ids import AllotmentId


class PostgresUses:
    def __init__(self, tx: PostgresTransaction) -> None:
        self._tx = tx

    async def open(self, promo_code: PromoCode, max_uses: int | None) -> None:
        allotments, id_ = self._of(promo_code)
        await allotments.open(id_, "promo_code", capacity=max_uses)

    async def resize(self, promo_code: PromoCode, max_uses: int | None) -> None:
        allotments, id_ = self._of(promo_code)
        used = (await allotments.lock([id_]))[id_].taken
        if max_uses is not None and max_uses < used:
            raise MaxUsesBelowUsed(max_uses=max_uses, used=used)
        await allotments.resize(id_, max_uses)

    async def close(self, promo_code: PromoCode) -> None:
        allotments, id_ = self._of(promo_code)
        locked = await allotments.lock([id_])
        if id_ not in locked:  # Somebody else deleted it while we waited for the lock.
            raise PromoCodeNotFound
        # A second statement: what was used before the lock was had is seen by it.
        if locked[id_].taken or await allotments.was_code_used(id_):
            raise PromoCodeInUse
        await allotments.forget([id_])

    def _of(self, promo_code: PromoCode) -> tuple[PostgresAllotments, AllotmentId]:
        owner = PostgresAllotments(self._tx, promo_code.organization_id)
        return owner, AllotmentId(promo_code.id)
