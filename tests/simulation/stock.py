"""What the simulated shop sells: three types, a pool that two of them share, and a code."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from adapters.memory.database import MemoryDatabase, add_versioned
from adapters.memory.stock_rows import MemoryCounter
from domain.catalogue.event import Event
from domain.catalogue.phase import Intent
from domain.catalogue.ticket_type import Draw, TicketType
from domain.pricing.discount import Discount, DiscountType
from domain.pricing.promo_code import PromoCode
from domain.shared.ids import AllotmentId, TicketTypeId
from domain.shared.money import Money
from tests.domain.sales.builders import CODE, EVENT, FLOOR, NOON, ORG, VIP

GUESTS = TicketTypeId(UUID(int=22))
"""Free of charge: its orders are paid when they are placed."""
POOL = AllotmentId(UUID(int=50))
CAPACITIES: dict[UUID, int] = {EVENT: 9, FLOOR: 6, VIP: 3, GUESTS: 2, POOL: 8, CODE: 2}
# Floor and VIP share a pool, of which a VIP seat takes two.
DRAWS: dict[TicketTypeId, dict[UUID, int]] = {
    FLOOR: {FLOOR: 1, EVENT: 1, POOL: 1},
    VIP: {VIP: 1, EVENT: 1, POOL: 2},
    GUESTS: {GUESTS: 1, EVENT: 1},
}
PRICES = {FLOOR: 5000, VIP: 12000, GUESTS: 0}
LIMITS = {FLOOR: 3}
"""Per customer."""
NAMES: dict[UUID, str] = {
    EVENT: "event", FLOOR: "floor", VIP: "vip", GUESTS: "guests", POOL: "pool",
}  # fmt: skip


def lay_out(memory: MemoryDatabase, capacities: Mapping[UUID, int]) -> None:
    """On sale, and nothing sold yet."""
    table = memory.table
    for id_, capacity in capacities.items():
        counter = MemoryCounter(
            organization_id=ORG, allotment_id=AllotmentId(id_), capacity=capacity
        )
        table("allotment_counters").put(id_, counter)
    add_versioned(table("events"), EVENT, _an_event(capacities[EVENT]))
    for number, (type_id, price) in enumerate(PRICES.items()):
        kind = TicketType(
            organization_id=ORG,
            id=type_id,
            short_id=number,
            event_id=EVENT,
            name=f"Type {number}",
            price=Money(price, "USD"),
            draws=tuple(
                Draw(AllotmentId(id_), units) for id_, units in sorted(DRAWS[type_id].items())
            ),
            created_at=NOON,
            updated_at=NOON,
        )
        add_versioned(table("ticket_types"), type_id, kind)
    code = PromoCode(
        organization_id=ORG,
        id=CODE,
        code="SPRING",
        discount=Discount(DiscountType.PERCENTAGE, Decimal(10)),
        created_at=NOON,
        updated_at=NOON,
    )
    add_versioned(table("promo_codes"), CODE, code)


def _an_event(capacity: int) -> Event:
    return Event(
        organization_id=ORG,
        id=EVENT,
        short_id=1,
        name="Show",
        slug="show",
        category="music",
        starts_at=NOON + timedelta(days=30),
        ends_at=NOON + timedelta(days=30, hours=3),
        timezone="UTC",
        capacity=capacity,
        currency="USD",
        intent=Intent.PUBLISHED,
        published_at=NOON,
        created_at=NOON,
        updated_at=NOON,
    )
