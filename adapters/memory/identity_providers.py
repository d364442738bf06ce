"""Signing in with a provider in memory."""

from datetime import datetime

from adapters.memory.database import MemoryTable, MemoryTransaction, add_versioned, save_versioned
from adapters.memory.identity_accounts import MemoryAccountTransaction
from domain.identity.errors import IdentityTaken, LoginFlowEnded
from domain.identity.linked_identity import LinkedIdentity
from domain.identity.login_flow import LoginFlow
from domain.shared.ids import LinkedIdentityId, UserId


class MemoryLoginFlows:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[bytes, LoginFlow] = tx.database.table("login_flows")

    async def get(self, state_hash: bytes) -> LoginFlow:
        flow = self._rows.get(state_hash)
        if flow is None:
            raise LoginFlowEnded
        return flow

    async def lock(self, state_hash: bytes) -> LoginFlow:
        return await self.get(state_hash)

    async def add(self, flow: LoginFlow) -> None:
        add_versioned(self._rows, flow.state_hash, flow)

    async def save(self, flow: LoginFlow) -> None:
        save_versioned(self._rows, flow.state_hash, flow)

    async def forget_expired(self, at: datetime) -> None:
        for flow in self._rows.where(lambda row: row.expires_at <= at):
            self._rows.remove(flow.state_hash)


class MemoryLinkedIdentities:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[LinkedIdentityId, LinkedIdentity] = tx.database.table(
            "linked_identities"
        )

    async def find(self, issuer: str, subject: str) -> LinkedIdentity | None:
        for identity in self._rows.where(
            lambda row: (row.issuer, row.subject) == (issuer, subject)
        ):
            return identity
        return None

    async def of_user(self, user_id: UserId) -> list[LinkedIdentity]:
        mine = self._rows.where(lambda row: row.user_id == user_id)
        return sorted(mine, key=lambda one: (one.linked_at, one.id))

    async def add(self, identity: LinkedIdentity) -> None:
        if await self.find(identity.issuer, identity.subject) is not None:
            raise IdentityTaken
        self._rows.put(identity.id, identity)

    async def remove(self, identity: LinkedIdentity) -> None:
        self._rows.remove(identity.id)


class MemoryProviderLoginTransaction(MemoryAccountTransaction):
    login_flows: MemoryLoginFlows
    linked_identities: MemoryLinkedIdentities

    def build(self) -> None:
        super().build()
        self.login_flows = MemoryLoginFlows(self)
        self.linked_identities = MemoryLinkedIdentities(self)
