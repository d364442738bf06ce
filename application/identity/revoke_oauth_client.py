"""An organisation ends an application for good."""

from dataclasses import dataclass

from application.identity.oauth_ports import BeginOAuth, RememberedGrants
from application.shared.actor import Actor, authorize
from domain.shared.ids import OAuthClientId, OrganizationId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class RevokeOauthClient:
    """End it, and everything that anybody let it do. Raises NotFound, Forbidden,
    OAuthClientNotFound.
    """

    begin: BeginOAuth
    remembered: RememberedGrants

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, client_id: OAuthClientId
    ) -> None:
        authorize(actor, Permission.INTEGRATIONS_MANAGE, organization_id, even_suspended=True)
        async with self.begin(actor.ending(organization_id)) as tx:
            client = await tx.oauth_clients.lock(organization_id, client_id)
            client.revoke(at=tx.now)
            await tx.oauth_clients.save(client)
            await tx.grants.end_all(client_id, tx.now)
        self.remembered.forget_client(client_id)
