"""Who bought what and when, and who came."""

from datetime import timedelta

from seeding.data.music import (
    IVORY_COAST_ROAD,
    NEON_HARBOR,
    SONGS_FROM_THE_KITCHEN,
    STATIC_BLOOM,
    SUNSET_SOUND,
)
from seeding.data.shapes import Arrival, Purchase
from seeding.data.stage import GLASS_ORCHARD, HARVEST_TABLE, LATE_SHIFT

SARAH = "customer1@example.com"
TOM = "customer2@example.com"
CATHERINE = "vip@example.com"
PRIYA = "group@example.com"


def _bought(
    buyer: str, show: str, day: int, code: str | None = None, /, **tickets: int
) -> Purchase:
    named = tuple((name.replace("_", " "), quantity) for name, quantity in tickets.items())
    return Purchase(buyer=buyer, show=show, tickets=named, day=day, code=code)
