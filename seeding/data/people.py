"""Who is in the demo world, and for whom they work."""

from seeding.data.shapes import Organizer, Person

PASSWORD = "Password123!"  # noqa: S105 - Known on purpose; seeding refuses production.

FIRST_PROMOTER = "promoter@starlight.com"
"""Whoever has this account has a demo world."""
LAST_ADMINISTRATOR = "operations@tixmo.com"
"""Registered when all else is done: without this account, a seeding was interrupted."""

PEOPLE = (
    Person("admin@tixmo.com", "Margaret", "Okafor", "runs the platform", is_platform_admin=True),
    Person(FIRST_PROMOTER, "Elena", "Vasquez", "owns Starlight Events"),
    Person("promoter@underground.com", "Marcus", "Webb", "owns Underground Productions"),
    Person("director@grandtheater.com", "Harriet", "Lindqvist", "owns The Grand Theater"),
    Person("scanner@venue.com", "Luis", "Ortega", "works at the doors"),
    Person("customer1@example.com", "Sarah", "Mitchell", "goes out often"),
    Person("customer2@example.com", "Tom", "Brennan", "has just begun to buy"),
    Person("vip@example.com", "Catherine", "Langley", "buys the best seats"),
    Person("group@example.com", "Priya", "Raman", "buys for her colleagues"),
)
LATECOMER = Person(
    LAST_ADMINISTRATOR, "Daniel", "Reyes", "watches the platform", is_platform_admin=True
)

ORGANIZERS = (
    Organizer(
        name="Starlight Events",
        type="promoter",
        owner=FIRST_PROMOTER,
        fee_percent="5",
        fee_fixed="0.50",
        door_staff=("scanner@venue.com",),
        scanners=("North gate", "South gate"),
    ),
    Organizer(
        name="Underground Productions",
        type="promoter",
        owner="promoter@underground.com",
        scanners=("Front door", "Stage door"),
    ),
    Organizer(
        name="The Grand Theater",
        type="venue",
        owner="director@grandtheater.com",
        fee_fixed="2.50",
        door_staff=("scanner@venue.com",),
        scanners=("Main foyer", "Balcony stairs"),
    ),
)
