"""The doors to the OAuth clients of organisations, and to what people let them do."""

import msgspec
from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from application.identity.oauth_ports import AuthorizationView, OAuthClientIssued, OAuthClientView
from application.identity.queries import OAuthQueries
from application.identity.register_oauth_client import (
    RegisterOauthClient,
    RegisterOauthClientCommand,
)
from application.identity.revoke_oauth_client import RevokeOauthClient
from application.identity.rotate_oauth_client_secret import RotateOauthClientSecret
from application.identity.update_oauth_client import UpdateOauthClient, UpdateOauthClientCommand
from application.identity.withdraw_authorization import WithdrawAuthorization
from application.shared.actor import Actor, authorize
from application.shared.paging import Page, PageRequest
from domain.shared.ids import GrantId, OAuthClientId, OrganizationId
from domain.shared.permissions import Permission
from entrypoints.http.given import Given


class IssuedOAuthClientView(OAuthClientView):
    """A client with its secret, which is shown this once."""

    secret: str | UnsetType = UNSET
    """Not set for a public client."""


class OAuthClientController(Controller):
    path = "/organizations/{organization_id:uuid}/oauth-clients"
    tags = ("OAuth",)

    @post(operation_id="register_oauth_client", summary="Register an application")
    async def register_oauth_client(
        self,
        organization_id: FromPath[OrganizationId],
        data: JSONBody[RegisterOauthClientCommand],
        person: Given[Actor],
        register_oauth_client: Given[RegisterOauthClient],
        oauth_queries: Given[OAuthQueries],
    ) -> Response[IssuedOAuthClientView]:
        """Keep the `secret`: it is shown now and never again."""
        issued = await register_oauth_client(person, organization_id, data)
        return await _issued(person, organization_id, issued, oauth_queries)

    @get(operation_id="list_oauth_clients", summary="List applications")
    async def list_oauth_clients(
        self,
        organization_id: FromPath[OrganizationId],
        person: Given[Actor],
        oauth_queries: Given[OAuthQueries],
        page: Given[PageRequest],
    ) -> Page[OAuthClientView]:
        """Newest first, without their secrets."""
        authorize(person, Permission.INTEGRATIONS_MANAGE, organization_id, even_suspended=True)
        scope = person.within(organization_id)
        return await oauth_queries.list_oauth_clients(scope, organization_id, page)

    @get("/{client_id:uuid}", operation_id="get_oauth_client", summary="Show an application")
    async def get_oauth_client(
        self,
        organization_id: FromPath[OrganizationId],
        client_id: FromPath[OAuthClientId],
        person: Given[Actor],
        oauth_queries: Given[OAuthQueries],
    ) -> OAuthClientView:
        authorize(person, Permission.INTEGRATIONS_MANAGE, organization_id, even_suspended=True)
        scope = person.within(organization_id)
        return await oauth_queries.get_oauth_client(scope, organization_id, client_id)

    @patch("/{client_id:uuid}", operation_id="update_oauth_client", summary="Change an application")
    async def update_oauth_client(
        self,
        organization_id: FromPath[OrganizationId],
        client_id: FromPath[OAuthClientId],
        data: JSONBody[UpdateOauthClientCommand],
        person: Given[Actor],
        update_oauth_client: Given[UpdateOauthClient],
        oauth_queries: Given[OAuthQueries],
    ) -> OAuthClientView:
        await update_oauth_client(person, organization_id, client_id, data)
        scope = person.within(organization_id)
        return await oauth_queries.get_oauth_client(scope, organization_id, client_id)

    @delete(
        "/{client_id:uuid}", operation_id="revoke_oauth_client", summary="Revoke an application"
    )
    async def revoke_oauth_client(
        self,
        organization_id: FromPath[OrganizationId],
        client_id: FromPath[OAuthClientId],
        person: Given[Actor],
        revoke_oauth_client: Given[RevokeOauthClient],
    ) -> None:
        """For good, with everything that anybody let it do."""
        await revoke_oauth_client(person, organization_id, client_id)

    @post(
        "/{client_id:uuid}/rotate-secret",
        operation_id="rotate_oauth_client_secret",
        summary="Renew an application's secret",
    )
    async def rotate_oauth_client_secret(
        self,
        organization_id: FromPath[OrganizationId],
        client_id: FromPath[OAuthClientId],
        person: Given[Actor],
        rotate_oauth_client_secret: Given[RotateOauthClientSecret],
        oauth_queries: Given[OAuthQueries],
    ) -> Response[IssuedOAuthClientView]:
        """The old secret ends at once; tokens that were given go on."""
        issued = await rotate_oauth_client_secret(person, organization_id, client_id)
        return await _issued(person, organization_id, issued, oauth_queries)


class AuthorizationController(Controller):
    path = "/users/me/authorizations"
    tags = ("OAuth",)

    @get(operation_id="list_authorizations", summary="List the applications you let in")
    async def list_authorizations(
        self, person: Given[Actor], oauth_queries: Given[OAuthQueries], page: Given[PageRequest]
    ) -> Page[AuthorizationView]:
        """Newest first."""
        return await oauth_queries.list_authorizations(person.as_person(), page)

    @delete(
        "/{authorization_id:uuid}",
        operation_id="withdraw_authorization",
        summary="Let an application in no longer",
    )
    async def withdraw_authorization(
        self,
        authorization_id: FromPath[GrantId],
        person: Given[Actor],
        withdraw_authorization: Given[WithdrawAuthorization],
    ) -> None:
        await withdraw_authorization(person, authorization_id)


async def _issued(
    person: Actor, organization_id: OrganizationId, issued: OAuthClientIssued, queries: OAuthQueries
) -> Response[IssuedOAuthClientView]:
    scope = person.within(organization_id)
    view = await queries.get_oauth_client(scope, organization_id, issued.client_id)
    facts = msgspec.structs.asdict(view)
    shown = IssuedOAuthClientView(**facts, secret=issued.secret or UNSET)
    path = f"/api/v1/organizations/{organization_id}/oauth-clients/{issued.client_id}"
    return Response(shown, headers={"Location": path, "Cache-Control": "no-store"})
