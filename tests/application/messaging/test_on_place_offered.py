"""Somebody who waited is told once, and only while the offer stands."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from adapters.memory.database import MemoryDatabase, MemoryTransaction
from adapters.memory.messaging import (
    MemoryDeliveries,
    MemoryMailer,
    MemoryOfferedPlaces,
    PlainLetters,
)
from application.messaging.on_place_offered import SUBSCRIBER, OnPlaceOffered
from application.messaging.ports import MailDown, OfferedPlace
from domain.sales.events import PlaceOffered
from domain.shared.ids import EventId, OrganizationId, WaitingListEntryId
from domain.shared.money import Money

ENTRY = WaitingListEntryId(UUID("01a1fc63-64c1-74f7-97de-000000000009"))
OFFERED = PlaceOffered(
    organization_id=OrganizationId(UUID(int=1)),
    aggregate_id=ENTRY,
    at=datetime(2026, 6, 1, 12, tzinfo=UTC),
    event_id=EventId(UUID(int=3)),
)
PLACE = OfferedPlace(
    entry_id=ENTRY,
    email="zoe@example.com",
    event_name="Nacht der Orgeln",
    starts_at=datetime(2026, 12, 24, 20, tzinfo=ZoneInfo("Europe/Berlin")),
    expires_at=datetime(2026, 6, 1, 15, tzinfo=ZoneInfo("Europe/Berlin")),
    ticket_type_name="Parkett",
    quantity=2,
    price=Money(5000, "EUR"),
    offer="the-offer",
    secret="the-secret",
)


@dataclass
class Office:
    """The use case and what stands around it."""

    memory: MemoryDatabase
    places: MemoryOfferedPlaces = field(default_factory=MemoryOfferedPlaces)
    mailer: MemoryMailer = field(default_factory=MemoryMailer)

    async def deliver(self, number: int = 7) -> None:
        on_place_offered = OnPlaceOffered(
            begin=self.memory.beginner(MemoryTransaction),
            offered_places=self.places,
            deliveries=MemoryDeliveries(self.memory),
            letters=PlainLetters(),
            mailer=self.mailer,
        )
        await on_place_offered(number, OFFERED)


@pytest.fixture
def office(memory: MemoryDatabase) -> Office:
    office = Office(memory)
    office.places.known[ENTRY] = PLACE
    return office


async def test_whoever_waited_gets_the_offer(office: Office) -> None:
    await office.deliver()

    (message,) = office.mailer.sent
    assert (message.to_name, message.to_address) == ("", "zoe@example.com")
    assert "the-offer" in message.letter.text


async def test_a_repeated_delivery_sends_nothing(office: Office) -> None:
    await office.deliver()
    await office.deliver()

    assert len(office.mailer.sent) == 1


async def test_a_mail_that_could_not_be_sent_is_sent_next_time(office: Office) -> None:
    office.mailer.failure = MailDown()
    with pytest.raises(MailDown):
        await office.deliver()
    office.mailer.failure = None

    await office.deliver()

    assert len(office.mailer.sent) == 1


async def test_an_offer_that_does_not_stand_any_more_is_not_sent(office: Office) -> None:
    office.places.known.clear()

    await office.deliver()

    assert office.mailer.sent == []
    assert await MemoryDeliveries(office.memory).is_done(SUBSCRIBER, 7)
