"""Where the demo world meets: invented houses on real streets."""

from seeding.data.shapes import Place

AMPHITHEATER = "Hudson Amphitheater"
SUNSET_BOWL = "Sunset Bowl"
COPPER_ROOM = "The Copper Room"
LANTERN = "The Lantern"
FOUNDRY = "Foundry Black Box"
GRAND_THEATER = "The Grand Theater"

VENUES = (
    Place(
        organizer="Starlight Events",
        name=AMPHITHEATER,
        street="640 West 125th Street",
        city="New York",
        state="NY",
        postal_code="10027",
        timezone="America/New_York",
        capacity=12_500,
    ),
    Place(
        organizer="Starlight Events",
        name=SUNSET_BOWL,
        street="3200 Riverside Drive",
        city="Los Angeles",
        state="CA",
        postal_code="90027",
        timezone="America/Los_Angeles",
        capacity=18_000,
    ),
    Place(
        organizer="Underground Productions",
        name=COPPER_ROOM,
        street="708 Red River Street",
        city="Austin",
        state="TX",
        postal_code="78701",
        timezone="America/Chicago",
        capacity=350,
    ),
    Place(
        organizer="Underground Productions",
        name=LANTERN,
        street="1012 Woodland Street",
        city="Nashville",
        state="TN",
        postal_code="37206",
        timezone="America/Chicago",
        capacity=120,
    ),
    Place(
        organizer="Underground Productions",
        name=FOUNDRY,
        street="415 SE Taylor Street",
        city="Portland",
        state="OR",
        postal_code="97214",
        timezone="America/Los_Angeles",
        capacity=90,
    ),
    Place(
        organizer="The Grand Theater",
        name=GRAND_THEATER,
        street="175 West Randolph Street",
        city="Chicago",
        state="IL",
        postal_code="60601",
        timezone="America/Chicago",
        capacity=1_840,
    ),
)
