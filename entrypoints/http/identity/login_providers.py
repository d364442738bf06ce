"""The doors to signing in with a provider."""

from typing import Annotated
from urllib.parse import parse_qs

from litestar import Controller, Response, delete, get, post
from litestar.params import FromPath, JSONBody, PathParameter, QueryParameter
from litestar.response import Redirect

from application.identity.finish_provider_login import (
    FinishProviderLogin,
    FinishProviderLoginCommand,
)
from application.identity.link_identity import LinkIdentity, LinkIdentityCommand
from application.identity.queries import LinkedIdentityQueries, LoginProviderQueries, UserQueries
from application.identity.return_from_provider import ProviderAnswer, ReturnFromProvider
from application.identity.start_provider_login import (
    StartedLogin,
    StartProviderLogin,
    StartProviderLoginCommand,
)
from application.identity.unlink_identity import UnlinkIdentity
from application.identity.views import LinkedIdentityView, LoginProviderView
from application.shared.actor import Actor
from application.shared.paging import Page
from domain.shared.ids import LinkedIdentityId
from entrypoints.http.body import NO_NUL, refusal_at
from entrypoints.http.given import Given
from entrypoints.http.identity.signed_in import (
    AnyRequest,
    SecondStepView,
    SessionView,
    client_of,
    sign_in_answer,
)

Provider = Annotated[
    str, PathParameter(description="The provider's `name`, as GET /auth/providers lists it.")
]
Said = Annotated[str | None, QueryParameter(max_length=4096)]

_FIELDS_MAX = 50
_TELL_NOBODY = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class LoginProviderController(Controller):
    path = "/auth"
    tags = ("Accounts",)

    @get(
        "/providers",
        operation_id="list_login_providers",
        summary="List where one may sign in besides",
    )
    async def list_login_providers(
        self, login_provider_queries: Given[LoginProviderQueries]
    ) -> Page[LoginProviderView]:
        return Page(login_provider_queries.list_login_providers())

    @post(
        "/oidc/{provider:str}/start",
        status_code=200,
        operation_id="start_provider_login",
        summary="Begin to sign in, or to link, with a provider",
        opt={"refuses": [403, 429]},  # Who wants to link and does not show who they are.
    )
    async def start_provider_login(
        self,
        provider: Provider,
        data: JSONBody[StartProviderLoginCommand],
        visitor: Given[Actor | None],
        start_provider_login: Given[StartProviderLogin],
    ) -> Response[StartedLogin]:
        """Keep the `flowToken` where the flow began; it is what proves that at the end."""
        started = await start_provider_login(provider, data, visitor)
        return Response(started, headers=_TELL_NOBODY)

    @get(
        "/oidc/{provider:str}/callback",
        status_code=303,
        operation_id="return_from_provider",
        summary="Come back from a provider",
        opt={"refuses": [404]},
    )
    async def return_from_provider(
        self,
        provider: Provider,
        return_from_provider: Given[ReturnFromProvider],
        said_state: Annotated[str | None, QueryParameter(name="state", max_length=4096)] = None,
        code: Said = None,
        iss: Said = None,
        error: Said = None,
    ) -> Redirect:
        """For browsers: hands the provider's answer on to the shop's address, and does nothing."""
        answer = ProviderAnswer(state=said_state, code=code, iss=iss, error=error)
        return _sent_on(await return_from_provider(provider, answer))

    @post(
        "/oidc/{provider:str}/callback",
        status_code=303,
        operation_id="return_from_provider__alias_1",
        summary="Come back from a provider that posts a form",
    )
    async def return_from_provider__alias_1(
        self,
        request: AnyRequest,
        provider: Provider,
        return_from_provider: Given[ReturnFromProvider],
    ) -> Redirect:
        """As Apple does: `state`, `code`, `iss` and `error` are fields of the form."""
        answer = _posted(await request.body())
        return _sent_on(await return_from_provider(provider, answer))

    @post(
        "/oidc/{provider:str}/finish",
        status_code=200,
        operation_id="finish_provider_login",
        summary="Begin a session with what a provider said",
        opt={"refuses": [403]},  # A disabled account, an address that nobody vouches for.
    )
    async def finish_provider_login(
        self,
        request: AnyRequest,
        provider: Provider,
        data: JSONBody[FinishProviderLoginCommand],
        finish_provider_login: Given[FinishProviderLogin],
        user_queries: Given[UserQueries],
    ) -> Response[SessionView | SecondStepView]:
        """A first visit opens an account without a password, if the provider vouches for the
        e-mail address and nobody has it here. Whoever has a second factor is asked for it.
        """
        end = await finish_provider_login(provider, data, client_of(request))
        return await sign_in_answer(end, user_queries)


class LinkedIdentityController(Controller):
    path = "/users/me/identities"
    tags = ("Accounts",)

    @get(operation_id="list_identities", summary="List my linked accounts of providers")
    async def list_identities(
        self, person: Given[Actor], linked_identity_queries: Given[LinkedIdentityQueries]
    ) -> Page[LinkedIdentityView]:
        return Page(await linked_identity_queries.list_identities(person.as_person()))

    @post(operation_id="link_identity", summary="Link an account of a provider to mine")
    async def link_identity(
        self,
        data: JSONBody[LinkIdentityCommand],
        person: Given[Actor],
        link_identity: Given[LinkIdentity],
        linked_identity_queries: Given[LinkedIdentityQueries],
    ) -> Response[LinkedIdentityView]:
        """Finishes what this person began with `linkTo`."""
        identity_id = await link_identity(person, data)
        view = await linked_identity_queries.get_identity(person.as_person(), identity_id)
        return Response(view, headers={"Location": f"/api/v1/users/me/identities/{identity_id}"})

    @delete(
        "/{identity_id:uuid}", operation_id="unlink_identity", summary="Unlink an account of mine"
    )
    async def unlink_identity(
        self,
        identity_id: FromPath[LinkedIdentityId],
        person: Given[Actor],
        unlink_identity: Given[UnlinkIdentity],
    ) -> None:
        """Sessions that began with it go on; the last way in stays."""
        await unlink_identity(person, identity_id)


def _posted(body: bytes) -> ProviderAnswer:
    """What of the form is the provider's answer. Raises MalformedRequest."""
    try:
        form = parse_qs(body.decode(), max_num_fields=_FIELDS_MAX)
    except ValueError as error:
        raise refusal_at("$", "The body is not a form in UTF-8.") from error
    said = {name: form.get(name, [None])[0] for name in ("state", "code", "iss", "error")}
    for name, value in said.items():
        if value is not None and "\0" in value:
            raise refusal_at(f"$.{name}", NO_NUL)
    return ProviderAnswer(**said)


def _sent_on(address: str) -> Redirect:
    return Redirect(address, status_code=303, headers=_TELL_NOBODY)
