"""What pricing asks of the world."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from application.shared.scope import Scope
from application.shared.transaction import Transaction
from domain.pricing.promo_code import PromoCode
from domain.shared.ids import AllotmentId, EventId, OrganizationId, PromoCodeId, TicketTypeId
from domain.shared.money import Money
from domain.shared.period import Period


class PromoCodes(Protocol):
    async def get(self, promo_code_id: PromoCodeId) -> PromoCode: ...  # Raises PromoCodeNotFound.
    async def add(self, promo_code: PromoCode) -> None: ...  # Raises PromoCodeTaken.
    async def save(self, promo_code: PromoCode) -> None: ...  # Raises StaleVersion.
    async def remove(self, promo_code: PromoCode) -> None: ...  # After its uses were closed.


class Uses(Protocol):
    """How often a code may be used: an allotment under the code's id, held and sold by orders."""

    # A new allotment; a limit of None is without end.
    async def open(self, promo_code: PromoCode, max_uses: int | None) -> None: ...

    # Decided under the counter's lock. Raises MaxUsesBelowUsed.
    async def resize(self, promo_code: PromoCode, max_uses: int | None) -> None: ...

    # Forgets the allotment. Raises PromoCodeInUse if it was ever used, even by an expired order.
    async def close(self, promo_code: PromoCode) -> None: ...


class PricingTransaction(Transaction, Protocol):
    @property
    def promo_codes(self) -> PromoCodes: ...
    @property
    def uses(self) -> Uses: ...


BeginPricing = Callable[[Scope], AbstractAsyncContextManager[PricingTransaction]]


class PromoCodeReach(Struct, frozen=True):
    """Whose code it is, and for which events; None is all of theirs."""

    organization_id: OrganizationId
    event_ids: Sequence[EventId] | None


class PromoCodeOwners(Protocol):
    """Whose code it is: asked before a transaction, because its scope names the organisation."""

    # Raises PromoCodeNotFound.
    async def reach_of(self, promo_code_id: PromoCodeId) -> PromoCodeReach: ...


class OwnEvents(Protocol):
    """Which events are an organisation's."""

    async def own(
        self, organization_id: OrganizationId, event_ids: Collection[EventId]
    ) -> set[EventId]: ...


class OfferedType(Struct, frozen=True, kw_only=True):
    """A ticket type as it is sold; `draws` are units of an allotment for each ticket."""

    id: TicketTypeId
    name: str
    price: Money
    min_per_order: int
    max_per_order: int
    max_per_customer: int | None = None
    """Over all orders of one customer; None is without limit."""
    sales: Period
    is_hidden: bool
    draws: tuple[tuple[AllotmentId, int], ...]


class Offer(Struct, frozen=True, kw_only=True):
    """All of one event's ticket types, of one edition: everything here was read at one instant."""

    organization_id: OrganizationId
    event_id: EventId
    event_name: str = ""
    currency: str
    is_offered: bool
    """Published, by an organisation that may sell."""
    is_public: bool
    """Whoever knows the event may see it; otherwise its organisation alone."""
    sales: Period
    fee_percent: Decimal
    fee_fixed: Decimal
    revision: int
    has_waiting_room: bool = False
    """Switched on: whoever orders shows its pass."""
    is_for_guests: bool = True
    """People without an account may buy."""
    types: Mapping[TicketTypeId, OfferedType]


class OfferedCode(Struct, frozen=True):
    promo_code: PromoCode
    uses_left: int | None
    """None is without limit. Fit for showing; the stock decides."""


class Offers(Protocol):
    """What is for sale, at most 1 s old."""

    # The offer in which each type is found; unknown types are left out.
    async def offers(self, ids: Collection[TicketTypeId]) -> dict[TicketTypeId, Offer]: ...

    # Codes as they are stored (see `normal_code`), read anew; unknown ones are left out.
    async def codes(
        self, wanted: Collection[tuple[OrganizationId, str]]
    ) -> dict[tuple[OrganizationId, str], OfferedCode]: ...

    # The next question about these events reads anew.
    def forget(self, event_ids: Collection[EventId]) -> None: ...


class TriedItem(Struct, frozen=True):
    ticket_type_id: TicketTypeId
    quantity: int


class PromoCodeTrials(Protocol):
    """What a code would take off an order that is not placed."""

    # Raises whatever ordering would raise, except for stock and sales windows: PromoCodeUnknown,
    # PromoCodeExpired, PromoCodeExhausted, TicketTypeNotFound, QuantityOutOfRange ...
    async def discount(
        self,
        code: str,
        items: Sequence[TriedItem],
        member_of: frozenset[OrganizationId | EventId],
    ) -> Money: ...
