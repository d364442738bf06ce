"""What came back is offered to those who wait, strictly in order."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from application.sales.ports import QuoteRequest, Quotes, WantedItem
from application.sales.waiting_list_ports import BeginWaitingList, Head, WaitingListPlaces
from application.shared import scope
from application.shared.retrying import retrying
from domain.sales.errors import OfferChanged
from domain.sales.quote import Quote
from domain.sales.waiting_list import Wish, decide_offers
from domain.shared.errors import DomainError
from domain.shared.ids import AllotmentId, EventId, OrganizationId

EVENTS_MAX = 500
"""How many events one round looks at; the next round is soon."""
HEADS_MAX = 20
"""How many of each wish one transaction looks at, so that it never holds a hot row for long."""
TURNS_MAX = 50
"""How many transactions one event is given in a row."""
LOOKS_MAX = 3
"""An offer that changes faster than it can be quoted has to wait for the next round."""


@dataclass(frozen=True, slots=True)
class ServeWaitingLists:
    """Set free units aside for those who wait, each with a time by which to take them up.

    Stock, line and editions are read under the locks; a repeat finds nothing to offer. Nobody is
    offered what is hidden, not on sale, or whose sale is over; no offer outlives the sale.
    """

    begin: BeginWaitingList
    places: WaitingListPlaces
    quotes: Quotes
    offer_for: timedelta

    async def __call__(self) -> int:
        """All events where somebody may be served; answers how many offers were made."""
        offered = 0
        for chance in await self.places.chances(EVENTS_MAX):
            offered += await self.of_event(chance.organization_id, chance.event_id)
        return offered

    async def of_event(self, organization_id: OrganizationId, event_id: EventId) -> int:
        """One event; answers how many offers were made."""
        offered = changed = 0
        for _ in range(TURNS_MAX):
            heads = await self.places.heads(organization_id, event_id)
            if not heads:
                break
            quotes = await self._quotes(organization_id, heads)
            if any(isinstance(quote, DomainError) for quote in quotes.values()):
                # A refusal names no edition, so that no lock would tell whether it is an old one.
                self.quotes.forget([event_id])
                quotes = await self._quotes(organization_id, heads)
            try:
                made, may_go_on = await retrying(self._offer)(
                    organization_id, event_id, heads, quotes
                )
            except OfferChanged:
                changed += 1
                if changed == LOOKS_MAX:
                    break
                self.quotes.forget([event_id])
                continue
            offered += made
            if not (made and may_go_on):
                break
        return offered

    async def _quotes(
        self, organization_id: OrganizationId, heads: list[Head]
    ) -> dict[Wish, Quote | DomainError]:
        """What the event sells now, asked before the transaction; a member may see all of it."""
        requests = [
            QuoteRequest(
                (WantedItem(head.ticket_type_id, head.quantity),),
                None,
                frozenset([organization_id]),
            )
            for head in heads
        ]
        quotes = await self.quotes.quote(requests)
        return {head.wish: quote for head, quote in zip(heads, quotes, strict=True)}

    async def _offer(
        self,
        organization_id: OrganizationId,
        event_id: EventId,
        heads: list[Head],
        quotes: dict[Wish, Quote | DomainError],
    ) -> tuple[int, bool]:
        """How many were offered, and whether there are more in line than were looked at."""
        wanted = {AllotmentId(event_id)}.union(*(head.draws_from for head in heads))
        for quote in quotes.values():
            if isinstance(quote, Quote):
                wanted |= {draw.allotment_id for draw in quote.draws}
        async with self.begin(scope.organizations([organization_id])) as tx:
            stock = await tx.stock.lock(wanted)
            line = await tx.entries.lock_heads(event_id, quotes.keys(), HEADS_MAX)
            looked_at = Counter(entry.wish for entry in line)
            more = {wish for wish, number in looked_at.items() if number == HEADS_MAX}
            decided = decide_offers(
                line, stock, quotes, more=more, now=tx.now, offer_for=self.offer_for
            )
            if decided.offered:
                await tx.entries.save(decided.offered)
                tx.announce(*decided.offered)
                await tx.stock.owe(stock.values())
                await tx.stock.save(stock.values(), decided.movements)
        return len(decided.offered), bool(more)
