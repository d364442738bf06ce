"""The doors to one's own sessions."""

from litestar import Controller, delete, get
from litestar.params import FromPath, FromQuery

from application.identity.queries import SessionQueries
from application.identity.revoke_session import RevokeSession
from application.identity.revoke_sessions import RevokeSessions
from application.identity.views import LivingSessionView
from application.shared.actor import Actor
from application.shared.paging import Page, PageRequest
from domain.shared.ids import SessionId
from entrypoints.http.given import Given


class SessionController(Controller):
    path = "/auth/sessions"
    tags = ("Accounts",)

    @get(operation_id="list_sessions", summary="List your sessions")
    async def list_sessions(
        self,
        person: Given[Actor],
        session_queries: Given[SessionQueries],
        page: Given[PageRequest],
    ) -> Page[LivingSessionView]:
        """Where you are signed in, newest first."""
        return await session_queries.list_sessions(person.as_person(), page)

    @delete("/{session_id:uuid}", operation_id="revoke_session", summary="End one of your sessions")
    async def revoke_session(
        self,
        session_id: FromPath[SessionId],
        person: Given[Actor],
        revoke_session: Given[RevokeSession],
    ) -> None:
        await revoke_session(person, session_id)

    @delete(operation_id="revoke_sessions", summary="End your other sessions")
    async def revoke_sessions(
        self,
        person: Given[Actor],
        revoke_sessions: Given[RevokeSessions],
        all: FromQuery[bool] = False,
    ) -> None:
        """All but the one that asks; with `all=true` that one too."""
        await revoke_sessions(person, everywhere=all)
