"""What the standing of an organisation asks of the world."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from application.identity.ports import IdentityTransaction
from application.shared.scope import Scope
from domain.shared.ids import OrganizationId


class OwnSales(Protocol):
    """What an organisation sells, as far as its standing has to do with it."""

    # Raises the revision of each of its events that is not over, under its lock: quotes made before
    # are refused from the commit on.
    async def doubt_offers(self, organization_id: OrganizationId, at: datetime) -> None: ...

    # Whether an event that is not over has orders that are pending or paid.
    async def has_orders_ahead(self, organization_id: OrganizationId, at: datetime) -> bool: ...


class StandingTransaction(IdentityTransaction, Protocol):
    @property
    def sales(self) -> OwnSales: ...


BeginStanding = Callable[[Scope], AbstractAsyncContextManager[StandingTransaction]]
