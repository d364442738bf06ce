"""The doors to the audit log."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath, FromQuery, QueryParameter

from application.insights.queries import (
    AuditCheckView,
    AuditEntryView,
    AuditFilter,
    AuditQueries,
)
from application.shared.actor import Actor, authorize
from application.shared.paging import Page, PageRequest
from domain.shared.ids import OrganizationId
from domain.shared.permissions import Permission
from entrypoints.http.given import Given
from entrypoints.http.instants import instant


class AuditLogController(Controller):
    path = "/organizations/{organization_id:uuid}/audit-log"
    tags = ("Audit",)

    @get(operation_id="list_audit_entries", summary="What was changed, by whom, and from where")
    async def list_audit_entries(
        self,
        organization_id: FromPath[OrganizationId],
        actor: Given[Actor],
        audit_queries: Given[AuditQueries],
        page: Given[PageRequest],
        entity: Annotated[str | None, QueryParameter(max_length=60)] = None,
        entity_id: Annotated[UUID | None, QueryParameter(name="entityId")] = None,
        actor_id: Annotated[UUID | None, QueryParameter(name="actorId")] = None,
        from_: Annotated[str | None, QueryParameter(name="from")] = None,
        to: FromQuery[str | None] = None,
    ) -> Page[AuditEntryView]:
        """Newest first. `from` and `to` (exclusive) are times with an offset, or dates."""
        authorize(actor, Permission.AUDIT_VIEW, organization_id)
        where = AuditFilter(
            entity=entity,
            entity_id=entity_id,
            actor_id=actor_id,
            at_from=instant(from_, "from"),
            at_to=instant(to, "to", end_of_day=True),
        )
        scope = actor.within(organization_id)
        return await audit_queries.list_audit_entries(scope, organization_id, where, page)

    @get("/check", operation_id="check_audit_log", summary="Compute the chain of blocks again")
    async def check_audit_log(
        self,
        organization_id: FromPath[OrganizationId],
        actor: Given[Actor],
        audit_queries: Given[AuditQueries],
        first_block: Annotated[int, QueryParameter(name="firstBlock", ge=1, le=2_000_000_000)] = 1,
    ) -> AuditCheckView:
        """1,000 blocks at a time. Keep `head` elsewhere: what came before it cannot be rewritten
        unnoticed any more.
        """
        authorize(actor, Permission.AUDIT_VIEW, organization_id)
        scope = actor.within(organization_id)
        return await audit_queries.check_audit_log(scope, organization_id, first_block)
