"""Buyers place orders: many at once, each for itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

from application.sales.claims import Claims, Prepared
from application.sales.expire_orders import ExpireOrders
from application.sales.messages import PlacedOrder, PlaceOrder
from application.sales.ports import BeginSales, OrderPlaces, SalesTransaction
from application.sales.settle_payments import ticket_identities
from application.shared import scope
from application.shared.idempotency import KeyReused, RequestKey
from application.shared.ids import IdFactory
from application.shared.retrying import retrying
from application.shared.transaction import SessionEnded
from domain.sales.box_office import Claim, Decisions, decide_orders
from domain.sales.errors import (
    CartExpired,
    CartNotFound,
    OfferChanged,
    OfferLapsed,
    SoldOut,
)
from domain.sales.order import Order
from domain.shared.errors import DomainError
from domain.shared.ids import AllotmentId, EventId, OrderId, WaitingListEntryId

# An offer that changes faster than it can be quoted is refused after so many looks.
LOOKS_MAX = 3

Outcome: TypeAlias = PlacedOrder | DomainError
Outcomes: TypeAlias = dict[int, Outcome]


@dataclass(frozen=True, slots=True)
class PlaceOrders:
    """Price the items, hold the stock and record the orders: each wholly or not at all.

    One outcome per command, in order: the new order, the one that its key or cart stands for
    already, or its refusal (SoldOut, Reserved, CustomerLimitReached, NotOnSale, SaleNotOpen,
    SaleClosed, PriceChanged, AdmissionPassNeeded, Cart..., Offer..., PromoCode...,
    QuantityOutOfRange, TicketTypeNotFound, SeveralEvents, KeyReused).
    What costs nothing, or is paid at a local till, is paid at once, its tickets in the same commit.
    """

    begin: BeginSales
    claims: Claims
    places: OrderPlaces
    ids: IdFactory
    expire: ExpireOrders
    hold_for: timedelta

    async def __call__(self, commands: Sequence[PlaceOrder]) -> list[Outcome]:
        waiting, followers = _one_of_each(commands)
        outcomes: Outcomes = {}
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
        for index, leader in followers.items():
            outcomes[index] = _after(commands[index], commands[leader], outcomes[leader])
        return [outcomes[index] for index in range(len(commands))]

    async def again(self, command: PlaceOrder) -> Outcome:
        """After a commit that may or may not have gone through: placed at most once."""
        if await self.places.is_placed(command.order_id):
            return PlacedOrder(id=command.order_id)
        [outcome] = await self([command])
        return outcome

    async def _look(self, commands: dict[int, PlaceOrder]) -> Outcomes:
        """Prepare outside the transaction, decide inside it."""
        prepared = await self.claims.of(commands)
        outcomes: Outcomes = dict(prepared.refusals)
        if prepared.claims:
            outcomes |= await self._decide(commands, prepared)
            await self.claims.drop_carts(
                claim
                for index, claim in prepared.claims.items()
                if isinstance(outcomes[index], PlacedOrder)
            )
        return outcomes

    async def _decide(self, commands: dict[int, PlaceOrder], prepared: Prepared) -> Outcomes:
        claims = prepared.claims
        sellers = scope.organizations(claim.quote.organization_id for claim in claims.values())
        async with self.begin(sellers) as tx:
            outcomes = await _repeated(tx, commands, claims)
            claims = {index: claims[index] for index in claims if index not in outcomes}
            await tx.stock.open_limits(list(claims.values()))
            stock = await tx.stock.lock(_scarce_things(claims.values()))
            outcomes |= await _barred(tx, commands, claims)
            entitled = {index: claims[index] for index in claims if index not in outcomes}
            decisions = decide_orders(
                list(entitled.values()),
                stock,
                ticket_identities(self.ids),
                now=tx.now,
                hold_for=self.hold_for,
                in_carts=prepared.in_carts,
            )
            outcomes |= _outcomes(entitled, decisions)
            await tx.repeats.release(_keys_of_the_refused(commands, claims, outcomes))
            if decisions.orders:
                await tx.orders.add(decisions.orders)
                await tx.payments.add(decisions.payments)
                await tx.tickets.add(decisions.tickets)
                await tx.carts.mark_ordered(
                    {o.cart_id: o.id for o in decisions.orders if o.cart_id is not None}
                )
                await tx.offers.take(_taken_offers(entitled, outcomes))
                tx.announce(*decisions.orders)
                await tx.stock.save(stock.values(), decisions.movements)
        return outcomes

    async def _worth_another_look(
        self, commands: dict[int, PlaceOrder], outcomes: Outcomes
    ) -> dict[int, PlaceOrder]:
        """An edited offer is quoted anew; a sold-out one may have orders that are overdue."""
        changed = {i for i, outcome in outcomes.items() if isinstance(outcome, OfferChanged)}
        self.claims.forget({_event_of(outcomes[index]) for index in changed})
        sold_out = {i for i, outcome in outcomes.items() if isinstance(outcome, SoldOut)}
        scarce = {_event_of(outcomes[index]) for index in sold_out}
        freed = await retrying(self.expire.of_events)(scarce) if scarce else set()
        again = changed | {index for index in sold_out if _event_of(outcomes[index]) in freed}
        return {index: commands[index] for index in sorted(again)}


def _one_of_each(
    commands: Sequence[PlaceOrder],
) -> tuple[dict[int, PlaceOrder], dict[int, int]]:
    """The first command of each key and cart, and for all others whom they follow."""
    leaders: dict[object, int] = {}
    waiting: dict[int, PlaceOrder] = {}
    followers: dict[int, int] = {}
    for index, command in enumerate(commands):
        names = [name for name in (command.key and command.key.id, command.request.cart_id) if name]
        leader = next((leaders[name] for name in names if name in leaders), None)
        if leader is None:
            waiting[index] = command
            leaders |= dict.fromkeys(names, index)
        else:
            followers[index] = leader
    return waiting, followers


def _after(command: PlaceOrder, leader: PlaceOrder, outcome: Outcome) -> Outcome:
    """What a repeat is told in whose batch the first one was."""
    if command.key and leader.key and command.key.id == leader.key.id:
        if command.key != leader.key:
            return KeyReused()
    elif command.cart_token != leader.cart_token or command.actor != leader.actor:
        return CartNotFound()
    return PlacedOrder(id=outcome.id) if isinstance(outcome, PlacedOrder) else outcome


async def _repeated(
    tx: SalesTransaction, commands: Mapping[int, PlaceOrder], claims: Mapping[int, Claim]
) -> Outcomes:
    """Those whose key was used before: what they are told again."""
    keyed = {index: key for index in claims if (key := commands[index].key) is not None}
    if not keyed:
        return {}
    taken = await tx.repeats.claim({key: claims[index].order_id for index, key in keyed.items()})
    outcomes: Outcomes = {}
    for index, key in keyed.items():
        if key in taken:
            try:
                outcomes[index] = PlacedOrder(id=OrderId(UUID(taken[key].answers(key))))
            except DomainError as refusal:
                outcomes[index] = refusal
    return outcomes


async def _barred(
    tx: SalesTransaction, commands: Mapping[int, PlaceOrder], claims: Mapping[int, Claim]
) -> Outcomes:
    """Who was signed out, and whose cart or offer is used up; read after the locks."""
    actors = {index: actor for index in claims if (actor := commands[index].actor) is not None}
    ended = await tx.ended_sessions({actor.session_id for actor in actors.values()})
    carts = await tx.carts.lock({c.cart_id for c in claims.values() if c.cart_id is not None})
    offers = await tx.offers.lock({c.offer_id for c in claims.values() if c.offer_id is not None})
    outcomes: Outcomes = {}
    for index, claim in claims.items():
        if index in actors and actors[index].session_id in ended:
            outcomes[index] = SessionEnded()
        elif claim.cart_id is not None and not (cart := carts[claim.cart_id]).is_open:
            ordered = cart.order_id
            outcomes[index] = CartExpired() if ordered is None else PlacedOrder(id=ordered)
        elif claim.offer_id is not None and claim.offer_id not in offers:
            outcomes[index] = OfferLapsed()
    return outcomes


def _scarce_things(claims: Iterable[Claim]) -> set[AllotmentId]:
    wanted: set[AllotmentId] = set()
    for claim in claims:
        wanted.add(AllotmentId(claim.quote.event_id))
        wanted.update(draw.allotment_id for draw in claim.draws)
    return wanted


def _outcomes(claims: Mapping[int, Claim], decisions: Decisions) -> Outcomes:
    outcomes: Outcomes = {}
    for (index, claim), outcome in zip(claims.items(), decisions.outcomes, strict=True):
        if isinstance(outcome, Order):
            outcomes[index] = PlacedOrder(
                id=outcome.id, order=outcome, event_name=claim.quote.event_name
            )
        else:
            outcome.facts.setdefault("event_id", claim.quote.event_id)
            outcomes[index] = outcome
    return outcomes


def _keys_of_the_refused(
    commands: Mapping[int, PlaceOrder], claims: Mapping[int, Claim], outcomes: Outcomes
) -> list[RequestKey]:
    """Refusals store nothing, and a cart that is ordered already answers for itself."""
    placed = {
        index
        for index, outcome in outcomes.items()
        if isinstance(outcome, PlacedOrder) and outcome.order is not None
    }
    keyed = ((index, commands[index].key) for index in claims)
    return [key for index, key in keyed if key is not None and index not in placed]


def _taken_offers(
    claims: Mapping[int, Claim], outcomes: Outcomes
) -> dict[WaitingListEntryId, OrderId]:
    return {
        claim.offer_id: claim.order_id
        for index, claim in claims.items()
        if claim.offer_id is not None and isinstance(outcomes[index], PlacedOrder)
    }


def _event_of(outcome: Outcome) -> EventId:
    assert isinstance(outcome, DomainError), "Only refusals are looked at again."
    event_id: EventId = outcome.facts["event_id"]  # OfferChanged names it, and _outcomes adds it.
    return event_id
