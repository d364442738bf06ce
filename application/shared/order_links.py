"""Guests and their orders: whoever shows an order's secret may see it, pay it and give it up."""

from typing import Protocol, TypeAlias

from msgspec import Struct

from application.shared import scope
from application.shared.actor import Actor
from application.shared.idempotency import KeyedRequest, RequestKey
from application.shared.origin import Origin
from application.shared.scope import Scope
from domain.shared.ids import OrderId, OrganizationId, SessionId, UserId
from domain.shared.permissions import Permission


class Guest(Struct, frozen=True, kw_only=True):
    """Somebody without an account who showed the secret of this order, and no other."""

    order_id: OrderId
    keyed: KeyedRequest | None = None
    """The write that this guest is making, if it carries an Idempotency-Key."""
    origin: Origin | None = None
    """Of a write: where it comes from."""

    @property
    def key(self) -> RequestKey | None:
        return None if self.keyed is None else self.keyed.key

    @property
    def user_id(self) -> UserId | None:
        return None

    def owns(self, owner_id: UserId | None) -> bool:
        """Guests have shown the secret of what is theirs; nobody's account has it."""
        return owner_id is None

    def shown(self, view: Permission) -> "Guest":
        """Whoever shows the secret sees the order in any case."""
        return self

    @property
    def session_id(self) -> SessionId | None:
        return None

    def within(self, *organization_ids: OrganizationId) -> Scope:
        return scope.organizations(organization_ids, keyed=self.keyed, origin=self.origin)


Shopper: TypeAlias = Actor | Guest
"""Who deals with an order: a signed-in person, or the guest who placed it."""


class OrderLinks(Protocol):
    """Secrets of guest orders: derived from the order's id and our keys, and stored nowhere."""

    def secret_of(self, order_id: OrderId) -> str: ...
    def link_of(self, order_id: OrderId) -> str: ...  # Where the order is seen, secret included.
    def order_of(self, secret: str) -> OrderId | None: ...  # None if it is not one of ours.
