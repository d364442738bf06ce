"""The scene of sales with a waiting list: the floor is sold out, and people wait."""

from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

from adapters.memory.database import MemoryDatabase
from adapters.memory.sales.waiting_list import (
    MemoryWaitingListPlaces,
    MemoryWaitingListTransaction,
)
from adapters.memory.stock_rows import MemoryCounter
from adapters.system.emails import read_email
from adapters.tokens.keyring import Keyring
from adapters.tokens.waiting_list_secrets import DerivedWaitingListSecrets
from application.sales.change_waiting_list_priority import ChangeWaitingListPriority
from application.sales.close_waiting_lists import CloseWaitingLists
from application.sales.expire_offers import ExpireOffers
from application.sales.join_waiting_list import JoinWaitingList, JoinWaitingListCommand
from application.sales.leave_waiting_list import LeaveWaitingList
from application.sales.messages import GuestBuyer, PlaceOrder, PlaceOrderRequest
from application.sales.offer_baskets import OfferBaskets
from application.sales.offer_places import OfferPlaces
from application.sales.serve_waiting_lists import ServeWaitingLists
from application.sales.waiting_list_access import WaitingListAccess
from application.sales.waiting_list_ports import WaitingVisitor
from domain.catalogue.event import Event
from domain.catalogue.phase import Intent
from domain.sales.box_office import Movement, MovementKind
from domain.sales.waiting_list import WaitingListEntry, WaitingStatus, blocked_for, owed_by
from domain.shared.errors import DomainError
from domain.shared.ids import AllotmentId, OrderId, TicketTypeId, WaitingListEntryId
from domain.shared.period import Period
from tests.application.sales.scene import Scene
from tests.domain.sales.builders import EVENT, FLOOR, NOON, ORG

HOUR = timedelta(hours=1)
_SIGNS = {
    MovementKind.HOLD: Counter(held=1),
    MovementKind.RELEASE: Counter(held=-1),
    MovementKind.SELL: Counter(held=-1, sold=1),
    MovementKind.GIVE_BACK: Counter(sold=-1),
    MovementKind.BLOCK: Counter(blocked=1),
    MovementKind.UNBLOCK: Counter(blocked=-1),
}


class WaitingScene(Scene):
    def __init__(self, memory: MemoryDatabase) -> None:
        super().__init__(memory)
        begin = memory.beginner(MemoryWaitingListTransaction)
        self.line_places = MemoryWaitingListPlaces(memory)
        self.secrets = DerivedWaitingListSecrets(Keyring({1: b"of thirty-two bytes or more......"}))
        access = WaitingListAccess(self.line_places, self.secrets)
        self.join = JoinWaitingList(begin, self.quotes, read_email, self.ids)
        self.leave = LeaveWaitingList(begin, access)
        self.change_priority = ChangeWaitingListPriority(begin, access)
        self.serve = ServeWaitingLists(begin, self.line_places, self.quotes, HOUR)
        self.offer_places = OfferPlaces(begin, access, self.serve)
        self.expire_offers = ExpireOffers(begin, self.line_places)
        self.close_lists = CloseWaitingLists(begin, self.line_places)
        object.__setattr__(self.claims, "offers", OfferBaskets(self.line_places, self.secrets))
        self._lay_the_event()

    def _lay_the_event(self) -> None:
        self.event = Event(
            organization_id=ORG,
            id=EVENT,
            short_id=1,
            name="Show",
            slug="show",
            category="music",
            starts_at=NOON + 48 * HOUR,
            ends_at=NOON + 50 * HOUR,
            timezone="UTC",
            sales=Period(None, NOON + 47 * HOUR),
            capacity=100,
            currency="USD",
            intent=Intent.PUBLISHED,
            created_at=NOON,
            updated_at=NOON,
        )
        self.memory.table("events").put(EVENT, self.event)

    async def sell_out(self, of: TicketTypeId = FLOOR) -> OrderId:
        """All ten are in one unpaid order; cancelled, they come back."""
        return await self.place({of: 10})

    async def come_back(self, units: int) -> None:
        """So many of the floor become free, past all use cases, as by a higher capacity."""
        counter = self.counter(FLOOR)
        assert counter.capacity is not None
        counter.capacity += units
        self.memory.table("allotment_counters").put(FLOOR, counter)

    async def wait(
        self,
        name: str = "grace",
        quantity: int = 1,
        of: TicketTypeId = FLOOR,
        client: UUID | None = None,
    ) -> WaitingListEntryId:
        buyer = GuestBuyer(name=name.title(), email=f"{name}@example.com")
        command = JoinWaitingListCommand(ticket_type_id=of, quantity=quantity, buyer=buyer)
        return await self.join(WaitingVisitor(client=client), EVENT, command)

    def take_up(self, entry_id: WaitingListEntryId) -> PlaceOrder:
        request = PlaceOrderRequest(
            waiting_list_offer=self.secrets.of_offer(entry_id),
            buyer=GuestBuyer(name="Grace", email="grace@example.com"),
        )
        return PlaceOrder(actor=None, request=request, order_id=OrderId(uuid4()))

    async def ordered(self, command: PlaceOrder) -> OrderId:
        [outcome] = await self.place_orders([command])
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome.id

    def guest(self, entry_id: WaitingListEntryId) -> WaitingVisitor:
        return WaitingVisitor(secret=self.secrets.of_entry(entry_id))

    def entry(self, entry_id: WaitingListEntryId) -> WaitingListEntry:
        found = self.memory.table("waiting_list_entries").get(entry_id)
        assert isinstance(found, WaitingListEntry)
        return found

    def line(self, *ids: WaitingListEntryId) -> list[WaitingStatus]:
        return [self.entry(id_).status for id_ in ids]

    def counter(self, id_: object) -> MemoryCounter:
        counter = self.memory.table("allotment_counters").get(id_)
        assert isinstance(counter, MemoryCounter)
        return counter

    def check(self) -> None:
        """Counters are what moved; blocked is what is offered; waiting is what is owed."""
        entries = list(self.memory.table("waiting_list_entries").rows())
        owed, blocked = owed_by(entries), blocked_for(entries)
        moved: dict[AllotmentId, Counter[str]] = {}
        movement: Movement
        for movement in self.memory.table("stock_movements").rows():
            counts = moved.setdefault(movement.allotment_id, Counter())
            for name, sign in _SIGNS[movement.kind].items():
                counts[name] += sign * movement.quantity
        for counter in self.memory.table("allotment_counters").rows():
            id_ = counter.allotment_id
            counts = moved.get(id_, Counter())
            assert counter.waiting == owed.get(id_, 0)
            assert counter.blocked == blocked.get(id_, 0) == counts["blocked"]
            assert (counter.held, counter.sold) == (counts["held"], counts["sold"])
