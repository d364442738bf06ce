"""Buyers place orders: many at once, each for itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

from application.sales.claims import Claims, Prepared
from application.sales.expire_orders import ExpireOrders
from application.sales.jams import Jams
from application.sales.messages import PlacedOrder, PlaceOrder
from application.sales.ports import BeginSales, OrderPlaces, SalesTransaction
from application.sales.quick_answers import QuickAnswers, outcomes_of, scarce_things
from application.sales.settle_payments import ticket_identities
from application.shared import scope
from application.shared.coalescer import OutcomeUnknown
from application.shared.idempotency import KeyReused, Repeated, RequestKey
from application.shared.ids import IdFactory
from application.shared.origin import Origin
from application.shared.retrying import retrying
from application.shared.transaction import AlreadyExists, NothingDone, SessionEnded, Stuck
from application.shared.twins import followers_of
from domain.sales.box_office import Claim, Units, decide_orders
from domain.sales.errors import (
    CartExpired,
    EventBusy,
    OfferChanged,
    OfferLapsed,
    Reserved,
    SoldOut,
)
from domain.shared.errors import DomainError, Unavailable
from domain.shared.ids import EventId, OrderId, UserId, WaitingListEntryId

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
    quick: QuickAnswers
    claims: Claims
    places: OrderPlaces
    ids: IdFactory
    expire: ExpireOrders
    hold_for: timedelta
    jams: Jams = field(default_factory=Jams)

    async def __call__(self, commands: Sequence[PlaceOrder]) -> list[Outcome]:
        followers = followers_of(map(_names, commands))
        waiting = {i: command for i, command in enumerate(commands) if i not in followers}
        outcomes: Outcomes = {}
        for _ in range(LOOKS_MAX):
            try:
                decided, exactly = await self._look(waiting)
                outcomes |= decided
                hopeful = {index: decided[index] for index in exactly}
                waiting = await self._worth_another_look(waiting, hopeful)
            except DomainError:
                if not outcomes:
                    raise
                break  # Everybody has an answer; some only hoped for a better one.
            if not waiting:
                break
        for index, leader in followers.items():
            told = _after(commands[index], commands[leader], outcomes[leader])
            outcomes[index] = told or await self._by_itself(commands[index])
        return [outcomes[index] for index in range(len(commands))]

    async def _by_itself(self, command: PlaceOrder) -> Outcome:
        """Nobody inherits a refusal that may have been another's own fault."""
        try:
            [outcome] = await self([command])
        except DomainError as refusal:
            return refusal
        return outcome

    async def again(self, command: PlaceOrder) -> Outcome:
        """After a commit that may or may not have gone through: placed at most once."""
        if await self.places.is_placed(command.order_id):
            return PlacedOrder(id=command.order_id)
        [outcome] = await self([command])
        if isinstance(outcome, AlreadyExists) and await self.places.is_placed(command.order_id):
            return PlacedOrder(id=command.order_id)  # The lost commit came through meanwhile.
        return outcome

    async def _look(self, commands: dict[int, PlaceOrder]) -> tuple[Outcomes, Collection[int]]:
        """Prepare, then place: the short way where it can be gone, the exact path for the rest.

        Answers all outcomes, and whose were decided exactly.
        """
        priced = await self.claims.price(commands)
        gone: Outcomes = {
            index: EventBusy(retry_after=1)
            for index, quote in priced.quotes.items()
            if self.jams.has(quote.event_id)
        }
        for index in gone:
            del priced.quotes[index]
        gone |= await self.quick.refuse_gone(commands, priced)
        for index in gone:
            priced.quotes.pop(index, None)
        prepared = await self.claims.of(commands, priced)
        outcomes = gone | await self._told_before(commands, prepared.refusals)
        outcomes |= await self.quick.of(commands, prepared)
        rest = {index: c for index, c in prepared.claims.items() if index not in outcomes}
        if rest:
            try:
                outcomes |= await self._exactly(commands, rest, prepared.in_carts)
            except Unavailable as down:
                if not outcomes:
                    raise
                # Who has an order keeps it; the others may or may not have one.
                told = down if isinstance(down, NothingDone) else OutcomeUnknown(retry_after=1)
                outcomes |= dict.fromkeys(rest, told)
        _say_when_to_return(prepared, outcomes)
        await self.claims.drop_carts(
            claim
            for index, claim in prepared.claims.items()
            if isinstance(outcomes[index], PlacedOrder)
        )
        return outcomes, rest.keys()

    async def _exactly(
        self, commands: dict[int, PlaceOrder], claims: dict[int, Claim], in_carts: Units
    ) -> Outcomes:
        """All together, and if that fails event by event: nobody is refused for others' trouble.

        Each transaction is repeated by itself, and not with those before it.
        """
        decide = retrying(self._decide, but=(Stuck,))
        try:
            return await decide(commands, claims, in_carts)
        except DomainError as refusal:
            if isinstance(refusal, Unavailable):
                raise
            if len(claims) == 1:
                self._note_jam(claims, refusal)
                return dict.fromkeys(claims, refusal)
        outcomes: Outcomes = {}
        groups = _by_event(claims)
        if len(groups) == 1:
            groups = [{index: claim} for index, claim in claims.items()]
        for group in groups:
            if self.jams.has(_event(group)):
                outcomes |= dict.fromkeys(group, EventBusy(retry_after=1))
                continue
            try:
                outcomes |= await decide(commands, group, in_carts)
            except DomainError as refusal:
                if isinstance(refusal, Unavailable):
                    raise
                self._note_jam(group, refusal)
                if len(group) == 1 or isinstance(refusal, Stuck):
                    outcomes |= dict.fromkeys(group, refusal)
                else:
                    outcomes |= await self._exactly(commands, group, in_carts)
        return outcomes

    def _note_jam(self, group: Mapping[int, Claim], refusal: DomainError) -> None:
        """Somebody sits on this event's stock: nobody else shall wait for that."""
        if isinstance(refusal, Stuck):
            self.jams.note(_event(group))

    async def _told_before(
        self, commands: Mapping[int, PlaceOrder], refusals: Mapping[int, DomainError]
    ) -> Outcomes:
        """A sale that closed meanwhile is no answer to whoever repeats a request."""
        outcomes: Outcomes = dict(refusals)
        keyed = {index: key for index in refusals if (key := commands[index].key) is not None}
        if keyed:
            first = await self.places.first_requests(keyed.values())
            outcomes |= {i: _told(first[key], key) for i, key in keyed.items() if key in first}
        return outcomes

    async def _decide(
        self, commands: dict[int, PlaceOrder], claims: dict[int, Claim], in_carts: Units
    ) -> Outcomes:
        sellers = scope.organizations(claim.quote.organization_id for claim in claims.values())
        async with self.begin(sellers) as tx:
            outcomes = await _repeated(tx, commands, claims)
            claims = {index: claims[index] for index in claims if index not in outcomes}
            stock = await tx.stock.lock(scarce_things(claims))
            limits = await tx.stock.lock_limits(list(claims.values()))
            outcomes |= await _barred(tx, commands, claims)
            entitled = {index: claims[index] for index in claims if index not in outcomes}
            decisions = decide_orders(
                list(entitled.values()),
                stock | limits,
                ticket_identities(self.ids),
                now=tx.now,
                hold_for=self.hold_for,
                in_carts=in_carts,
            )
            outcomes |= outcomes_of(entitled, decisions)
            await tx.repeats.release(_keys_of_the_refused(commands, claims, outcomes))
            if decisions.orders:
                await tx.orders.add(decisions.orders)
                await tx.payments.add(decisions.payments)
                await tx.tickets.add(decisions.tickets)
                await tx.carts.mark_ordered(
                    {o.cart_id: o.id for o in decisions.orders if o.cart_id is not None}
                )
                await tx.offers.take(_taken_offers(entitled, outcomes))
                asked_by: dict[UUID, Origin | None] = {
                    claim.order_id: commands[index].origin for index, claim in entitled.items()
                }
                tx.announce(*decisions.orders, by=asked_by)
                await tx.stock.save((stock | limits).values(), decisions.movements)
            decided_at = tx.now
        self.quick.one_trip.learn(stock.values(), decided_at)
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


