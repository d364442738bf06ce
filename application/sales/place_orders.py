"""Buyers place orders: many at once, each for itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from msgspec import Struct

from application.sales.expire_orders import ExpireOrders
from application.sales.ports import BeginSales, QuoteRequest, Quotes, WantedItem
from application.sales.settle_payments import ticket_identities
from application.shared import scope
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from application.shared.messages import Command
from application.shared.retrying import retrying
from application.shared.transaction import SessionEnded
from domain.sales.box_office import Claim, Decisions, decide_orders
from domain.sales.errors import OfferChanged, SoldOut
from domain.sales.order import Buyer, Order
from domain.sales.quote import Quote
from domain.shared.errors import DomainError
from domain.shared.ids import AllotmentId, OrderId, TicketTypeId

# An offer that changes faster than it can be quoted is refused after so many looks.
LOOKS_MAX = 3


class OrderItem(Command):
    ticket_type_id: TicketTypeId
    quantity: int


class PlaceOrderRequest(Command):
    """What a buyer says."""

    items: tuple[OrderItem, ...]
    promo_code: str | None = None


class PlaceOrder(Struct, frozen=True):
    """One buyer's wish, and who the buyer is."""

    actor: Actor
    request: PlaceOrderRequest


@dataclass(frozen=True, slots=True)
class PlaceOrders:
    """Price the items, hold the stock and record the orders: each wholly or not at all.

    One outcome per command, in order: the new order's id, or its refusal (SoldOut, NotOnSale,
    SaleNotOpen, SaleClosed, PromoCode..., QuantityOutOfRange, TicketTypeNotFound, SeveralEvents).
    What costs nothing is paid at once, its tickets in the same commit.
    """

    begin: BeginSales
    quotes: Quotes
    ids: IdFactory
    expire: ExpireOrders
    hold_for: timedelta

    async def __call__(self, commands: Sequence[PlaceOrder]) -> list[OrderId | DomainError]:
        outcomes: dict[int, OrderId | DomainError] = {}
        waiting = dict(enumerate(commands))
        for _ in range(LOOKS_MAX):
            try:
                # Repeated by itself and not with the looks before it, whose orders are placed.
                decided = await retrying(self._look)(waiting)
                outcomes |= decided
                waiting = await self._worth_another_look(waiting, decided)
            except DomainError:
                if not outcomes:
                    raise
                break  # Everybody has an answer; some only hoped for a better one.
            if not waiting:
                break
        return [outcomes[index] for index in range(len(commands))]

    async def _look(self, commands: dict[int, PlaceOrder]) -> dict[int, OrderId | DomainError]:
        """Quote outside the transaction, decide inside it."""
        outcomes: dict[int, OrderId | DomainError] = {}
        claims: dict[int, Claim] = {}
        quotes = await self.quotes.quote([_wish(command) for command in commands.values()])
        for (index, command), quote in zip(commands.items(), quotes, strict=True):
            if isinstance(quote, DomainError):
                outcomes[index] = quote
            else:
                claims[index] = self._claim(command.actor, quote)
        if claims:
            outcomes |= await self._decide(commands, claims)
        return outcomes

    async def _decide(
        self, commands: dict[int, PlaceOrder], claims: dict[int, Claim]
    ) -> dict[int, OrderId | DomainError]:
        sellers = scope.organizations(claim.quote.organization_id for claim in claims.values())
        sessions = {commands[index].actor.session_id for index in claims}
        wanted = _scarce_things(claims.values())
        async with self.begin(sellers) as tx:
            stock = await tx.stock.lock(wanted)
            ended = await tx.ended_sessions(sessions)
            entitled = {
                index: claim
                for index, claim in claims.items()
                if commands[index].actor.session_id not in ended
            }
            decisions = decide_orders(
                list(entitled.values()),
                stock,
                ticket_identities(self.ids),
                now=tx.now,
                hold_for=self.hold_for,
            )
            if decisions.orders:
                await tx.orders.add(decisions.orders)
                await tx.tickets.add(decisions.tickets)
                tx.announce(*decisions.orders)
                await tx.stock.save(stock.values(), decisions.movements)
        return _outcomes(claims, entitled, decisions)

    async def _worth_another_look(
        self, commands: dict[int, PlaceOrder], outcomes: dict[int, OrderId | DomainError]
    ) -> dict[int, PlaceOrder]:
        """An edited offer is quoted anew; a sold-out one may have orders that are overdue."""
        changed = {
            index for index, outcome in outcomes.items() if isinstance(outcome, OfferChanged)
        }
        self.quotes.forget({outcomes[index].facts["event_id"] for index in changed})  # type: ignore[union-attr]  # OfferChanged names its event.
        sold_out = {index for index, outcome in outcomes.items() if isinstance(outcome, SoldOut)}
        scarce = {outcomes[index].facts["event_id"] for index in sold_out}  # type: ignore[union-attr]  # Added by _outcomes.
        freed = await retrying(self.expire.of_events)(scarce) if scarce else set()
        again = changed | {i for i in sold_out if outcomes[i].facts["event_id"] in freed}  # type: ignore[union-attr]  # As above.
        return {index: commands[index] for index in sorted(again)}

    def _claim(self, actor: Actor, quote: Quote) -> Claim:
        return Claim(
            order_id=OrderId(self.ids.new()),
            number=self.ids.number(),
            buyer=Buyer(id=actor.user_id, name=actor.name, email=actor.email),
            quote=quote,
        )


def _wish(command: PlaceOrder) -> QuoteRequest:
    return QuoteRequest(
        tuple(WantedItem(item.ticket_type_id, item.quantity) for item in command.request.items),
        command.request.promo_code,
        frozenset(command.actor.memberships),
    )


def _scarce_things(claims: Iterable[Claim]) -> set[AllotmentId]:
    wanted: set[AllotmentId] = set()
    for claim in claims:
        wanted.add(AllotmentId(claim.quote.event_id))
        wanted.update(draw.allotment_id for draw in claim.quote.draws)
    return wanted


def _outcomes(
    claims: dict[int, Claim], entitled: dict[int, Claim], decisions: Decisions
) -> dict[int, OrderId | DomainError]:
    outcomes: dict[int, OrderId | DomainError] = {
        index: SessionEnded() for index in claims if index not in entitled
    }
    for (index, claim), outcome in zip(entitled.items(), decisions.outcomes, strict=True):
        if isinstance(outcome, Order):
            outcomes[index] = outcome.id
        else:
            outcome.facts.setdefault("event_id", claim.quote.event_id)
            outcomes[index] = outcome
    return outcomes
