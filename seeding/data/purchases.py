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

PURCHASES = (
    Purchase(buyer=SARAH, show=IVORY_COAST_ROAD, tickets={"General Admission": 2}, day=-40),
    Purchase(buyer=CATHERINE, show=IVORY_COAST_ROAD, tickets={"VIP": 2}, day=-33),
    Purchase(buyer=PRIYA, show=IVORY_COAST_ROAD, tickets={"General Admission": 8}, day=-30),
    Purchase(buyer=SARAH, show=HARVEST_TABLE, tickets={"Early Bird": 2}, day=-36),
    Purchase(buyer=CATHERINE, show=HARVEST_TABLE, tickets={"VIP": 2}, day=-9, code="VIP50"),
    Purchase(buyer=TOM, show=HARVEST_TABLE, tickets={"General Admission": 3}, day=-5),
    Purchase(buyer=SARAH, show=NEON_HARBOR, tickets={"Early Bird": 2}, day=-31, code="EARLYBIRD10"),
    Purchase(buyer=CATHERINE, show=NEON_HARBOR, tickets={"VIP": 4}, day=-15, code="VIP50"),
    Purchase(
        buyer=TOM, show=NEON_HARBOR, tickets={"General Admission": 1}, day=-8, fate="cancelled"
    ),
    Purchase(
        buyer=CATHERINE,
        show=SUNSET_SOUND,
        tickets={"VIP": 2, "General Admission": 3},
        day=-12,
    ),
    Purchase(buyer=SARAH, show=STATIC_BLOOM, tickets={"Early Bird": 2}, day=-16),
    Purchase(
        buyer=TOM,
        show=STATIC_BLOOM,
        tickets={"General Admission": 1, "Student": 1},
        day=-3,
        code="STUDENT15",
    ),
    # Together these are every seat there is: 24 chairs and 6 in the front row.
    Purchase(
        buyer=PRIYA, show=SONGS_FROM_THE_KITCHEN, tickets={"Chair in the circle": 10}, day=-26
    ),
    Purchase(buyer=PRIYA, show=SONGS_FROM_THE_KITCHEN, tickets={"Chair in the circle": 6}, day=-24),
    Purchase(buyer=SARAH, show=SONGS_FROM_THE_KITCHEN, tickets={"Chair in the circle": 4}, day=-22),
    Purchase(buyer=CATHERINE, show=SONGS_FROM_THE_KITCHEN, tickets={"Front row": 6}, day=-21),
    Purchase(buyer=TOM, show=SONGS_FROM_THE_KITCHEN, tickets={"Chair in the circle": 4}, day=-19),
    Purchase(buyer=PRIYA, show=GLASS_ORCHARD, tickets={"Balcony": 10}, day=-13, code="EARLYBIRD10"),
    Purchase(buyer=TOM, show=GLASS_ORCHARD, tickets={"Orchestra": 2}, day=-6, fate="refunded"),
    Purchase(buyer=TOM, show=LATE_SHIFT, tickets={"General Admission": 2}, day=0, fate="pending"),
)


def _minutes(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


ARRIVALS = (
    Arrival(show=IVORY_COAST_ROAD, buyer=SARAH, ticket=0, after=_minutes(-35)),
    Arrival(show=IVORY_COAST_ROAD, buyer=SARAH, ticket=1, after=_minutes(-35)),
    # Somebody tries a picture of a ticket that is inside already.
    Arrival(show=IVORY_COAST_ROAD, buyer=SARAH, ticket=0, after=_minutes(-22)),
    Arrival(show=IVORY_COAST_ROAD, buyer=CATHERINE, ticket=0, after=_minutes(-12)),
    Arrival(show=IVORY_COAST_ROAD, buyer=CATHERINE, ticket=1, after=_minutes(-12)),
    Arrival(show=IVORY_COAST_ROAD, buyer=PRIYA, ticket=0, after=_minutes(-8)),
    Arrival(show=IVORY_COAST_ROAD, buyer=PRIYA, ticket=1, after=_minutes(-8)),
    Arrival(show=IVORY_COAST_ROAD, buyer=PRIYA, ticket=2, after=_minutes(-7)),
    Arrival(show=IVORY_COAST_ROAD, buyer=PRIYA, ticket=3, after=_minutes(16)),
    # At the festival some went home for the night, and some tickets have yet to be shown.
    Arrival(show=HARVEST_TABLE, buyer=SARAH, ticket=0, after=_minutes(20)),
    Arrival(show=HARVEST_TABLE, buyer=SARAH, ticket=1, after=_minutes(20)),
    Arrival(show=HARVEST_TABLE, buyer=TOM, ticket=0, after=_minutes(75)),
    Arrival(show=HARVEST_TABLE, buyer=TOM, ticket=1, after=_minutes(76)),
    Arrival(show=HARVEST_TABLE, buyer=CATHERINE, ticket=0, after=_minutes(150)),
    Arrival(show=HARVEST_TABLE, buyer=SARAH, ticket=0, after=_minutes(540), direction="exit"),
    Arrival(show=HARVEST_TABLE, buyer=SARAH, ticket=1, after=_minutes(541), direction="exit"),
)
