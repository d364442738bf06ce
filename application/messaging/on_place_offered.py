"""Somebody who waited is told that tickets are set aside."""

from dataclasses import dataclass

from application.messaging.ports import (
    BeginMessaging,
    Deliveries,
    Letters,
    Mailer,
    Message,
    OfferedPlaces,
)
from application.shared import scope
from domain.sales.events import PlaceOffered
from domain.shared.aggregate import DomainEvent
from domain.shared.ids import WaitingListEntryId

SUBSCRIBER = "messaging.on_place_offered"


@dataclass(frozen=True, slots=True)
class OnPlaceOffered:
    """Send the offer with its secret and its end, once. Raises MailDown, and is then called again.

    An offer that was taken, given up or is over by then is not sent. As with confirmations, a crash
    may repeat the mail, with the same Message-ID.
    """

    begin: BeginMessaging
    offered_places: OfferedPlaces
    deliveries: Deliveries
    letters: Letters
    mailer: Mailer

    async def __call__(self, event_id: int, event: DomainEvent) -> None:
        assert isinstance(event, PlaceOffered)
        if await self.deliveries.is_done(SUBSCRIBER, event_id):
            return
        entry_id = WaitingListEntryId(event.aggregate_id)
        place = await self.offered_places.of_entry(event.organization_id, entry_id)
        if place is not None:
            await self.mailer.send(
                Message(
                    id=f"place-offered.{event_id}.{entry_id}",
                    to_name="",
                    to_address=place.email,
                    letter=self.letters.offer(place),
                )
            )
        async with self.begin(scope.organizations([event.organization_id])) as tx:
            await tx.once(SUBSCRIBER, event_id)
