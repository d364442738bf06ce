"""An organisation corrects what it registered of an application."""

from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from application.identity.oauth_access import scope_to_register
from application.identity.oauth_ports import BeginOAuth, RememberedGrants
from application.shared.actor import Actor, authorize
from application.shared.messages import Command
from domain.shared.ids import OAuthClientId, OrganizationId
from domain.shared.permissions import Permission


class UpdateOauthClientCommand(Command):
    """What is not set stays as it is. What people allowed before stands, as far as the
    client has the scopes still.
    """

    name: str | UnsetType = UNSET
    redirect_uris: list[str] | UnsetType = UNSET
    scopes: list[str] | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class UpdateOauthClient:
    """Change the named fields.

    Raises NotFound, Forbidden, OAuthClientNotFound, ScopesNotYours, InvalidText,
    InvalidRedirectUri, InvalidOAuthScope, StaleVersion.
    """

    begin: BeginOAuth
    remembered: RememberedGrants

    async def __call__(
        self,
        actor: Actor,
        organization_id: OrganizationId,
        client_id: OAuthClientId,
        command: UpdateOauthClientCommand,
    ) -> None:
        authorize(actor, Permission.INTEGRATIONS_MANAGE, organization_id)
        async with self.begin(actor.within(organization_id)) as tx:
            client = await tx.oauth_clients.lock(organization_id, client_id)
            if command.name is not UNSET:
                client.rename(command.name)
            if command.redirect_uris is not UNSET:
                client.return_to(command.redirect_uris)
            if command.scopes is not UNSET:
                client.scope = scope_to_register(actor, organization_id, command.scopes)
            await tx.oauth_clients.save(client)
        self.remembered.forget_client(client_id)
