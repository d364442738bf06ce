"""An organisation registers an application; the secret of a confidential one is told this once."""

from dataclasses import dataclass

from application.identity.oauth_access import scope_to_register
from application.identity.oauth_ports import BeginOAuth, OAuthClientIssued
from application.shared.actor import Actor, authorize
from application.shared.ids import IdFactory
from application.shared.messages import Command
from domain.identity.oauth_client import LIVING_MAX, OAuthClient
from domain.identity.oauth_errors import TooManyOAuthClients
from domain.shared.ids import OAuthClientId, OrganizationId
from domain.shared.permissions import Permission
from domain.shared.secret_text import SecretKind, spell


class RegisterOauthClientCommand(Command):
    name: str
    scopes: list[str]
    """The most it may ask for: permissions of yours, and profile, orders_read, tickets_read."""
    redirect_uris: list[str] = []
    """Where people come back to, compared sign by sign; none for a client that asks nobody."""
    is_confidential: bool = True
    """Whether it can keep a secret; what runs in a browser or on a phone cannot."""


@dataclass(frozen=True, slots=True)
class RegisterOauthClient:
    """Keep it, and the hash of its secret.

    Raises NotFound, Forbidden, ScopesNotYours, InvalidText, InvalidRedirectUri, InvalidOAuthScope,
    TooManyOAuthClients.
    """

    begin: BeginOAuth
    ids: IdFactory

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, command: RegisterOauthClientCommand
    ) -> OAuthClientIssued:
        authorize(actor, Permission.INTEGRATIONS_MANAGE, organization_id)
        scope = scope_to_register(actor, organization_id, command.scopes)
        client_id, secret = OAuthClientId(self.ids.new()), None
        if command.is_confidential:
            secret = spell(SecretKind.CLIENT, self.ids.number(), self.ids.secret())
        issued = OAuthClientIssued(client_id, secret)
        async with self.begin(actor.within(organization_id)) as tx:
            client = OAuthClient.register(
                organization_id,
                client_id,
                name=command.name,
                redirect_uris=command.redirect_uris,
                scope=scope,
                secret=secret,
                by=actor.user_id,
                at=tx.now,
            )
            if await tx.oauth_clients.count(organization_id) >= LIVING_MAX:
                raise TooManyOAuthClients(maximum=LIVING_MAX)
            await tx.oauth_clients.add(client)
            tx.remember(issued, is_secret=True)
        return issued
