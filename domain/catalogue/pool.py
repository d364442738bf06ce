"""A pool: part of an event's room that several ticket types share, such as adults and children."""

from dataclasses import dataclass

from domain.catalogue.errors import InvalidQuantity
from domain.catalogue.ticket_type import QUANTITY_MAX
from domain.shared.ids import EventId, OrganizationId, PoolId
from domain.shared.text import clean

POOLS_MAX = 50
"""Of one event."""


@dataclass(slots=True, kw_only=True)
class Pool:
    """Has a clean name; how many units it has is the stock's business, under the same id."""

    organization_id: OrganizationId
    id: PoolId
    event_id: EventId
    name: str

    def __post_init__(self) -> None:
        self.name = clean(self.name, field="name", longest=100)


def known_units(quantity: int) -> int:
    """How many units a pool has. Raises InvalidQuantity."""
    if not 0 < quantity <= QUANTITY_MAX:
        raise InvalidQuantity(
            "A pool has 1 to 1,000,000 units.", quantity=quantity, maximum=QUANTITY_MAX
        )
    return quantity
