"""An organisation changes what a key may do, or until when."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from application.identity.api_key_access import require_own, require_tier
from application.identity.api_key_ports import BeginApiKeys, RememberedKeys
from application.shared.actor import Actor, authorize
from application.shared.messages import Command, Instant
from application.shared.own_events import refuse_foreign
from domain.identity.api_key import EVENTS_MAX
from domain.identity.api_key_errors import InvalidKeyEvents
from domain.shared.ids import ApiKeyId, EventId, OrganizationId
from domain.shared.permissions import Permission, RateTier


class UpdateApiKeyCommand(Command):
    """What is not set stays as it is; the secret does in any case."""

    name: str | UnsetType = UNSET
    scopes: list[Permission] | UnsetType = UNSET
    event_ids: Annotated[list[EventId], Meta(max_length=EVENTS_MAX)] | UnsetType | None = UNSET
    """Null is every event."""
    expires_at: Instant | UnsetType | None = UNSET
    """Null is never."""
    rate_tier: RateTier | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class UpdateApiKey:
    """Change the named fields; whoever changes a key may do all that it then may.

    Raises NotFound, Forbidden, ApiKeyNotFound, ApiKeyRevoked, ScopesNotYours, RateTierNotYours,
    InvalidText, InvalidScopes, InvalidKeyEvents, InvalidExpiry, StaleVersion.
    """

    begin: BeginApiKeys
    remembered: RememberedKeys

    async def __call__(
        self,
        actor: Actor,
        organization_id: OrganizationId,
        key_id: ApiKeyId,
        command: UpdateApiKeyCommand,
    ) -> None:
        authorize(actor, Permission.INTEGRATIONS_MANAGE, organization_id)
        async with self.begin(actor.within(organization_id)) as tx:
            key = await tx.api_keys.lock(organization_id, key_id)
            key.require_living()
            if command.name is not UNSET:
                key.rename(command.name)
            if command.scopes is not UNSET:
                key.allow(command.scopes)
            if command.event_ids is not UNSET:
                key.limit_to(command.event_ids)
                await refuse_foreign(tx, organization_id, key.event_ids, InvalidKeyEvents)
            if command.expires_at is not UNSET:
                key.expire(command.expires_at, at=tx.now)
            if command.rate_tier is not UNSET:
                require_tier(actor, command.rate_tier, present=key.rate_tier)
                key.rate_tier = command.rate_tier
            require_own(actor, organization_id, key.scopes)
            await tx.api_keys.save(key)
        self.remembered.forget_key(key_id)
