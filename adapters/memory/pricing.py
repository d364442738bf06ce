"""Promo codes and their uses in memory."""

from collections.abc import Collection

from adapters.memory.database import (
    MemoryDatabase,
    MemoryTable,
    MemoryTransaction,
    add_versioned,
    save_versioned,
)
from adapters.memory.stock_rows import MemoryAllotment, MemoryCounter
from application.pricing.ports import PromoCodeReach
from domain.pricing.errors import (
    MaxUsesBelowUsed,
    PromoCodeInUse,
    PromoCodeNotFound,
    PromoCodeTaken,
)
from domain.pricing.promo_code import PromoCode
from domain.shared.ids import AllotmentId, EventId, OrganizationId, PromoCodeId


class MemoryPromoCodes:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._scope = tx.scope
        self._rows: MemoryTable[PromoCodeId, PromoCode] = tx.database.table("promo_codes")

    async def get(self, promo_code_id: PromoCodeId) -> PromoCode:
        promo_code = self._rows.get(promo_code_id)
        if promo_code is None or promo_code.organization_id not in self._scope.organization_ids:
            raise PromoCodeNotFound
        return promo_code

    async def add(self, promo_code: PromoCode) -> None:
        def same(other: PromoCode) -> bool:
            mine = promo_code
            return (other.organization_id, other.code) == (mine.organization_id, mine.code)

        if self._rows.where(same):
            raise PromoCodeTaken
        add_versioned(self._rows, promo_code.id, promo_code)

    async def save(self, promo_code: PromoCode) -> None:
        save_versioned(self._rows, promo_code.id, promo_code)

    async def remove(self, promo_code: PromoCode) -> None:
        self._rows.remove(promo_code.id)


class MemoryUses:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx = tx
        self._allotments: MemoryTable[AllotmentId, MemoryAllotment]
        self._allotments = tx.database.table("allotments")
        self._counters: MemoryTable[AllotmentId, MemoryCounter]
        self._counters = tx.database.table("allotment_counters")
        self._movements = tx.database.table("stock_movements")

    async def open(self, promo_code: PromoCode, max_uses: int | None) -> None:
        key = AllotmentId(promo_code.id)
        owner = promo_code.organization_id
        self._allotments.put(key, MemoryAllotment(owner, key, "promo_code", None, self._tx.now))
        self._counters.put(key, MemoryCounter(owner, key, max_uses))

    async def resize(self, promo_code: PromoCode, max_uses: int | None) -> None:
        counter = self._counter(promo_code)
        used = counter.held + counter.sold + counter.blocked
        if max_uses is not None and max_uses < used:
            raise MaxUsesBelowUsed(max_uses=max_uses, used=used)
        counter.capacity = max_uses
        self._counters.put(AllotmentId(promo_code.id), counter)

    async def close(self, promo_code: PromoCode) -> None:
        key = AllotmentId(promo_code.id)
        counter = self._counter(promo_code)
        if counter.held or counter.sold or counter.blocked:
            raise PromoCodeInUse
        if self._movements.where(lambda movement: movement.allotment_id == key):
            raise PromoCodeInUse
        self._counters.remove(key)
        self._allotments.remove(key)

    def _counter(self, promo_code: PromoCode) -> MemoryCounter:
        counter = self._counters.get(AllotmentId(promo_code.id))
        assert counter is not None, "Every promo code has its counter."
        return counter


class MemoryPricingTransaction(MemoryTransaction):
    promo_codes: MemoryPromoCodes
    uses: MemoryUses

    def build(self) -> None:
        self.promo_codes = MemoryPromoCodes(self)
        self.uses = MemoryUses(self)


class MemoryPromoCodeOwners:
    """Whose code it is, as last committed."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._rows: MemoryTable[PromoCodeId, PromoCode] = database.table("promo_codes")

    async def reach_of(self, promo_code_id: PromoCodeId) -> PromoCodeReach:
        promo_code = self._rows.get(promo_code_id)
        if promo_code is None:
            raise PromoCodeNotFound
        return PromoCodeReach(promo_code.organization_id, promo_code.applicable_events)


class MemoryOwnEvents:
    """Which of the catalogue's events are whose."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._events = database.table("events")

    async def own(
        self, organization_id: OrganizationId, event_ids: Collection[EventId]
    ) -> set[EventId]:
        mine = self._events.where(lambda event: event.organization_id == organization_id)
        return {event.id for event in mine} & set(event_ids)
