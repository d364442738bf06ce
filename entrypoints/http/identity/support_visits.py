"""The doors to support visits."""

from datetime import datetime

from litestar import Controller, Response, delete, get, post
from litestar.params import FromPath, JSONBody

from application.identity.end_support_visit import EndSupportVisit
from application.identity.platform_access import require_platform_admin
from application.identity.queries import SupportVisitQueries
from application.identity.start_support_visit import StartSupportVisit, StartSupportVisitCommand
from application.identity.support_visit_ports import SupportVisitView
from application.shared.actor import Actor
from application.shared.messages import View
from application.shared.paging import Page, PageRequest
from domain.shared.ids import SessionId, UserId
from entrypoints.http.given import Given


class StartedVisitView(View):
    """A visit, and the token of somebody else's session."""

    id: SessionId
    user_id: UserId
    reason: str
    started_at: datetime
    ends_at: datetime
    """It cannot be refreshed."""
    access_token: str
    """For the header `Authorization: Bearer ...`."""


class SupportVisitController(Controller):
    path = "/support-visits"
    tags = ("Accounts",)

    @post(operation_id="start_support_visit", summary="See the product as somebody else does")
    async def start_support_visit(
        self,
        data: JSONBody[StartSupportVisitCommand],
        actor: Given[Actor],
        start_support_visit: Given[StartSupportVisit],
    ) -> Response[StartedVisitView]:
        """The person gets a mail, and each organisation that they work in an entry in its audit
        log.
        """
        started = await start_support_visit(actor, data)
        visit = started.visit
        view = StartedVisitView(
            id=visit.id,
            user_id=visit.user_id,
            reason=visit.reason,
            started_at=visit.started_at,
            ends_at=visit.ends_at,
            access_token=started.access.token,
        )
        return Response(view, headers={"Cache-Control": "no-store"})

    @get(operation_id="list_support_visits", summary="List support visits")
    async def list_support_visits(
        self,
        actor: Given[Actor],
        support_visit_queries: Given[SupportVisitQueries],
        page: Given[PageRequest],
    ) -> Page[SupportVisitView]:
        """Everybody's, newest first."""
        require_platform_admin(actor)
        return await support_visit_queries.list_support_visits(actor.as_person(), page)

    @delete(
        "/{visit_id:uuid}", operation_id="end_support_visit", summary="End a support visit early"
    )
    async def end_support_visit(
        self,
        visit_id: FromPath[SessionId],
        actor: Given[Actor],
        end_support_visit: Given[EndSupportVisit],
    ) -> None:
        await end_support_visit(actor, visit_id)
