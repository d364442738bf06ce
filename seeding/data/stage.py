"""Theatre, comedy, a conference, and food and wine."""

from datetime import time, timedelta

from seeding.data.shapes import SATURDAY, THURSDAY, WEDNESDAY, Day, Show, Tier
from seeding.data.venues import AMPHITHEATER, FOUNDRY, GRAND_THEATER

HARVEST_TABLE = "Harvest Table: Food & Wine by the River"
LATE_SHIFT = "Late Shift: Stand-up in the Black Box"
GLASS_ORCHARD = "The Glass Orchard"

STAGE = (
    Show(
        venue=AMPHITHEATER,
        name=HARVEST_TABLE,
        category="food & wine",
        tags=("food", "wine", "outdoor", "family"),
        description=(
            "Three days of growers, bakers and small wineries from the Hudson Valley, at one table"
            " that is four hundred feet long. Tastings are included; children eat for nothing until"
            " they are taller than the table."
        ),
        # Since yesterday and until tomorrow, so that it is under way at whatever hour one looks.
        day=Day(-1),
        starts=time(11, 0),
        lasts=timedelta(days=2, hours=11),
        capacity=3_000,
        announced=-50,
        tiers=(
            Tier(name="Early Bird", price="55.00", quantity=600, sold_until=-25),
            Tier(name="General Admission", price="70.00", quantity=2_000),
            Tier(
                name="VIP",
                price="165.00",
                quantity=150,
                description="The winemakers' dinner on the second evening, and a glass to keep.",
                max_per_order=4,
            ),
        ),
    ),
    Show(
        venue=FOUNDRY,
        name=LATE_SHIFT,
        category="comedy",
        tags=("stand-up", "late night"),
        description=(
            "Five comedians try out what is not finished yet, in a room where nobody can leave"
            " unnoticed. The first show that laughed at the fire exit sign, and still the best."
        ),
        day=Day(6, SATURDAY),
        starts=time(22, 0),
        lasts=timedelta(hours=2),
        capacity=90,
        ages="21+",
        announced=-21,
        tiers=(
            Tier(name="General Admission", price="18.00", quantity=70),
            Tier(name="Student", price="14.00", quantity=15, max_per_order=2),
        ),
    ),
    Show(
        venue=GRAND_THEATER,
        name=GLASS_ORCHARD,
        category="theatre",
        tags=("drama", "premiere"),
        description=(
            "Three sisters inherit an orchard and cannot agree on who planted it. Mara Delgado's"
            " new play is funny for an hour and then it is not. In two acts, with a break at the"
            " bar."
        ),
        day=Day(18, WEDNESDAY),
        starts=time(19, 0),
        lasts=timedelta(hours=2, minutes=40),
        capacity=1_800,
        ages="12+",
        announced=-44,
        tiers=(
            Tier(name="Balcony", price="42.00", quantity=700),
            Tier(name="Mezzanine", price="68.00", quantity=500),
            Tier(name="Orchestra", price="98.00", quantity=560),
            Tier(name="Student", price="25.00", quantity=80, max_per_order=2),
        ),
    ),
    Show(
        venue=GRAND_THEATER,
        name="Curtain Up: A Conference for Small Theaters",
        category="conference",
        tags=("conference", "theatre", "workshops"),
        description=(
            "Two days for people who run a stage with too little money: ticketing, touring, roofs."
            " Every talk is given by somebody who did it, and the second afternoon is workshops."
        ),
        day=Day(63, THURSDAY),
        starts=time(9, 0),
        lasts=timedelta(days=1, hours=8),
        capacity=600,
        announced=-6,
        sales_start=8,
        tiers=(
            Tier(name="Early Bird", price="249.00", quantity=150, sold_until=30),
            Tier(name="Full pass", price="320.00", quantity=400),
            Tier(name="Student", price="99.00", quantity=50, max_per_order=1),
        ),
    ),
)
