"""What whoever signs in is answered, whichever way they came."""

from typing import Any, Literal

from litestar import Request, Response
from litestar.datastructures import State

from application.identity.ports import Client, SecondStep, SignedIn
from application.identity.queries import UserQueries
from application.identity.views import UserView
from application.shared.idempotency import KeyedRequest
from application.shared.messages import View
from application.shared.scope import person
from entrypoints.http.client_address import address_of

AnyRequest = Request[Any, Any, State]
NO_STORE = {"Cache-Control": "no-store"}
Method = Literal["totp", "passkey", "recovery_code"]


class SessionView(View):
    """Who signed in, and the two tokens of the session."""

    user: UserView
    access_token: str
    """For the header `Authorization: Bearer ...`."""
    refresh_token: str
    """Exchange it once at `/auth/refresh`, for this and the next."""
    expires_in: int
    """Seconds until the access token expires."""


class SecondStepFields(View):
    challenge_token: str
    """For `/auth/2fa/verify`, once; it opens nothing else."""
    methods: list[Method]
    """With what the challenge may be answered."""
    passkey_options: dict[str, Any] | None
    """For `navigator.credentials.get`, if a passkey is among the methods."""
    expires_in: int
    """Seconds until the challenge expires."""


class SecondStepView(View):
    """The first factor was right; nobody is signed in before the second is."""

    second_factor: SecondStepFields


def client_of(request: AnyRequest, keyed: KeyedRequest | None = None) -> Client:
    """Where the request came from."""
    return Client(
        ip=address_of(request) or None, user_agent=request.headers.get("user-agent"), keyed=keyed
    )


async def session_answer(
    signed_in: SignedIn, user_queries: UserQueries, location: str | None = None
) -> Response[SessionView]:
    view = await session_view(signed_in, user_queries)
    return Response(view, headers=NO_STORE | ({"Location": location} if location else {}))


async def sign_in_answer(
    end: SignedIn | SecondStep, user_queries: UserQueries
) -> Response[SessionView | SecondStepView]:
    """The session, or what is still to be shown."""
    view: SessionView | SecondStepView
    if isinstance(end, SignedIn):
        view = await session_view(end, user_queries)
    else:
        view = SecondStepView(second_factor=_asked(end))
    return Response(view, headers=NO_STORE)


async def session_view(signed_in: SignedIn, user_queries: UserQueries) -> SessionView:
    me = await user_queries.get_me(person(signed_in.user_id))
    return SessionView(
        user=UserView(
            id=me.id,
            email=me.email,
            first_name=me.first_name,
            last_name=me.last_name,
            role=me.role,
        ),
        access_token=signed_in.access.token,
        refresh_token=signed_in.refresh_token,
        expires_in=signed_in.access.expires_in_s,
    )


def _asked(step: SecondStep) -> SecondStepFields:
    methods: list[Method] = []
    if step.factors.has_app:
        methods.append("totp")
    if step.factors.passkeys:
        methods.append("passkey")
    if step.factors.recovery_codes:
        methods.append("recovery_code")
    return SecondStepFields(
        challenge_token=step.challenge_token,
        methods=methods,
        passkey_options=step.passkey_options,
        expires_in=step.expires_in_s,
    )
