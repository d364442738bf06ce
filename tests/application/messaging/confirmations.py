"""A paid order, as letters speak of it."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from application.messaging.ports import Confirmation, ConfirmationLine
from domain.shared.ids import OrderId
from domain.shared.money import Money

ORDER = OrderId(UUID("01a1fc63-64c1-74f7-97de-000000000002"))


def a_confirmation(**changes: object) -> Confirmation:
    paid = Confirmation(
        order_id=ORDER,
        order_number="7F3KQ2M9XB",
        greeted="Zoë Łukasik",
        buyer_email="zoe@example.com",
        event_name="Nacht der Orgeln",
        starts_at=datetime(2026, 12, 24, 20, 0, tzinfo=ZoneInfo("Europe/Berlin")),
        place="Dom, Domkloster 4, 50667 Köln, DE",
        lines=(
            ConfirmationLine(name="Parkett", quantity=2, unit_price=Money(5000, "EUR")),
            ConfirmationLine(name="Kind", quantity=1, unit_price=Money(1000, "EUR")),
        ),
        ticket_count=3,
        subtotal=Money(11000, "EUR"),
        discount=Money(1000, "EUR"),
        fees=Money(250, "EUR"),
        tax=Money(0, "EUR"),
        total=Money(10250, "EUR"),
    )
    return msgspec.structs.replace(paid, **changes)