def _names(command: PlaceOrder) -> list[UUID]:
    """An order is placed once for its key, and once for its cart."""
    return [name for name in (command.key and command.key.id, command.request.cart_id) if name]


def _after(command: PlaceOrder, leader: PlaceOrder, outcome: Outcome) -> Outcome | None:
    """What a repeat is told in whose batch the first one was; None if that tells it nothing."""
    placed = PlacedOrder(id=outcome.id) if isinstance(outcome, PlacedOrder) else None
    if command.key and leader.key and command.key.id == leader.key.id:
        if command.key == leader.key:
            return placed or outcome
        return KeyReused() if placed else None
    if _owner(command) != _owner(leader):
        return None
    return placed or (outcome if command.request == leader.request else None)


def _say_when_to_return(prepared: Prepared, outcomes: Outcomes) -> None:
    """Nothing of what lies in carts comes back before the first of them lets go."""
    for index, claim in prepared.claims.items():
        told = outcomes[index]
        first_end = prepared.first_end.get(claim.quote.event_id)
        if isinstance(told, Reserved) and first_end is not None:
            told.facts["retry_at"] = first_end


def _owner(command: PlaceOrder) -> tuple[str | None, UserId | None]:
    buyer = None if command.actor is None else command.actor.user_id
    return command.cart_token, buyer


def _event(group: Mapping[int, Claim]) -> EventId:
    return next(iter(group.values())).quote.event_id


def _by_event(claims: Mapping[int, Claim]) -> list[dict[int, Claim]]:
    groups: dict[EventId, dict[int, Claim]] = {}
    for index, claim in claims.items():
        groups.setdefault(claim.quote.event_id, {})[index] = claim
    return list(groups.values())


async def _repeated(
    tx: SalesTransaction, commands: Mapping[int, PlaceOrder], claims: Mapping[int, Claim]
) -> Outcomes:
    """Those whose key was used before: what they are told again."""
    keyed = {index: key for index in claims if (key := commands[index].key) is not None}
    if not keyed:
        return {}
    taken = await tx.repeats.claim({key: claims[index].order_id for index, key in keyed.items()})
    return {index: _told(taken[key], key) for index, key in keyed.items() if key in taken}


def _told(first: Repeated, key: RequestKey) -> Outcome:
    """What was answered when this request first came."""
    try:
        return PlacedOrder(id=OrderId(UUID(first.answers(key))))
    except DomainError as refusal:
        return refusal


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
