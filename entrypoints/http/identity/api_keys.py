"""The doors to the API keys of organisations."""

import msgspec
from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from application.identity.api_key_ports import ApiKeyIssued, ApiKeyView
from application.identity.create_api_key import CreateApiKey, CreateApiKeyCommand
from application.identity.queries import ApiKeyQueries
from application.identity.revoke_api_key import RevokeApiKey
from application.identity.rotate_api_key import RotateApiKey, RotateApiKeyCommand
from application.identity.update_api_key import UpdateApiKey, UpdateApiKeyCommand
from application.shared.actor import Actor, authorize
from application.shared.paging import Page, PageRequest
from domain.shared.ids import ApiKeyId, OrganizationId
from domain.shared.permissions import Permission
from entrypoints.http.given import Given


class IssuedApiKeyView(ApiKeyView):
    """A key with a new secret, which is shown this once."""

    secret: str
    """For the header `Authorization: Bearer ...`, and for no address."""


class ApiKeyController(Controller):
    path = "/organizations/{organization_id:uuid}/api-keys"
    tags = ("API keys",)

    @post(operation_id="create_api_key", summary="Make an API key")
    async def create_api_key(
        self,
        organization_id: FromPath[OrganizationId],
        data: JSONBody[CreateApiKeyCommand],
        person: Given[Actor],
        create_api_key: Given[CreateApiKey],
        api_key_queries: Given[ApiKeyQueries],
    ) -> Response[IssuedApiKeyView]:
        """Keep the `secret`: it is shown now and never again. It may do what its `scopes` say, as
        far as you may yourself.
        """
        issued = await create_api_key(person, organization_id, data)
        return await _issued(person, organization_id, issued, api_key_queries)

    @get(operation_id="list_api_keys", summary="List API keys")
    async def list_api_keys(
        self,
        organization_id: FromPath[OrganizationId],
        person: Given[Actor],
        api_key_queries: Given[ApiKeyQueries],
        page: Given[PageRequest],
    ) -> Page[ApiKeyView]:
        """Newest first, without their secrets."""
        authorize(person, Permission.INTEGRATIONS_MANAGE, organization_id, even_suspended=True)
        scope = person.within(organization_id)
        return await api_key_queries.list_api_keys(scope, organization_id, page)

    @get("/{key_id:uuid}", operation_id="get_api_key", summary="Show an API key")
    async def get_api_key(
        self,
        organization_id: FromPath[OrganizationId],
        key_id: FromPath[ApiKeyId],
        person: Given[Actor],
        api_key_queries: Given[ApiKeyQueries],
    ) -> ApiKeyView:
        authorize(person, Permission.INTEGRATIONS_MANAGE, organization_id, even_suspended=True)
        scope = person.within(organization_id)
        return await api_key_queries.get_api_key(scope, organization_id, key_id)

    @patch("/{key_id:uuid}", operation_id="update_api_key", summary="Change an API key")
    async def update_api_key(
        self,
        organization_id: FromPath[OrganizationId],
        key_id: FromPath[ApiKeyId],
        data: JSONBody[UpdateApiKeyCommand],
        person: Given[Actor],
        update_api_key: Given[UpdateApiKey],
        api_key_queries: Given[ApiKeyQueries],
    ) -> ApiKeyView:
        await update_api_key(person, organization_id, key_id, data)
        scope = person.within(organization_id)
        return await api_key_queries.get_api_key(scope, organization_id, key_id)

    @delete("/{key_id:uuid}", operation_id="revoke_api_key", summary="Revoke an API key")
    async def revoke_api_key(
        self,
        organization_id: FromPath[OrganizationId],
        key_id: FromPath[ApiKeyId],
        person: Given[Actor],
        revoke_api_key: Given[RevokeApiKey],
    ) -> None:
        """For good. The key stays in the list, so that what it did can be told."""
        await revoke_api_key(person, organization_id, key_id)

    @post(
        "/{key_id:uuid}/rotate", operation_id="rotate_api_key", summary="Renew an API key's secret"
    )
    async def rotate_api_key(
        self,
        organization_id: FromPath[OrganizationId],
        key_id: FromPath[ApiKeyId],
        person: Given[Actor],
        rotate_api_key: Given[RotateApiKey],
        api_key_queries: Given[ApiKeyQueries],
        data: JSONBody[RotateApiKeyCommand | None] = None,
    ) -> Response[IssuedApiKeyView]:
        """The old secret goes on for `overlapHours` (24, at most 168; 0 ends it at once)."""
        issued = await rotate_api_key(
            person, organization_id, key_id, data or RotateApiKeyCommand()
        )
        return await _issued(person, organization_id, issued, api_key_queries)


async def _issued(
    person: Actor, organization_id: OrganizationId, issued: ApiKeyIssued, queries: ApiKeyQueries
) -> Response[IssuedApiKeyView]:
    scope = person.within(organization_id)
    view = await queries.get_api_key(scope, organization_id, issued.key_id)
    shown = IssuedApiKeyView(**msgspec.structs.asdict(view), secret=issued.secret)
    path = f"/api/v1/organizations/{organization_id}/api-keys/{issued.key_id}"
    return Response(shown, headers={"Location": path, "Cache-Control": "no-store"})
