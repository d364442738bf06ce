"""Second factors in memory: what every way to sign in asks for."""

from adapters.memory.database import (
    MemoryTable,
    MemoryTransaction,
    add_versioned,
    save_versioned,
)
from application.identity.ports import Factors, KnownPasskey
from domain.identity.passkey import Passkey
from domain.identity.second_factor import SecondFactor
from domain.shared.errors import StaleVersion
from domain.shared.ids import PasskeyId, UserId


class MemorySecondFactors:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows: MemoryTable[UserId, SecondFactor] = tx.database.table("second_factors")
        self._passkeys: MemoryTable[PasskeyId, Passkey] = tx.database.table("passkeys")

    async def factors_of(self, user_id: UserId) -> Factors:
        factor = self._rows.get(user_id) or SecondFactor(user_id=user_id)
        trusted = self._passkeys.where(
            lambda row: row.user_id == user_id and row.suspected_at is None
        )
        return Factors(
            has_app=factor.has_app,
            recovery_codes=len(factor.recovery_hashes),
            passkeys=tuple(
                KnownPasskey(passkey.credential_id, passkey.transports)
                for passkey in sorted(trusted, key=lambda row: row.id)
            ),
        )

    async def lock(self, user_id: UserId) -> SecondFactor:
        return self._rows.get(user_id) or SecondFactor(user_id=user_id)

    async def keep(self, factor: SecondFactor) -> None:
        if factor.version:
            save_versioned(self._rows, factor.user_id, factor)
        elif self._rows.get(factor.user_id) is None:
            add_versioned(self._rows, factor.user_id, factor)
        else:
            raise StaleVersion
