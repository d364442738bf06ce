"""Questions about what happened."""

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from msgspec import Struct

from application.shared.messages import View
from application.shared.paging import Page, PageRequest
from application.shared.scope import Scope
from domain.shared.ids import OrganizationId


class AuditActorView(View):
    """Who did it; absent in an entry that the platform made by itself."""

    kind: str
    id: UUID | None
    name: str | None
    """Of a person."""
    as_user: UUID | None
    """Whom they visited for support; what they saw and changed is what that person may."""


class AuditEntryView(View):
    """One change, or one thing that happened. Secrets and personal data are named, not shown."""

    id: str
    """Opaque: numbers are given to all organisations' entries together."""
    at: datetime
    action: str
    """`venue.updated`, `membership.deleted`, `order.paid`."""
    entity: str
    entity_id: UUID
    actor: AuditActorView | None
    ip: str | None
    request_id: str | None
    before: dict[str, Any]
    """What was changed, as it was."""
    after: dict[str, Any]
    """What was changed, as it is."""
    facts: dict[str, Any]
    """Of what happened: an order's event, a refund's reason."""
    block: int | None
    """The number of the block that holds it; absent for about a second."""


class AuditCheckView(View):
    """A stretch of the chain, computed again from what is stored."""

    is_intact: bool
    first_block: int | None
    last_block: int | None
    entries: int
    broken_block: int | None
    """The first whose entries or hash are not what they were."""
    head: str | None
    """The hash of the last block looked at: keep it, and nobody can rewrite what came before."""
    next_block: int | None
    """Where to go on."""


class AuditFilter(Struct, frozen=True, kw_only=True):
    entity: str | None = None
    entity_id: UUID | None = None
    actor_id: UUID | None = None
    at_from: datetime | None = None
    at_to: datetime | None = None
    """Exclusive."""


class AuditQueries(Protocol):
    """The audit log of one organisation in the scope."""

    # Newest first.
    async def list_audit_entries(
        self, scope: Scope, organization_id: OrganizationId, where: AuditFilter, page: PageRequest
    ) -> Page[AuditEntryView]: ...

    # At most 1,000 blocks from this one on.
    async def check_audit_log(
        self, scope: Scope, organization_id: OrganizationId, first_block: int
    ) -> AuditCheckView: ...
