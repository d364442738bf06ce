"""The doors to accounts and sessions."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from application.identity.log_in import LogIn, LogInCommand
from application.identity.log_out import LogOut, LogOutCommand
from application.identity.queries import UserQueries
from application.identity.refresh_session import RefreshSession, RefreshSessionCommand
from application.identity.register_user import RegisterUser, RegisterUserCommand
from application.identity.request_registration import RequestRegistration
from application.identity.views import MeView
from application.shared.actor import Actor, authorize_own
from application.shared.idempotency import KeyedRequest
from application.shared.messages import View
from domain.shared.permissions import PersonalScope
from entrypoints.http.given import Given
from entrypoints.http.identity.signed_in import (
    AnyRequest,
    SecondStepView,
    SessionView,
    client_of,
    session_answer,
    sign_in_answer,
)


class MailSentView(View):
    """A mail is on its way, if there is anything to be written to this address."""

    status: str = "mail_sent"


def mail_sent() -> Response[MailSentView]:
    """The same for every address."""
    return Response(MailSentView(), status_code=202, headers={"Cache-Control": "no-store"})


class AuthController(Controller):
    path = "/auth"
    tags = ("Accounts",)

    @post(
        "/register",
        operation_id="register_user",
        summary="Open an account",
        responses={
            202: ResponseSpec(
                MailSentView,
                description="The account opens when the mail's token comes to /auth/verify-email",
                generate_examples=False,
            )
        },
    )
    async def register_user(
        self,
        request: AnyRequest,
        data: JSONBody[RegisterUserCommand],
        keyed: Given[KeyedRequest | None],
        registration_mode: Given[str],
        register_user: Given[RegisterUser],
        request_registration: Given[RequestRegistration],
        user_queries: Given[UserQueries],
    ) -> Response[Any]:
        """Signs in at once, and writes to the address to have it verified.

        A platform that verifies addresses first answers 202, for every address, and opens the
        account by mail. Repeated with its key, it answers the same tokens; they may have ended
        meanwhile.
        """
        if registration_mode == "verified_first":
            await request_registration(data, client_of(request))
            return mail_sent()
        signed_in = await register_user(data, client_of(request, keyed))
        return await session_answer(signed_in, user_queries, location="/api/v1/auth/me")

    @post(
        "/login",
        status_code=200,
        operation_id="log_in",
        summary="Begin a session",
        opt={"refuses": [403]},  # A disabled account.
    )
    async def log_in(
        self,
        request: AnyRequest,
        data: JSONBody[LogInCommand],
        log_in: Given[LogIn],
        user_queries: Given[UserQueries],
    ) -> Response[SessionView | SecondStepView]:
        """Whoever has a second factor is asked for it, and gets no tokens yet."""
        return await sign_in_answer(await log_in(data, client_of(request)), user_queries)

    @post(
        "/refresh",
        status_code=200,
        operation_id="refresh_session",
        summary="Exchange a refresh token for new tokens",
        opt={"refuses": [403]},
    )
    async def refresh_session(
        self,
        request: AnyRequest,
        data: JSONBody[RefreshSessionCommand],
        refresh_session: Given[RefreshSession],
        user_queries: Given[UserQueries],
    ) -> Response[SessionView]:
        signed_in = await refresh_session(data, client_of(request))
        return await session_answer(signed_in, user_queries)

    @post("/logout", status_code=204, operation_id="log_out", summary="End this session")
    async def log_out(
        self,
        leaver: Given[Actor | None],
        log_out: Given[LogOut],
        data: JSONBody[LogOutCommand | None] = None,
    ) -> None:
        """By its access token, or without one by its refresh token. What has ended may be ended
        again.
        """
        await log_out(leaver, data)

    @get("/me", operation_id="get_me", summary="Show the signed-in person")
    async def get_me(self, actor: Given[Actor], user_queries: Given[UserQueries]) -> MeView:
        authorize_own(actor, PersonalScope.PROFILE)
        return await user_queries.get_me(actor.as_person())
