"""A process is killed around the commit of a keyed request, and the client comes again."""

import asyncio
import signal
import sys
import time
from typing import Any

import msgspec
import psycopg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container
from entrypoints.http.request_keys import request_key_of
from entrypoints.settings import Settings
from tests.http.killed_request import Orders
from tests.http.repeating import A_VENUE, World

KEY = "d0b1f7aa-54b0-4be8-9a5a-0b2f2b5f7c11"
AT_ONCE_S = 20
"""Far below the five minutes of ID-05, and enough for a busy machine."""


@pytest.mark.parametrize("dies", ["before", "after"])
async def test_the_retry_finds_one_venue(
    client: AsyncTestClient[Litestar],
    world: World,
    container: Container,
    settings: Settings,
    owner_connection: psycopg.Connection[Any],
    dies: Any,
) -> None:
    """ID-04: killed after the commit, the first answer comes. ID-05: before it, the retry works."""
    actor = await container.identity.access_tokens().actor(world.promoter)
    body = A_VENUE | world.of_mine
    sent = msgspec.json.encode(body)
    key = request_key_of(actor.user_id, KEY.encode(), "POST", "/api/v1/venues", b"", sent)
    assert key is not None
    orders = Orders(
        settings.database_url,
        settings.signing_secrets,
        key,
        actor.user_id,
        actor.session_id,
        body,
        dies,
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.http.killed_request", stdin=asyncio.subprocess.PIPE
    )
    await process.communicate(msgspec.json.encode(orders))
    assert process.returncode == -signal.SIGKILL

    began = time.monotonic()
    retried = await client.post(
        "/api/v1/venues",
        content=sent,
        headers={
            "Authorization": f"Bearer {world.promoter}",
            "Content-Type": "application/json",
            "Idempotency-Key": KEY,
        },
    )

    assert retried.status_code == 201, retried.text
    assert time.monotonic() - began < AT_ONCE_S
    assert ("idempotency-replayed" in retried.headers) is (dies == "after")
    venues = owner_connection.execute("select id from venues").fetchall()
    assert [str(id_) for (id_,) in venues] == [retried.json()["id"]]
