"""An organisation exchanges a key's secret while its programs still use the old one."""

from dataclasses import dataclass
from datetime import timedelta

from application.identity.api_key_access import require_own
from application.identity.api_key_ports import ApiKeyIssued, BeginApiKeys, RememberedKeys
from application.shared.actor import Actor, authorize
from application.shared.ids import IdFactory
from application.shared.messages import Command
from domain.identity.api_key import OVERLAP, OVERLAP_MAX
from domain.identity.api_key_errors import InvalidOverlap
from domain.shared.ids import ApiKeyId, OrganizationId, SessionId
from domain.shared.permissions import Permission
from domain.shared.secret_text import SecretKind, spell

HOUR = timedelta(hours=1)


class RotateApiKeyCommand(Command):
    overlap_hours: int = OVERLAP // HOUR
    """How long the old secret goes on beside the new one: 0 to 168."""


@dataclass(frozen=True, slots=True)
class RotateApiKey:
    """Make a new secret, told this once; what the key may do stays.

    Raises NotFound, Forbidden, ApiKeyNotFound, ApiKeyRevoked, ScopesNotYours, InvalidOverlap,
    InvalidExpiry.
    """

    begin: BeginApiKeys
    ids: IdFactory
    remembered: RememberedKeys

    async def __call__(
        self,
        actor: Actor,
        organization_id: OrganizationId,
        key_id: ApiKeyId,
        command: RotateApiKeyCommand,
    ) -> ApiKeyIssued:
        authorize(actor, Permission.INTEGRATIONS_MANAGE, organization_id)
        if not 0 <= command.overlap_hours <= OVERLAP_MAX // HOUR:
            raise InvalidOverlap
        secret_id = SessionId(self.ids.new())
        text = spell(SecretKind.API_KEY, self.ids.number(), self.ids.secret())
        issued = ApiKeyIssued(key_id, text)
        async with self.begin(actor.within(organization_id)) as tx:
            key = await tx.api_keys.lock(organization_id, key_id)
            key.require_living()
            require_own(actor, organization_id, key.scopes)
            key.rotate(secret_id, text, overlap=command.overlap_hours * HOUR, at=tx.now)
            await tx.api_keys.save(key)
            tx.remember(issued, is_secret=True)
        self.remembered.forget_key(key_id)
        return issued
