"""An organisation ends a key for good."""

from dataclasses import dataclass

from application.identity.api_key_ports import BeginApiKeys, RememberedKeys
from application.shared.actor import Actor, authorize
from domain.shared.ids import ApiKeyId, OrganizationId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class RevokeApiKey:
    """End it with all its secrets: from the commit on nothing is written with them.

    Revoking it again changes nothing. Raises NotFound, Forbidden, ApiKeyNotFound.
    """

    begin: BeginApiKeys
    remembered: RememberedKeys

    async def __call__(
        self, actor: Actor, organization_id: OrganizationId, key_id: ApiKeyId
    ) -> None:
        authorize(actor, Permission.INTEGRATIONS_MANAGE, organization_id, even_suspended=True)
        async with self.begin(actor.ending(organization_id)) as tx:
            key = await tx.api_keys.lock(organization_id, key_id)
            key.revoke(at=tx.now)
            await tx.api_keys.save(key)
        self.remembered.forget_key(key_id)
