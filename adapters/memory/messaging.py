"""Messaging in memory."""

from adapters.memory.database import MemoryDatabase
from application.messaging.ports import Confirmation, Letter, Message, OfferedPlace
from domain.shared.ids import OrderId, OrganizationId, WaitingListEntryId


class MemoryConfirmations:
    """Answers what it was told; an order that it was not told of is not paid."""

    def __init__(self) -> None:
        self.known: dict[OrderId, Confirmation] = {}

    async def of_order(
        self, organization_id: OrganizationId, order_id: OrderId
    ) -> Confirmation | None:
        return self.known.get(order_id)


class MemoryOfferedPlaces:
    """Answers what it was told; an offer that it was not told of does not stand."""

    def __init__(self) -> None:
        self.known: dict[WaitingListEntryId, OfferedPlace] = {}

    async def of_entry(
        self, organization_id: OrganizationId, entry_id: WaitingListEntryId
    ) -> OfferedPlace | None:
        return self.known.get(entry_id)


class MemoryDeliveries:
    def __init__(self, database: MemoryDatabase) -> None:
        self._rows = database.table("deliveries")

    async def is_done(self, subscriber: str, event_id: int) -> bool:
        return self._rows.get((subscriber, event_id)) is not None


class PlainLetters:
    """Words without a template."""

    def confirm(self, confirmation: Confirmation) -> Letter:
        text = f"{confirmation.order_number}: {confirmation.event_name}"
        if confirmation.secret is not None:
            text = f"{text} {confirmation.secret}"
        return Letter(subject=text, text=text, html=text)

    def offer(self, place: OfferedPlace) -> Letter:
        text = f"{place.event_name}: {place.offer}"
        return Letter(subject=text, text=text, html=text)


class MemoryMailer:
    """Keeps what was sent; `failure` is raised instead, if set."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.failure: Exception | None = None

    async def send(self, message: Message) -> None:
        if self.failure is not None:
            raise self.failure
        self.sent.append(message)
