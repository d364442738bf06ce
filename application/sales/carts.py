"""What carts ask of the world, and who may ask for one."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from application.shared import scope
from application.shared.actor import Actor
from application.shared.idempotency import KeyedRequest
from application.shared.origin import Origin
from application.shared.scope import Scope
from application.shared.transaction import Transaction
from domain.sales.allotment import Allotment
from domain.sales.cart import Cart
from domain.sales.hoarding import ClientCart, GuestCarts
from domain.shared.ids import (
    AllotmentId,
    CartId,
    EventId,
    OrganizationId,
    TicketTypeId,
    UserId,
)


class CartVisitor(Struct, frozen=True, kw_only=True):
    """Who asks for a cart: a person for their own, or whoever shows a guest cart's token."""

    client: UUID
    """Stands for the person, or for a guest's address; carts are counted by it."""
    actor: Actor | None = None
    token: str | None = None
    admission_pass: str | None = None
    visitor: str = ""
    """Who shows the pass: the name that the waiting room gave."""
    keyed: KeyedRequest | None = None
    """The write that this visitor is making, if it carries an Idempotency-Key."""
    origin: Origin | None = None
    """Of a write: where it comes from."""

    def within(self, organization_id: OrganizationId) -> Scope:
        if self.actor is None:
            return scope.organizations([organization_id], keyed=self.keyed, origin=self.origin)
        return self.actor.within(organization_id)

    def glance(self, organization_id: OrganizationId) -> Scope:
        """To look at what decides later: claims no key."""
        return scope.organizations([organization_id])


def cart_key(visitor: CartVisitor) -> Hashable | None:
    """The same for everything that one cart's buyer clicks; None for a guest without a cart."""
    if visitor.token is not None:
        return visitor.token
    return None if visitor.actor is None else visitor.actor.user_id


def hash_of(token: str) -> bytes:
    """What is kept of a cart's token; it has 256 random bits, so that no salt is needed."""
    return sha256(token.encode()).digest()


def is_theirs(cart: Cart, actor: Actor | None, token: str | None) -> bool:
    """A guest's cart belongs to whoever shows its token, signed in or not."""
    if cart.token_hash is not None:
        return token is not None and compare_digest(cart.token_hash, hash_of(token))
    return actor is not None and cart.owner_id == actor.user_id


class CartChanged(Struct, frozen=True, kw_only=True):
    """What happened to which cart; the same again when the request is repeated."""

    cart_id: CartId
    cart_token: str | None = None
    """A new guest cart's, told this once."""
    is_renewed: bool = False
    """Its time had run out: prices and stock were looked at anew."""
    previous_prices: Mapping[TicketTypeId, str] = {}
    """What those tickets cost before whose price is another now."""


class Carts(Protocol):
    """Carts of the transaction's organisations."""

    # Other carts of this client that live or were opened after `since`. Others who count the same
    # client's carts wait until this transaction is over.
    async def of_client(
        self, client: UUID, *, since: datetime, but: CartId
    ) -> list[ClientCart]: ...
    # The other live carts of this event's guests; not locked.
    async def of_guests(self, event_id: EventId, *, but: CartId) -> GuestCarts: ...
    # Locks them, sorted by id; unknown ids are left out.
    async def lock(self, ids: Collection[CartId]) -> dict[CartId, Cart]: ...
    # Of these, those that are open and overdue at `tx.now`, skipping what others have locked.
    async def lock_overdue(self, ids: Collection[CartId]) -> list[Cart]: ...
    async def add(self, cart: Cart) -> None: ...  # Raises Contention: its owner has an open one.
    async def save(self, cart: Cart) -> None: ...  # Raises StaleVersion.
    async def close(self, carts: Sequence[Cart]) -> None: ...  # Status and date of many.


class CartsTransaction(Transaction, Protocol):
    @property
    def carts(self) -> Carts: ...


BeginCarts = Callable[[Scope], AbstractAsyncContextManager[CartsTransaction]]


class CartPlace(Struct, frozen=True):
    """Where a cart is kept, and whose tickets it has."""

    cart_id: CartId
    organization_id: OrganizationId
    event_id: EventId


class CartPlaces(Protocol):
    """Carts as they stand, found without locks and before the organisation is known."""

    async def of_token(self, token_hash: bytes) -> Cart | None: ...
    # A person's open cart, or else the last one, if it was opened after `since`: expired or
    # ordered. None if that was emptied.
    async def of_owner(self, owner_id: UserId, *, since: datetime) -> Cart | None: ...
    async def of_ids(self, ids: Collection[CartId]) -> dict[CartId, Cart]: ...
    # Open carts that are overdue, the longest overdue first.
    async def overdue(self, limit: int) -> list[CartPlace]: ...


class CartStock(Protocol):
    """What all carts together may hold, as PostgreSQL knows it: read outside every lock."""

    # Units open to everybody; None is without limit, and what is unknown is left out.
    async def open_to_all(
        self, organization_id: OrganizationId, ids: Collection[AllotmentId]
    ) -> Mapping[AllotmentId, int | None]: ...
    # As they are counted at this moment; what is unknown is left out.
    async def counted(
        self, organization_id: OrganizationId, ids: Collection[AllotmentId]
    ) -> Mapping[AllotmentId, Allotment]: ...
    # The room of an event, sold or not; None is without limit.
    async def room_of(self, organization_id: OrganizationId, event_id: EventId) -> int | None: ...
