"""The words that make tickets cheaper."""

from seeding.data.shapes import Code

CODES = (
    Code(
        organizer="Starlight Events",
        code="EARLYBIRD10",
        description="10 % off for everybody who plans ahead.",
        percent="10",
        max_uses=500,
    ),
    Code(
        organizer="Starlight Events",
        code="VIP50",
        description="50 dollars off orders of 200 dollars or more.",
        amount="50",
        min_order="200",
        max_uses=100,
    ),
    Code(
        organizer="Starlight Events",
        code="FLASH25",
        description="25 % off, for two days only.",
        percent="25",
        max_uses=250,
        lasts_hours=48,
    ),
    Code(
        organizer="Starlight Events",
        code="FRAUD",
        description="Leaked to a coupon site; nobody may use it any more.",
        percent="40",
        is_disabled=True,
    ),
    Code(
        organizer="Underground Productions",
        code="STUDENT15",
        description="15 % off with a student card, which is looked at by the door.",
        percent="15",
    ),
    Code(
        organizer="The Grand Theater",
        code="EARLYBIRD10",
        description="10 % off the new season for friends of the house.",
        percent="10",
        max_uses=300,
    ),
)
