"""An organisation exchanges the secret of an application."""

from dataclasses import dataclass

from application.identity.api_key_access import require_own
from application.identity.oauth_ports import BeginOAuth, OAuthClientIssued
from application.shared.actor import Actor, authorize
from application.shared.ids import IdFactory
from domain.shared.ids import OAuthClientId, OrganizationId
from domain.shared.permissions import Permission
from domain.shared.secret_text import SecretKind, spell


@dataclass(frozen=True, slots=True)
class RotateOauthClientSecret:
    """A new secret, told this once; the old one ends now, and tokens that were given go on.

    Raises NotFound, Forbidden, OAuthClientNotFound, ScopesNotYours, NoSecretToRotate.
    """

    begin: BeginOAuth
    ids: IdFactory

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, client_id: OAuthClientId
    ) -> OAuthClientIssued:
        authorize(actor, Permission.INTEGRATIONS_MANAGE, organization_id)
        secret = spell(SecretKind.CLIENT, self.ids.number(), self.ids.secret())
        issued = OAuthClientIssued(client_id, secret)
        async with self.begin(actor.within(organization_id)) as tx:
            client = await tx.oauth_clients.lock(organization_id, client_id)
            require_own(actor, organization_id, client.scope.permissions)
            client.rotate(secret)
            await tx.oauth_clients.save(client)
            tx.remember(issued, is_secret=True)
        return issued
