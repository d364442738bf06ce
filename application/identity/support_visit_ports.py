"""What support visits ask of the world, besides the stores of identity."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from application.identity.ports import IdentityTransaction, IssuedToken
from application.shared.messages import View
from application.shared.scope import Scope
from domain.identity.support_visit import SupportVisit
from domain.shared.ids import OrganizationId, SessionId, UserId


class OverVisit(NamedTuple):
    """A visit that is over, while nobody was told so."""

    id: SessionId
    organization_ids: tuple[OrganizationId, ...]
    ended_at: datetime
    ended_by: UserId | None = None
    """The visited person, if they ended it among their sessions before its time was up."""


class SupportVisits(Protocol):
    async def lock(self, visit_id: SessionId) -> SupportVisit: ...  # Raises VisitNotFound.
    async def add(self, visit: SupportVisit) -> None: ...
    async def save(self, visit: SupportVisit) -> None: ...  # Raises StaleVersion.

    # Those whose time is up or whose session was ended, and that have no end yet; so many at most.
    async def over(self, at: datetime, at_most: int) -> list[OverVisit]: ...

    # Where somebody works, sorted.
    async def workplaces(self, user_id: UserId) -> tuple[OrganizationId, ...]: ...


class SupportVisitTransaction(IdentityTransaction, Protocol):
    @property
    def visits(self) -> SupportVisits: ...


BeginSupportVisit = Callable[[Scope], AbstractAsyncContextManager[SupportVisitTransaction]]


class VisitTokens(Protocol):
    # An access token that ends sooner than usual.
    def issue(self, user_id: UserId, session_id: SessionId, lifetime_s: int) -> IssuedToken: ...


class SupportVisitView(View):
    id: SessionId
    user_id: UserId
    visitor_id: UserId
    """The administrator who looked."""
    reason: str
    started_at: datetime
    ends_at: datetime
    """When it ends at the latest."""
    ended_at: datetime | None
    """Absent while it lasts."""
