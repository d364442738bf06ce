"""What can be answered without a lock: yes while plenty is left, no once everything is gone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

from application.sales.claims import Prepared, Priced
from application.sales.messages import PlacedOrder, PlaceOrder
from application.sales.one_trip import Batch, OneTrip, Seen
from application.sales.ports import Basket
from application.sales.settle_payments import ticket_identities
from application.shared.ids import IdFactory
from domain.sales.box_office import Claim, Decisions, Units, decide_orders, missing
from domain.sales.errors import NotOnSale, OfferChanged, Reserved, SoldOut
from domain.sales.order import Order
from domain.sales.quote import Quote
from domain.shared.errors import DomainError
from domain.shared.ids import AllotmentId, SessionId

Outcomes: TypeAlias = dict[int, PlacedOrder | DomainError]


@dataclass(frozen=True, slots=True)
class QuickAnswers:
    """Nothing here decides who gets the last ones: whoever has no answer goes the exact path."""

    one_trip: OneTrip
    ids: IdFactory
    hold_for: timedelta

    async def of(self, commands: Mapping[int, PlaceOrder], prepared: Prepared) -> Outcomes:
        """Orders that were placed in one round trip, and refusals of what nobody can have."""
        plain = {
            index: claim for index, claim in prepared.claims.items() if is_plain(claim, claim.quote)
        }
        is_second = False
        while plain:
            # Who goes the exact path is not overtaken: what they want is left for them.
            ahead = [c for i, c in prepared.claims.items() if i not in plain and i < max(plain)]
            left = _together(prepared.in_carts, ahead)
            seen = self.one_trip.seen(scarce_things(plain))
            if seen is None:
                break
            decisions, decided = self._decide(plain, seen, left)
            placed = {i: plain[i] for i, told in decided.items() if isinstance(told, PlacedOrder)}
            unsure = {i: c for i, c in plain.items() if _may_yet_be_had(decided.get(i))}
            in_turn = {i: claim for i, claim in placed.items() if not _overtakes(i, claim, unsure)}
            if in_turn != placed:
                plain = in_turn
                continue
            if not placed:
                break
            batch = self._batch(commands, placed, decided, decisions, left, seen)
            if await self.one_trip.write(batch):
                return {index: decided[index] for index in placed}
            plain = {} if is_second else await self._without_culprits(commands, placed, batch)
            is_second = True
        return {}

    async def _without_culprits(
        self, commands: Mapping[int, PlaceOrder], placed: Mapping[int, Claim], batch: Batch
    ) -> dict[int, Claim]:
        """A guard refused: the others, if it was for a key that was used or a session that ended.

        One bad command must not send a whole batch the long way.
        """
        found = await self.one_trip.look(
            {claim.quote.organization_id for claim in placed.values()},
            scarce_things(placed),
            {claim.quote.event_id for claim in placed.values()},
            {key.id for key, _ in batch.keys},
            batch.sessions,
        )
        innocent = {
            index: claim
            for index, claim in placed.items()
            if _key_id(commands[index]) not in found.keys
            and _session(commands[index]) not in found.ended
        }
        if len(innocent) == len(placed):
            return {}
        self.one_trip.learn(found.stock.values(), batch.now)
        return innocent

    async def refuse_gone(self, commands: Mapping[int, PlaceOrder], priced: Priced) -> Outcomes:
        """Whoever wants what is gone, as committed now that they ask, is told so at once.

        Unless the same request had something before, or orders are overdue that may give back.
        """
        wanted = {
            index: quote
            for index, quote in priced.quotes.items()
            if _is_simple(commands[index], priced.baskets[index], quote)
        }
        quotes = {id(quote): quote for quote in wanted.values()}
        seen = self.one_trip.glance(_things_of(quotes.values())) if quotes else None
        if seen is None:
            return {}
        scarce = {
            name: quote
            for name, quote in quotes.items()
            if missing(quote.draws, seen.stock) and quote.is_open(seen.now)
        }
        doubtful = {index: quote for index, quote in wanted.items() if id(quote) in scarce}
        if not doubtful:
            return {}
        keys = {index: key.id for index in doubtful if (key := commands[index].key) is not None}
        found = await self.one_trip.look(
            {quote.organization_id for quote in scarce.values()},
            _things_of(scarce.values()),
            {quote.event_id for quote in scarce.values()},
            set(keys.values()),
        )
        short = {name: missing(quote.draws, found.stock) for name, quote in scarce.items()}
        return {
            index: SoldOut(**lack, event_id=quote.event_id)
            for index, quote in doubtful.items()
            if (lack := short[id(quote)])
            and quote.event_id not in found.overdue
            and keys.get(index) not in found.keys
        }

    def _decide(
        self, plain: Mapping[int, Claim], seen: Seen, left: Units
    ) -> tuple[Decisions, Outcomes]:
        quotes = {id(claim.quote): claim.quote for claim in plain.values()}
        sure = {
            name
            for name, quote in quotes.items()
            if quote.allotments <= seen.stock.keys() and not quote.has_edge_near(seen.now)
        }
        known = {index: claim for index, claim in plain.items() if id(claim.quote) in sure}
        decisions = decide_orders(
            list(known.values()),
            seen.stock,
            ticket_identities(self.ids),
            now=seen.now,
            hold_for=self.hold_for,
            in_carts=left,
        )
        return decisions, outcomes_of(known, decisions)

    def _batch(
        self,
        commands: Mapping[int, PlaceOrder],
        placed: Mapping[int, Claim],
        decided: Outcomes,
        decisions: Decisions,
        left: Units,
        seen: Seen,
    ) -> Batch:
        orders = {i: told.order for i in placed if isinstance(told := decided[i], PlacedOrder)}
        new = {i: order for i, order in orders.items() if order is not None}
        actors = (commands[index].actor for index in placed)
        return Batch(
            placed=[(placed[index], order) for index, order in new.items()],
            origins=[commands[index].origin for index in new],
            decisions=decisions,
            keys=[(key, order) for i, order in new.items() if (key := commands[i].key) is not None],
            sessions={actor.session_id for actor in actors if actor is not None},
            in_carts=left,
            now=seen.now,
        )


def _may_yet_be_had(told: PlacedOrder | DomainError | None) -> bool:
    """Whether somebody without an order might get one the exact way, with the stock as it is."""
    if isinstance(told, PlacedOrder):
        return False
    return told is None or isinstance(told, SoldOut | Reserved | OfferChanged | NotOnSale)


def _key_id(command: PlaceOrder) -> UUID | None:
    return None if command.key is None else command.key.id


def _session(command: PlaceOrder) -> SessionId | None:
    return None if command.actor is None else command.actor.session_id


def is_plain(had: Claim | Basket, quote: Quote) -> bool:
    """Whether nothing but the counters decides."""
    return (
        had.cart_id is None
        and had.offer_id is None
        and not quote.per_customer
        and quote.promo_code_id is None
    )


def _is_simple(command: PlaceOrder, basket: Basket, quote: Quote) -> bool:
    """Whether nothing but the stock could refuse it, and the buyer is known."""
    return (
        command.actor is not None
        and command.request.shown_total is None
        and is_plain(basket, quote)
        and not quote.needs_pass
    )


def _things_of(quotes: Iterable[Quote]) -> set[AllotmentId]:
    return {draw.allotment_id for quote in quotes for draw in quote.draws}


def _together(in_carts: Units, ahead: Iterable[Claim]) -> Units:
    """What others have a better right to: what is in their carts, and who came earlier."""
    left = Counter(in_carts)
    for claim in ahead:
        for draw in claim.draws:
            left[draw.allotment_id] += draw.units
    return left


def _overtakes(index: int, claim: Claim, unsure: Mapping[int, Claim]) -> bool:
    """Whether somebody who came earlier, and may yet get it, wants the same."""
    earlier = {i: other for i, other in unsure.items() if i < index}
    return bool(earlier) and not scarce_things({index: claim}).isdisjoint(scarce_things(earlier))


def scarce_things(claims: Mapping[int, Claim]) -> set[AllotmentId]:
    """Everything that is to be locked for them."""
    quotes = {id(claim.quote): claim.quote for claim in claims.values()}
    wanted: set[AllotmentId] = set()
    for quote in quotes.values():
        wanted |= quote.allotments
    for claim in claims.values():
        if claim.quote.per_customer:
            wanted.update(draw.allotment_id for draw in claim.draws)
        wanted.update(claim.offered)
    return wanted


def outcomes_of(claims: Mapping[int, Claim], decisions: Decisions) -> Outcomes:
    """Each claim's order, or its refusal, which names the event."""
    outcomes: Outcomes = {}
    for (index, claim), outcome in zip(claims.items(), decisions.outcomes, strict=True):
        if isinstance(outcome, Order):
            outcomes[index] = PlacedOrder(
                id=outcome.id, order=outcome, quote=claim.quote, payment=claim.payment
            )
        else:
            outcome.facts.setdefault("event_id", claim.quote.event_id)
            outcomes[index] = outcome
    return outcomes
