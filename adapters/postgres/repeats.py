"""The keys of requests that may be repeated, in the transaction of their effects."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import text

from application.shared.idempotency import Repeated, RequestKey

if TYPE_CHECKING:
    from adapters.postgres.transaction import PostgresTransaction

# A key that another transaction took is waited for, until that one commits or is rolled back.
_CLAIM = text(
    """
    insert into idempotency_records (id, fingerprint, outcome, recorded_at)
    select * from unnest(cast(:ids as uuid[]), cast(:fingerprints as uuid[]),
                         cast(:outcomes as bytea[]), cast(:ats as timestamptz[]))
    on conflict do nothing
    returning id
    """
)
_KNOWN = text("select id, fingerprint, outcome from idempotency_records where id = any(:ids)")
_RELEASE = text("delete from idempotency_records where id = any(:ids)")


class PostgresRepeats:
    def __init__(self, tx: "PostgresTransaction") -> None:
        self._tx = tx

    async def claim(self, keys: Mapping[RequestKey, Any]) -> dict[RequestKey, Repeated]:
        wanted = sorted(keys, key=lambda key: key.id)
        connection = self._tx.connection
        taken = await connection.execute(
            _CLAIM,
            {
                "ids": [key.id for key in wanted],
                "fingerprints": [key.fingerprint for key in wanted],
                "outcomes": [msgspec.json.encode(keys[key]) for key in wanted],
                "ats": [self._tx.now] * len(wanted),
            },
        )
        mine = set(taken.scalars())
        others = {key.id: key for key in wanted if key.id not in mine}
        if not others:
            return {}
        rows = await connection.execute(_KNOWN, {"ids": list(others)})
        return {
            others[row.id]: Repeated(row.fingerprint, msgspec.json.decode(row.outcome))
            for row in rows
        }

    async def release(self, keys: Collection[RequestKey]) -> None:
        if keys:
            await self._tx.connection.execute(_RELEASE, {"ids": [key.id for key in keys]})
