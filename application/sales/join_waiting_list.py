"""Somebody waits for tickets that are sold out."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from application.sales.messages import BUYER, GuestBuyer
from application.sales.ports import QuoteRequest, Quotes, WantedItem
from application.sales.waiting_list_ports import BeginWaitingList, WaitingVisitor
from application.shared.emails import ReadEmail
from application.shared.ids import IdFactory
from application.shared.messages import Command
from domain.sales.errors import (
    GuestCheckoutNotAllowed,
    InvalidQuantity,
    OfferChanged,
    QuantityOutOfRange,
    TicketTypeNotFound,
    TooManyJoins,
)
from domain.sales.order import Buyer
from domain.sales.quote import Quote
from domain.sales.waiting_list import WaitingListEntry
from domain.shared.errors import DomainError, Unauthenticated
from domain.shared.ids import AllotmentId, EventId, TicketTypeId, WaitingListEntryId
from domain.shared.names import clean_name

LOOKS_MAX = 3
HOUR = timedelta(hours=1)


class JoinWaitingListCommand(Command):
    ticket_type_id: TicketTypeId
    quantity: int = 1
    buyer: Annotated[GuestBuyer | None, BUYER] = None


@dataclass(frozen=True, slots=True)
class JoinWaitingList:
    """Take a place in line; what comes back goes to the line before the public.

    Raises TicketTypeNotFound, NotSoldOut, NeverFits, AlreadyWaiting, TooManyJoins, NotOnSale,
    SaleNotOpen, SaleClosed, QuantityOutOfRange, OfferChanged, GuestCheckoutNotAllowed,
    Unauthenticated, Invalid.
    """

    begin: BeginWaitingList
    quotes: Quotes
    read_email: ReadEmail
    ids: IdFactory
    joins_per_hour: int = 3
    """Lists of one organisation for an address or a client: each join may bring a mail to somebody
    whom nobody has asked, and keeps others waiting.
    """

    async def __call__(
        self, visitor: WaitingVisitor, event_id: EventId, command: JoinWaitingListCommand
    ) -> WaitingListEntryId:
        for look in range(1, LOOKS_MAX + 1):
            quote = await self._quote(visitor, event_id, command)
            buyer = self._buyer(visitor, command, quote)
            try:
                return await self._join(visitor, quote, buyer)
            except OfferChanged:
                if look == LOOKS_MAX:
                    raise
                self.quotes.forget([event_id])
        raise AssertionError("The last look answers or raises.")

    async def _quote(
        self, visitor: WaitingVisitor, event_id: EventId, command: JoinWaitingListCommand
    ) -> Quote:
        member_of = visitor.actor.insider_of if visitor.actor else frozenset()
        wanted = (WantedItem(command.ticket_type_id, command.quantity),)
        [quote] = await self.quotes.quote([QuoteRequest(wanted, None, member_of)])
        if isinstance(quote, DomainError):
            if isinstance(quote, InvalidQuantity | QuantityOutOfRange):
                quote.facts["field"] = "quantity"
            raise quote
        if quote.event_id != event_id:
            raise TicketTypeNotFound(ticket_type_id=command.ticket_type_id)
        return quote

    def _buyer(
        self, visitor: WaitingVisitor, command: JoinWaitingListCommand, quote: Quote
    ) -> Buyer:
        if visitor.actor is not None:
            actor = visitor.actor
            return Buyer(id=actor.user_id, name=actor.name, email=actor.email)
        if not quote.is_for_guests:
            raise GuestCheckoutNotAllowed(organization_id=quote.organization_id)
        if command.buyer is None:
            raise Unauthenticated("Sign in, or say who waits: buyer.name and buyer.email.")
        name = clean_name(command.buyer.name, field="buyer.name", longest=200)
        return Buyer(id=None, name=name, email=self.read_email(command.buyer.email))

    async def _join(
        self, visitor: WaitingVisitor, quote: Quote, buyer: Buyer
    ) -> WaitingListEntryId:
        entry_id = WaitingListEntryId(self.ids.new())
        async with self.begin(visitor.within(quote.organization_id)) as tx:
            stock = await tx.stock.lock(
                {AllotmentId(quote.event_id)} | {draw.allotment_id for draw in quote.draws}
            )
            entry = WaitingListEntry.join(
                entry_id, quote, buyer, stock, at=tx.now, client=visitor.client
            )
            await tx.entries.add(entry)
            if await tx.entries.joins_since(entry, tx.now - HOUR) > self.joins_per_hour:
                raise TooManyJoins(maximum=self.joins_per_hour, retry_at=tx.now + HOUR)
            tx.announce(entry)
            tx.remember(entry_id)
            await tx.stock.owe(stock.values())
        return entry_id
