"""An organisation with an owner, and the use cases of its API keys, on memory."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity_api_keys import MemoryApiKeyTransaction
from adapters.system.ids import SystemIds
from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.api_key_ports import ApiKeyIssued, BeginApiKeys
from application.identity.create_api_key import CreateApiKey, CreateApiKeyCommand
from application.identity.revoke_api_key import RevokeApiKey
from application.identity.rotate_api_key import RotateApiKey, RotateApiKeyCommand
from application.identity.update_api_key import UpdateApiKey, UpdateApiKeyCommand
from application.shared.actor import Actor
from domain.identity.api_key import ApiKey
from domain.shared.ids import ApiKeyId, EventId, OrganizationId
from domain.shared.permissions import Permission, Role
from tests.application.identity.people import Society

FAR = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass
class KeyScene:
    memory: MemoryDatabase
    society: Society
    tokens: RememberedAccessTokens
    begin: BeginApiKeys
    owner: Actor
    organization_id: OrganizationId

    @classmethod
    async def opens(
        cls, memory: MemoryDatabase, society: Society, tokens: RememberedAccessTokens
    ) -> "KeyScene":
        ada = await society.joins("ada")
        organization_id = await society.founds(ada)
        begin = memory.beginner(MemoryApiKeyTransaction)
        owner = await society.actor(ada)
        return cls(memory, society, tokens, begin, owner, organization_id)

    async def member(self, role: Role, name: str = "bob") -> Actor:
        joined = await self.society.joins(name)
        await self.society.employs(self.organization_id, joined.user_id, role)
        return await self.society.actor(joined)

    async def create(self, actor: Actor | None = None, **changes: Any) -> ApiKeyIssued:
        facts: dict[str, Any] = {"name": "Till", "scopes": [Permission.EVENTS_VIEW]}
        command = CreateApiKeyCommand(**facts | changes)
        create_api_key = CreateApiKey(self.begin, SystemIds())
        return await create_api_key(actor or self.owner, self.organization_id, command)

    async def update(self, key_id: ApiKeyId, actor: Actor | None = None, **changes: Any) -> None:
        update_api_key = UpdateApiKey(self.begin, self.tokens)
        command = UpdateApiKeyCommand(**changes)
        await update_api_key(actor or self.owner, self.organization_id, key_id, command)

    async def rotate(
        self, key_id: ApiKeyId, overlap_hours: int = 24, actor: Actor | None = None
    ) -> ApiKeyIssued:
        rotate_api_key = RotateApiKey(self.begin, SystemIds(), self.tokens)
        command = RotateApiKeyCommand(overlap_hours=overlap_hours)
        return await rotate_api_key(actor or self.owner, self.organization_id, key_id, command)

    async def revoke(self, key_id: ApiKeyId, actor: Actor | None = None) -> None:
        revoke_api_key = RevokeApiKey(self.begin, self.tokens)
        await revoke_api_key(actor or self.owner, self.organization_id, key_id)

    async def bearer(self, secret: str) -> Actor:
        """As every door would see whoever shows it now."""
        return await self.tokens.actor(secret)

    async def key(self, key_id: ApiKeyId) -> ApiKey:
        async with self.begin(self.owner.within(self.organization_id)) as tx:
            return await tx.api_keys.lock(self.organization_id, key_id)

    async def an_event(self) -> EventId:
        event_id = EventId(SystemIds().new())
        event = _Event(event_id, self.organization_id)
        self.memory.table("events").put(event_id, event)
        return event_id


@dataclass(frozen=True)
class _Event:
    """As much of an event as keys look at."""

    id: EventId
    organization_id: OrganizationId
