"""Passkeys and spent challenges in memory."""

from adapters.memory.database import (
    MemoryTable,
    MemoryTransaction,
    add_versioned,
    save_versioned,
)
from adapters.memory.identity_accounts import MemoryAccountTransaction
from adapters.memory.identity_providers import MemoryLinkedIdentities
from domain.identity.errors import (
    InvalidPasskey,
    PasskeyKnown,
    PasskeyNotFound,
)
from domain.identity.passkey import Passkey
from domain.shared.ids import PasskeyId, UserId


class MemoryPasskeys:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[PasskeyId, Passkey] = tx.database.table("passkeys")

    async def lock(self, user_id: UserId, passkey_id: PasskeyId) -> Passkey:
        passkey = self._rows.get(passkey_id)
        if passkey is None or passkey.user_id != user_id:
            raise PasskeyNotFound
        return passkey

    async def lock_by_credential(self, user_id: UserId, credential_id: bytes) -> Passkey:
        for passkey in self._rows.where(lambda row: row.credential_id == credential_id):
            if passkey.user_id == user_id:
                return passkey
        raise InvalidPasskey

    async def owner_of(self, credential_id: bytes) -> UserId:
        for passkey in self._rows.where(lambda row: row.credential_id == credential_id):
            return passkey.user_id
        raise InvalidPasskey

    async def count_of(self, user_id: UserId) -> int:
        return len(self._rows.where(lambda row: row.user_id == user_id))

    async def add(self, passkey: Passkey) -> None:
        if self._rows.has(lambda row: row.credential_id == passkey.credential_id):
            raise PasskeyKnown
        add_versioned(self._rows, passkey.id, passkey)

    async def save(self, passkey: Passkey) -> None:
        save_versioned(self._rows, passkey.id, passkey)

    async def remove(self, passkey: Passkey) -> None:
        self._rows.remove(passkey.id)

    async def remove_all(self, user_id: UserId) -> None:
        for passkey in self._rows.where(lambda row: row.user_id == user_id):
            self._rows.remove(passkey.id)


class MemoryFactorTransaction(MemoryAccountTransaction):
    linked_identities: MemoryLinkedIdentities
    passkeys: MemoryPasskeys

    def build(self) -> None:
        super().build()
        self.linked_identities = MemoryLinkedIdentities(self)
        self.passkeys = MemoryPasskeys(self)
