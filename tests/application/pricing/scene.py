"""An organisation with an event, people who work for it, and the use cases in memory."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from adapters.memory.database import MemoryDatabase
from adapters.memory.pricing import (
    MemoryOwnEvents,
    MemoryPricingTransaction,
    MemoryPromoCodeOwners,
)
from adapters.memory.stock_rows import MemoryCounter
from adapters.system.ids import SystemIds
from application.pricing.create_promo_code import CreatePromoCode, CreatePromoCodeCommand
from application.pricing.delete_promo_code import DeletePromoCode
from application.pricing.promo_code_access import PromoCodeAccess
from application.pricing.update_promo_code import UpdatePromoCode
from application.shared.actor import Actor
from domain.pricing.discount import DiscountType
from domain.pricing.promo_code import PromoCode
from domain.shared.ids import EventId, OrganizationId, PromoCodeId, SessionId, UserId
from domain.shared.permissions import Role

ROCK, OPERA = OrganizationId(UUID(int=1)), OrganizationId(UUID(int=2))
CONCERT, AIDA = EventId(UUID(int=3)), EventId(UUID(int=4))
"""Of ROCK and of OPERA."""


class Scene:
    def __init__(self, memory: MemoryDatabase, ids: SystemIds) -> None:
        self._memory = memory
        self._ids = ids
        events = memory.table("events")
        events.put(CONCERT, SimpleNamespace(id=CONCERT, organization_id=ROCK))
        events.put(AIDA, SimpleNamespace(id=AIDA, organization_id=OPERA))
        self.manager = self.person(ROCK, Role.MANAGER)
        self.analyst = self.person(ROCK, Role.ANALYST)
        self.stranger = self.person(OPERA, Role.OWNER)
        begin = memory.beginner(MemoryPricingTransaction)
        own = MemoryOwnEvents(memory)
        self.access = PromoCodeAccess(MemoryPromoCodeOwners(memory))
        self.create = CreatePromoCode(begin, own, ids)
        self.update = UpdatePromoCode(begin, self.access, own)
        self.delete = DeletePromoCode(begin, self.access)

    def person(self, organization_id: OrganizationId, role: Role) -> Actor:
        session_id = SessionId(self._ids.new())
        self._memory.table("sessions").put(session_id, SimpleNamespace(revoked_at=None))
        return Actor(
            user_id=UserId(self._ids.new()),
            session_id=session_id,
            email="ada@example.com",
            name="Ada Byron",
            memberships={organization_id: role},
        )

    async def code(self, **terms: Any) -> PromoCodeId:
        """A code for a tenth off, or as said."""
        return await self.create(self.manager, tenth_off(**terms))

    def codes(self) -> list[PromoCode]:
        return list(self._memory.table("promo_codes").rows())

    def kept(self, promo_code_id: PromoCodeId) -> PromoCode:
        promo_code: PromoCode | None = self._memory.table("promo_codes").get(promo_code_id)
        assert promo_code is not None
        return promo_code

    def uses(self, promo_code_id: PromoCodeId) -> MemoryCounter | None:
        counter: MemoryCounter | None
        counter = self._memory.table("allotment_counters").get(promo_code_id)
        return counter

    def use(self, promo_code_id: PromoCodeId, *, held: int = 0, moved: bool = True) -> None:
        """As orders do."""
        counter = self.uses(promo_code_id)
        assert counter is not None
        counter.held = held
        self._memory.table("allotment_counters").put(promo_code_id, counter)
        if moved:
            movement = SimpleNamespace(allotment_id=promo_code_id)
            self._memory.table("stock_movements").put(promo_code_id, movement)


def tenth_off(**terms: Any) -> CreatePromoCodeCommand:
    given: dict[str, Any] = {
        "organization_id": ROCK,
        "code": "spring10",
        "discount_type": DiscountType.PERCENTAGE,
        "discount_value": Decimal(10),
        **terms,
    }
    return CreatePromoCodeCommand(**given)
