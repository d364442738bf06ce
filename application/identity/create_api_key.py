"""An organisation makes a key for a third party; its secret is told this once."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from application.identity.api_key_access import require_own, require_tier
from application.identity.api_key_ports import ApiKeyIssued, BeginApiKeys
from application.shared.actor import Actor, authorize
from application.shared.ids import IdFactory
from application.shared.messages import Command, Instant
from application.shared.own_events import refuse_foreign
from domain.identity.api_key import EVENTS_MAX, LIVING_MAX, ApiKey
from domain.identity.api_key_errors import InvalidKeyEvents, TooManyApiKeys
from domain.shared.ids import ApiKeyId, EventId, OrganizationId, SessionId
from domain.shared.permissions import Permission, RateTier
from domain.shared.secret_text import SecretKind, spell


class CreateApiKeyCommand(Command):
    name: str
    scopes: list[Permission]
    """What it may do: names of permissions that you have yourself."""
    event_ids: Annotated[list[EventId], Meta(max_length=EVENTS_MAX)] | None = None
    """The events it works for; without them, every event of the organisation."""
    expires_at: Instant | None = None
    rate_tier: RateTier = RateTier.STANDARD


@dataclass(frozen=True, slots=True)
class CreateApiKey:
    """Keep the key and the hash of its secret.

    Raises NotFound, Forbidden, ScopesNotYours, RateTierNotYours, InvalidText, InvalidScopes,
    InvalidKeyEvents, InvalidExpiry, TooManyApiKeys.
    """

    begin: BeginApiKeys
    ids: IdFactory

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, command: CreateApiKeyCommand
    ) -> ApiKeyIssued:
        authorize(actor, Permission.INTEGRATIONS_MANAGE, organization_id)
        require_own(actor, organization_id, command.scopes)
        require_tier(actor, command.rate_tier, present=RateTier.STANDARD)
        key_id, secret_id = ApiKeyId(self.ids.new()), SessionId(self.ids.new())
        text = spell(SecretKind.API_KEY, self.ids.number(), self.ids.secret())
        issued = ApiKeyIssued(key_id, text)
        async with self.begin(actor.within(organization_id)) as tx:
            key = ApiKey.issue(
                organization_id,
                key_id,
                secret_id,
                text,
                name=command.name,
                scopes=command.scopes,
                event_ids=command.event_ids,
                rate_tier=command.rate_tier,
                expires_at=command.expires_at,
                by=actor.user_id,
                at=tx.now,
            )
            await refuse_foreign(tx, organization_id, key.event_ids, InvalidKeyEvents)
            if await tx.api_keys.living(organization_id) >= LIVING_MAX:
                raise TooManyApiKeys(maximum=LIVING_MAX)
            await tx.api_keys.add(key)
            tx.remember(issued, is_secret=True)
        return issued
