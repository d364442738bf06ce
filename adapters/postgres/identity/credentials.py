"""Secrets of keys and grants: by owner for those who change them, by hash for those who ask."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Column, LargeBinary, Table, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.schema import SCHEMA, instant, uid
from domain.identity.credential import Credential
from domain.shared.ids import SessionId

credentials = Table(
    "credentials",
    SCHEMA,
    uid("id", key=True),
    Column("hash", LargeBinary, nullable=False),
    uid("owner_id"),
    instant("expires_at", null=True),
)

# The newest first: ids sort by the time they were made.
_OF_OWNER = (
    select(credentials)
    .where(credentials.c.owner_id == bindparam("owner_id"))
    .order_by(credentials.c.id.desc())
)
_ADD = insert(credentials)
_KEEP = _ADD.on_conflict_do_update(
    index_elements=[credentials.c.id], set_={"expires_at": _ADD.excluded.expires_at}
)


async def credentials_of(connection: AsyncConnection, owner_id: UUID) -> tuple[Credential, ...]:
    """Those that an owner has."""
    rows = await connection.execute(_OF_OWNER, {"owner_id": owner_id})
    return tuple(
        Credential(id=SessionId(row.id), hash=row.hash, expires_at=row.expires_at) for row in rows
    )


async def keep_credentials(
    connection: AsyncConnection, owner_id: UUID, kept: Collection[Credential]
) -> None:
    """From now on these and no others: whoever shows another one is nobody, in every transaction
    that begins from the commit on.
    """
    await connection.execute(
        delete(credentials).where(
            credentials.c.owner_id == owner_id, credentials.c.id.not_in([one.id for one in kept])
        )
    )
    if kept:
        await connection.execute(
            _KEEP,
            [
                {
                    "id": one.id,
                    "hash": one.hash,
                    "owner_id": owner_id,
                    "expires_at": one.expires_at,
                }
                for one in kept
            ],
        )
