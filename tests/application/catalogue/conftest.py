"""The catalogue's use cases on memory, with an organisation, a venue and people of every kind."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from adapters.memory.catalogue import MemoryCatalogueTransaction, MemoryEventOwners
from adapters.memory.database import MemoryDatabase
from adapters.memory.stock_rows import MemoryCounter
from adapters.system.ids import SystemIds
from application.catalogue.create_event import CreateEvent, CreateEventCommand
from application.catalogue.create_pool import CreatePool, CreatePoolCommand
from application.catalogue.create_ticket_type import CreateTicketType, CreateTicketTypeCommand
from application.catalogue.event_access import EventAccess
from application.catalogue.ports import BeginCatalogue, Organizer
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from domain.catalogue.errors import OrganizerNotFound, UnknownVenue
from domain.catalogue.event import Event
from domain.catalogue.ticket_type import TicketType
from domain.shared.address import Address
from domain.shared.aggregate import DomainEvent
from domain.shared.ids import (
    EventId,
    OrganizationId,
    PoolId,
    SessionId,
    TicketTypeId,
    UserId,
    VenueId,
)
from domain.shared.permissions import Role
from tests.domain.catalogue.builders import NOON, ORG

VENUE = VenueId(UUID("01970000-0000-7000-8000-0000000000b1"))
ADDRESS = Address(line1="Main St 1", city="Springfield", country="US")
SESSION = SessionId(UUID("01970000-0000-7000-8000-0000000000c1"))


def an_actor(role: Role | None, *, is_platform_admin: bool = False) -> Actor:
    return Actor(
        user_id=UserId(UUID(int=1)),
        session_id=SESSION,
        email="ann@example.org",
        name="Ann",
        is_platform_admin=is_platform_admin,
        memberships={} if role is None else {ORG: role},
    )


OWNER = an_actor(Role.OWNER)
ANALYST = an_actor(Role.ANALYST)
STRANGER = an_actor(None)


class _Session:
    revoked_at = None


@dataclass
class House:
    """What the use cases are given, and a look behind the scenes."""

    memory: MemoryDatabase
    begin: BeginCatalogue
    access: EventAccess
    ids: IdFactory
    takes_money: bool = True
    known: dict[OrganizationId, Organizer] = field(default_factory=dict)

    async def organizer(self, organization_id: OrganizationId) -> Organizer:
        if organization_id not in self.known:
            raise OrganizerNotFound
        return self.known[organization_id]

    async def address_of(self, organization_id: OrganizationId, venue_id: VenueId) -> Address:
        if (organization_id, venue_id) != (ORG, VENUE):
            raise UnknownVenue
        return ADDRESS

    async def can_take_money(self, organization_id: OrganizationId) -> bool:
        return self.takes_money

    def event(self, event_id: EventId) -> Event:
        event = self.memory.table("events").get(event_id)
        assert isinstance(event, Event)
        return event

    def ticket_type(self, ticket_type_id: TicketTypeId) -> TicketType:
        ticket_type = self.memory.table("ticket_types").get(ticket_type_id)
        assert isinstance(ticket_type, TicketType)
        return ticket_type

    def counter(self, allotment_id: UUID) -> MemoryCounter:
        counter = self.memory.table("allotment_counters").get(allotment_id)
        assert isinstance(counter, MemoryCounter)
        return counter

    def sell(self, allotment_id: UUID, quantity: int) -> None:
        counter = self.counter(allotment_id)
        counter.sold += quantity
        self.memory.table("allotment_counters").put(allotment_id, counter)

    @property
    def announced(self) -> list[DomainEvent]:
        return [recorded.event for recorded in self.memory.events]

    async def plan(self, **wanted: Any) -> EventId:
        create_event = CreateEvent(self.begin, self.ids, self, self)
        return await create_event(OWNER, a_plan(**wanted))

    async def offer(self, event_id: EventId, **wanted: Any) -> TicketTypeId:
        create_ticket_type = CreateTicketType(self.begin, self.access, self.ids, self)
        return await create_ticket_type(OWNER, event_id, an_offer(**wanted))

    async def pool(self, event_id: EventId, name: str = "Stand", quantity: int = 20) -> PoolId:
        create_pool = CreatePool(self.begin, self.access, self.ids)
        return await create_pool(OWNER, event_id, CreatePoolCommand(name=name, quantity=quantity))


def a_plan(**wanted: Any) -> CreateEventCommand:
    """As a client says it: camelCase JSON."""
    usual = {
        "organizationId": ORG,
        "name": "Rock Night",
        "category": "music",
        "startDatetime": NOON + timedelta(days=30),
        "endDatetime": NOON + timedelta(days=30, hours=4),
        "timezone": "Europe/Berlin",
        "capacity": 100,
    }
    return msgspec.convert(usual | wanted, CreateEventCommand)


def an_offer(**wanted: Any) -> CreateTicketTypeCommand:
    usual = {"name": "Floor", "price": "50.00", "quantity": 10}
    return msgspec.convert(usual | wanted, CreateTicketTypeCommand)


@pytest.fixture
def house(memory: MemoryDatabase, ids: SystemIds) -> House:
    memory.table("sessions").put(SESSION, _Session())
    owners = MemoryEventOwners(memory.table("events"))
    house = House(memory, memory.beginner(MemoryCatalogueTransaction), EventAccess(owners), ids)
    house.known[ORG] = Organizer("EUR", True)
    return house
