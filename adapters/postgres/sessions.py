"""Whether people are still signed in: asked by every context that decides for many at once."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.shared.ids import SessionId

_LIVING = text("select id from sessions where id = any(:ids) and revoked_at is null")
_KEPT = text("select id from credentials where id = any(:ids)")


async def ended_sessions(connection: AsyncConnection, ids: Collection[SessionId]) -> set[SessionId]:
    """Which of these have ended, or never were; secrets of keys and grants count too."""
    living = await connection.execute(_LIVING, {"ids": list(set(ids))})
    ended = set(ids) - set(living.scalars())
    if not ended:  # Nearly always: people buy, and nearly all of them are signed in.
        return ended
    kept = await connection.execute(_KEPT, {"ids": list(ended)})
    return ended - set(kept.scalars())
