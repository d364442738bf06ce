"""A buyer who has paid gets one confirmation."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest

from adapters.memory.database import MemoryDatabase, MemoryTransaction
from adapters.memory.deliver import drain
from adapters.memory.messaging import (
    MemoryConfirmations,
    MemoryDeliveries,
    MemoryMailer,
    PlainLetters,
)
from adapters.tokens.keyring import Keyring
from adapters.tokens.order_links import DerivedOrderLinks
from application.messaging.on_order_paid import SUBSCRIBER, OnOrderPaid
from application.messaging.ports import MailDown
from application.shared.scope import SYSTEM
from domain.sales.events import OrderPaid
from domain.shared.ids import EventId, OrganizationId
from tests.application.messaging.confirmations import ORDER, a_confirmation

PAID = OrderPaid(
    organization_id=OrganizationId(UUID(int=1)),
    aggregate_id=ORDER,
    at=datetime(2026, 6, 1, 12, tzinfo=UTC),
    event_id=EventId(UUID(int=3)),
)


@dataclass
class Office:
    """The use case and what stands around it."""

    memory: MemoryDatabase
    confirmations: MemoryConfirmations = field(default_factory=MemoryConfirmations)
    mailer: MemoryMailer = field(default_factory=MemoryMailer)

    @property
    def on_order_paid(self) -> OnOrderPaid:
        return OnOrderPaid(
            begin=self.memory.beginner(MemoryTransaction),
            confirmations=self.confirmations,
            deliveries=MemoryDeliveries(self.memory),
            letters=PlainLetters(),
            mailer=self.mailer,
            links=DerivedOrderLinks(Keyring({1: bytes(32)}), "https://tickets.example"),
        )


@pytest.fixture
def office(memory: MemoryDatabase) -> Office:
    office = Office(memory)
    office.confirmations.known[ORDER] = a_confirmation()
    return office


async def test_the_buyer_gets_a_letter(office: Office) -> None:
    await office.on_order_paid(7, PAID)

    (message,) = office.mailer.sent
    assert (message.to_name, message.to_address) == ("Zoë Łukasik", "zoe@example.com")
    assert "7F3KQ2M9XB" in message.letter.subject


async def test_a_guests_letter_has_the_secret_of_the_order(office: Office) -> None:
    links = office.on_order_paid.links
    office.confirmations.known[ORDER] = a_confirmation(is_for_guest=True)

    await office.on_order_paid(7, PAID)

    (message,) = office.mailer.sent
    secret = message.letter.text.rpartition(" ")[2]
    assert links.order_of(secret) == ORDER


async def test_a_repeated_delivery_sends_nothing(office: Office) -> None:
    await office.on_order_paid(7, PAID)
    await office.on_order_paid(7, PAID)

    assert len(office.mailer.sent) == 1


async def test_a_mail_that_could_not_be_sent_is_sent_next_time(office: Office) -> None:
    office.mailer.failure = MailDown()
    with pytest.raises(MailDown):
        await office.on_order_paid(7, PAID)
    office.mailer.failure = None

    await office.on_order_paid(7, PAID)

    assert len(office.mailer.sent) == 1


async def test_after_a_crash_between_sending_and_recording_the_repeat_is_recognisable(
    office: Office,
) -> None:
    await office.on_order_paid(7, PAID)
    office.memory.table("deliveries").remove((SUBSCRIBER, 7))

    await office.on_order_paid(7, PAID)

    first, second = office.mailer.sent
    assert first.id == second.id


async def test_two_orders_get_two_different_letters(office: Office) -> None:
    await office.on_order_paid(7, PAID)
    await office.on_order_paid(8, PAID)

    first, second = office.mailer.sent
    assert first.id != second.id


async def test_an_order_that_is_not_paid_any_more_is_not_confirmed(office: Office) -> None:
    office.confirmations.known.clear()

    await office.on_order_paid(7, PAID)

    assert office.mailer.sent == []
    assert await MemoryDeliveries(office.memory).is_done(SUBSCRIBER, 7)


async def test_draining_delivers_each_event_once_and_failures_again(office: Office) -> None:
    subscribers = {SUBSCRIBER: office.on_order_paid}
    async with office.memory.beginner(MemoryTransaction)(SYSTEM) as tx:
        tx.announce_events([PAID, PAID])
    office.mailer.failure = MailDown()
    with pytest.raises(ExceptionGroup):
        await drain(office.memory, subscribers)
    office.mailer.failure = None

    await drain(office.memory, subscribers)
    await drain(office.memory, subscribers)

    assert len(office.mailer.sent) == 2
