"""What the waiting list asks of the world."""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from application.sales.ports import StockStore
from application.shared import scope
from application.shared.actor import Actor
from application.shared.idempotency import KeyedRequest
from application.shared.scope import Scope
from application.shared.transaction import Transaction
from domain.sales.allotment import Allotment
from domain.sales.waiting_list import WaitingListEntry, Wish
from domain.shared.ids import (
    AllotmentId,
    EventId,
    OrganizationId,
    TicketTypeId,
    UserId,
    WaitingListEntryId,
)


class WaitingVisitor(Struct, frozen=True, kw_only=True):
    """Who asks for a place in line: a person, or a guest with the secret of a place."""

    actor: Actor | None = None
    secret: str | None = None
    client: UUID | None = None
    """Stands for the person, or for a guest's address; joins are counted by it."""
    keyed: KeyedRequest | None = None
    """A guest's write, if it carries an Idempotency-Key; a person's is with the actor."""

    def within(self, organization_id: OrganizationId) -> Scope:
        if self.actor is None:
            return scope.organizations([organization_id], keyed=self.keyed)
        return self.actor.within(organization_id)


class WaitingEntries(Protocol):
    """Places in line. Stock is locked first, then entries: orders do it in that order too."""

    # What these entries draw from, to be locked; read without a lock.
    async def stock_of(self, ids: Collection[WaitingListEntryId]) -> set[AllotmentId]: ...
    # Locks them, sorted by id; unknown ids and other organisations' are left out.
    async def lock(
        self, ids: Collection[WaitingListEntryId]
    ) -> dict[WaitingListEntryId, WaitingListEntry]: ...
    # Those of an event that wait with these wishes, in order; the first `limit` of each. Locked.
    async def lock_heads(
        self, event_id: EventId, wishes: Collection[Wish], limit: int
    ) -> list[WaitingListEntry]: ...
    # Of these, offers whose time is over at `tx.now`. Locked, without those that others have.
    async def lock_lapsed(self, ids: Collection[WaitingListEntryId]) -> list[WaitingListEntry]: ...
    # How often its address, in any spelling, or its client joined lists of the scope's
    # organisations since then, whatever became of it.
    async def joins_since(self, entry: WaitingListEntry, since: datetime) -> int: ...
    # Raises AlreadyWaiting.
    async def add(self, entry: WaitingListEntry) -> None: ...
    # Raises StaleVersion unless every one is as it was read.
    async def save(self, entries: Sequence[WaitingListEntry]) -> None: ...
    # Writes who waits, which `save` does not. Raises StaleVersion.
    async def forget(self, entry: WaitingListEntry) -> None: ...


class OwedStock(StockStore, Protocol):
    """Counters, of which the waiting list also writes what it is owed."""

    # Writes `waiting` alone. Before `save`: the rows are hot.
    async def owe(self, stock: Iterable[Allotment]) -> None: ...


class WaitingListTransaction(Transaction, Protocol):
    @property
    def stock(self) -> OwedStock: ...
    @property
    def entries(self) -> WaitingEntries: ...


BeginWaitingList = Callable[[Scope], AbstractAsyncContextManager[WaitingListTransaction]]


class EntryPlace(Struct, frozen=True):
    """Where an entry is kept, and whose it is."""

    entry_id: WaitingListEntryId
    organization_id: OrganizationId
    event_id: EventId
    user_id: UserId | None


class Chance(Struct, frozen=True):
    """An event at which somebody waits."""

    organization_id: OrganizationId
    event_id: EventId


class Head(Struct, frozen=True):
    """What the first ones in line want."""

    ticket_type_id: TicketTypeId
    quantity: int
    draws_from: frozenset[AllotmentId]

    @property
    def wish(self) -> Wish:
        return self.ticket_type_id, self.quantity


class WaitingListPlaces(Protocol):
    """Where entries are kept, and where there is something to do. Read without locks."""

    # Raises WaitingListEntryNotFound.
    async def place_of(self, entry_id: WaitingListEntryId) -> EntryPlace: ...
    # All that somebody with an account ever had, oldest first.
    async def of_person(self, user_id: UserId) -> list[EntryPlace]: ...
    # Whose event it is. Raises EventNotFound.
    async def organization_of(self, event_id: EventId) -> OrganizationId: ...
    # Events where everything that somebody waits for is free; one of these only, if given.
    async def chances(self, limit: int, event_id: EventId | None = None) -> list[Chance]: ...
    # What is wanted at an event, one per wish.
    async def heads(self, organization_id: OrganizationId, event_id: EventId) -> list[Head]: ...
    # Offers whose time is over, oldest first.
    async def lapsed(self, limit: int) -> list[EntryPlace]: ...
    # Entries that wait or are offered although their event is cancelled or their sale is over; of
    # one event only, if given.
    async def over(self, limit: int, event_id: EventId | None = None) -> list[EntryPlace]: ...
    # What is stored of these, for those who showed their secrets; unknown ids are left out.
    async def entries(
        self, ids: Collection[WaitingListEntryId]
    ) -> dict[WaitingListEntryId, WaitingListEntry]: ...


class WaitingListSecrets(Protocol):
    """What guests show instead of signing in; derived from the entry's id, stored nowhere."""

    # By which a guest sees and leaves a place in line.
    def of_entry(self, entry_id: WaitingListEntryId) -> str: ...
    # Of what entry it is; None if we never made it.
    def entry(self, secret: str) -> WaitingListEntryId | None: ...
    # By which an offer is taken up.
    def of_offer(self, entry_id: WaitingListEntryId) -> str: ...
    def offered_entry(self, secret: str) -> WaitingListEntryId | None: ...
