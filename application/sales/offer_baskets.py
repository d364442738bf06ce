"""What the waiting list's offers stand for, when they come as orders."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.sales.messages import PlaceOrder
from application.sales.ports import Basket, WantedItem
from application.sales.waiting_list_ports import WaitingListPlaces, WaitingListSecrets
from domain.sales.errors import OfferNotFound
from domain.sales.waiting_list import WaitingListEntry
from domain.shared.errors import DomainError


@dataclass(frozen=True, slots=True)
class OfferBaskets:
    """The tickets of each offer whose secret was shown. Whether it still stands, its lock tells.

    Refusal: OfferNotFound.
    """

    places: WaitingListPlaces
    secrets: WaitingListSecrets

    async def of(self, commands: Sequence[PlaceOrder]) -> list[Basket | DomainError]:
        ids = [
            self.secrets.offered_entry(command.request.waiting_list_offer or "")
            for command in commands
        ]
        known = {id_ for id_ in ids if id_ is not None}
        entries = await self.places.entries(known) if known else {}
        return [
            _basket(entries[id_], command) if id_ in entries else OfferNotFound()
            for id_, command in zip(ids, commands, strict=True)
        ]


def _basket(entry: WaitingListEntry, command: PlaceOrder) -> Basket:
    """At today's price; a promo code is the buyer's own business."""
    return Basket(
        (WantedItem(entry.ticket_type_id, entry.quantity),),
        promo_code=command.request.promo_code,
        offer_id=entry.id,
        offered=entry.blocked,
    )
