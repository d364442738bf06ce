"""A process that adds a venue and is killed at its commit: `python -m tests.http.killed_request`.

Told on standard input where the database is, who asks, and whether it dies before or after.
"""

import asyncio
import os
import signal
import sys
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from application.shared.actor import Actor
from application.shared.idempotency import KeyedRequest, RequestKey
from application.venues.create_venue import CreateVenueCommand
from domain.shared.ids import OrganizationId, SessionId, UserId
from domain.shared.permissions import Role
from entrypoints.container import make_container
from entrypoints.settings import Settings


class Orders(Struct):
    database_url: str
    signing_secrets: str
    key: RequestKey
    user_id: UUID
    session_id: UUID
    body: Any
    dies: Literal["before", "after"]


async def main(orders: Orders) -> None:
    settings = Settings(
        env="test", database_url=orders.database_url, signing_secrets=orders.signing_secrets
    )
    command = msgspec.convert(orders.body, CreateVenueCommand)
    actor = Actor(
        user_id=UserId(orders.user_id),
        session_id=SessionId(orders.session_id),
        email="",
        name="",
        memberships={OrganizationId(command.organization_id): Role.OWNER},
        keyed=KeyedRequest(orders.key),
    )
    commit = AsyncConnection.commit

    async def deadly(connection: AsyncConnection) -> None:
        if orders.dies == "after":
            await commit(connection)
        os.kill(os.getpid(), signal.SIGKILL)

    AsyncConnection.commit = deadly  # type: ignore[assignment, method-assign]  # The fail point.
    await make_container(settings).venues.create_venue()(actor, command)


if __name__ == "__main__":
    asyncio.run(main(msgspec.json.decode(sys.stdin.buffer.read(), type=Orders)))
