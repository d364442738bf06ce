"""Whether people are still signed in: asked by every context that decides for many at once."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.shared.ids import SessionId

_LIVING = text("select id from sessions where id = any(:ids) and revoked_at is null")


async def ended_sessions(connection: AsyncConnection, ids: Collection[SessionId]) -> set[SessionId]:
    """Which of these have ended, or never were."""
    living = await connection.execute(_LIVING, {"ids": list(set(ids))})
    return set(ids) - set(living.scalars())
