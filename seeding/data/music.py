"""Concerts and festivals."""

from datetime import time, timedelta

from seeding.data.shapes import FRIDAY, SATURDAY, THURSDAY, Day, Show, Tier
from seeding.data.venues import AMPHITHEATER, COPPER_ROOM, LANTERN, SUNSET_BOWL

NEON_HARBOR = "Neon Harbor: The Long Way Home"
SUNSET_SOUND = "Sunset Sound Festival"
STATIC_BLOOM = "Static Bloom with Paper Wolves"
SONGS_FROM_THE_KITCHEN = "Josephine Hale: Songs from the Kitchen"
IVORY_COAST_ROAD = "Ivory Coast Road"

MUSIC = (
    Show(
        venue=AMPHITHEATER,
        name=NEON_HARBOR,
        category="concert",
        tags=("rock", "indie", "open air"),
        description=(
            "After two years in a barn upstate, Neon Harbor are back with a record about leaving"
            " and a band twice the size. The whole album is played once through, then the old"
            " songs come out. Bring a jacket: the river gets cold after ten."
        ),
        day=Day(22, FRIDAY),
        starts=time(19, 30),
        lasts=timedelta(hours=3, minutes=30),
        capacity=12_000,
        announced=-58,
        tiers=(
            Tier(
                name="Early Bird",
                price="52.00",
                quantity=1_500,
                description="General admission for those who know what they want early.",
                sold_until=-20,
            ),
            Tier(name="General Admission", price="65.00", quantity=9_000),
            Tier(name="Student", price="45.00", quantity=800, max_per_order=2),
            Tier(
                name="VIP",
                price="185.00",
                quantity=400,
                description="The terrace left of the stage, its own bar, and a way in by the pier.",
                max_per_order=6,
            ),
        ),
    ),
    Show(
        venue=SUNSET_BOWL,
        name=SUNSET_SOUND,
        category="festival",
        tags=("festival", "electronic", "soul", "outdoor"),
        description=(
            "Two days, three stages and one long lawn. Saturday belongs to the soul bands, Sunday"
            " to whoever still has legs to dance on. Water is free, the shuttle from Union Station"
            " runs until one."
        ),
        day=Day(75, SATURDAY),
        starts=time(12, 0),
        lasts=timedelta(days=1, hours=11),
        capacity=16_000,
        ages="16+",
        announced=-40,
        tiers=(
            Tier(name="Early Bird", price="149.00", quantity=2_000, sold_until=20),
            Tier(name="General Admission", price="189.00", quantity=12_000),
            Tier(
                name="VIP",
                price="420.00",
                quantity=600,
                description="Shade, seats, a kitchen, and somebody who charges your telephone.",
                max_per_order=4,
            ),
        ),
    ),
    Show(
        venue=SUNSET_BOWL,
        name="The Velvet Hours with the City Strings",
        category="concert",
        tags=("soul", "orchestra"),
        description=(
            "Eleven singers, forty strings and no amplifiers for the first half hour. The Velvet"
            " Hours have wanted to try this in the Bowl since they were its ushers."
        ),
        day=Day(128, SATURDAY),
        starts=time(20, 0),
        lasts=timedelta(hours=2, minutes=45),
        capacity=14_000,
        announced=-3,
        sales_start=11,
        tiers=(
            Tier(name="Lawn", price="48.00", quantity=8_000),
            Tier(name="Bench", price="85.00", quantity=5_000),
            Tier(name="VIP", price="240.00", quantity=350, max_per_order=4),
        ),
    ),
    Show(
        venue=AMPHITHEATER,
        name=IVORY_COAST_ROAD,
        category="concert",
        tags=("afrobeat", "jazz"),
        description=(
            "Twelve musicians, two drummers and a horn section that does not sit down. The last"
            " date of their tour, and by the sound of the others the longest."
        ),
        day=Day(-17, SATURDAY),
        starts=time(20, 0),
        lasts=timedelta(hours=3),
        capacity=6_000,
        announced=-57,
        tiers=(
            Tier(name="General Admission", price="58.00", quantity=5_400),
            Tier(name="Student", price="35.00", quantity=400, max_per_order=2),
            Tier(name="VIP", price="160.00", quantity=200, max_per_order=6),
        ),
    ),
    Show(
        venue=AMPHITHEATER,
        name="Midnight Parade: Lanterns",
        category="concert",
        tags=("pop", "open air"),
        description=(
            "A walk with brass, paper lanterns and four thousand people, ending at the stage by the"
            " water. Wear shoes that you do not love."
        ),
        day=Day(33, FRIDAY),
        starts=time(21, 0),
        lasts=timedelta(hours=2),
        capacity=4_000,
        announced=-30,
        fate="cancelled",
        cancelled=-4,
        cancel_reason="The pier stays closed for repairs longer than the city had promised.",
        tiers=(
            Tier(name="General Admission", price="32.00", quantity=3_600),
            Tier(name="Student", price="22.00", quantity=400, max_per_order=2),
        ),
    ),
    Show(
        venue=COPPER_ROOM,
        name=STATIC_BLOOM,
        category="concert",
        tags=("punk", "noise", "local"),
        description=(
            "Static Bloom made their second record in nine days and play it in forty minutes. Paper"
            " Wolves open, on their way from Denver to somewhere else. Ear plugs are at the bar."
        ),
        day=Day(13, FRIDAY),
        starts=time(20, 30),
        lasts=timedelta(hours=3, minutes=30),
        capacity=330,
        ages="18+",
        announced=-28,
        tiers=(
            Tier(name="Early Bird", price="15.00", quantity=60, sold_until=-7),
            Tier(name="General Admission", price="20.00", quantity=250),
            Tier(name="Student", price="16.00", quantity=60, max_per_order=2),
        ),
    ),
    Show(
        venue=LANTERN,
        name=SONGS_FROM_THE_KITCHEN,
        category="concert",
        tags=("folk", "seated", "intimate"),
        description=(
            "Josephine Hale, a piano and thirty chairs in a circle. She plays what she is asked"
            " for, tells where it came from, and there is soup in the break."
        ),
        day=Day(9, THURSDAY),
        starts=time(19, 0),
        lasts=timedelta(hours=2, minutes=30),
        capacity=30,
        announced=-35,
        tiers=(
            Tier(name="Chair in the circle", price="38.00", quantity=24),
            Tier(
                name="Front row",
                price="75.00",
                quantity=6,
                description="Close enough to turn the pages.",
                max_per_order=6,
            ),
        ),
    ),
    Show(
        venue=COPPER_ROOM,
        name="Cassette Weekend",
        category="festival",
        tags=("lo-fi", "market", "local"),
        description=(
            "Nine bands who release on tape, a table for swapping, and a man who repairs players"
            " while you wait. The line-up is still being argued about."
        ),
        day=Day(96, SATURDAY),
        starts=time(15, 0),
        lasts=timedelta(days=1, hours=7),
        capacity=330,
        announced=-2,
        fate="draft",
        tiers=(
            Tier(name="Weekend pass", price="36.00", quantity=220),
            Tier(name="Student", price="28.00", quantity=60, max_per_order=2),
        ),
    ),
)
