"""What one tenant does fills no bucket of another, and what any does is told in no log."""

import json
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container
from tests.application.shared.test_rates import Seconds
from tests.conftest import VirtualClock
from tests.http.api_key_recipes import a_key
from tests.http.fronts import at, behind, limits_of
from tests.http.mailbox import do_jobs
from tests.http.repeating import RECIPES, World, a_world
from tests.http.test_every_write_repeats import WRITES  # noqa: F401  # It fills RECIPES.

Client = AsyncTestClient[Litestar]

FEW = "key-standard=60/3,network-tokens=60/4"
SECRETS = {
    *("password", "newPassword", "accessToken", "refreshToken", "token", "apiKey", "key", "secret"),
    *("clientSecret", "recoveryCodes", "code", "challengeToken", "offer", "barcode"),
    *("email", "buyerEmail", "firstName", "lastName", "name", "buyerName", "phone"),
}
"""Fields of requests and answers that no line of a log may repeat."""
ALOUD = (
    *("reset_password", "register_user", "log_in", "verify_second_factor", "link_identity"),
    *("create_api_key", "issue_token", "accept_invitation", "set_payout_account", "record_scan"),
)


async def statuses(client: Any, key: str, times: int) -> list[int]:
    headers = {"Authorization": f"Bearer {key}"}
    return [(await client.get("/api/v1/events", headers=headers)).status_code for _ in range(times)]


async def secret_of(world: World) -> str:
    return str((await a_key(world))[1]["secret"])


async def test_tn_09_the_keys_of_one_organisation_fill_its_own_bucket(
    client: Client, clock: VirtualClock, container: Container
) -> None:
    rock, folk = await a_world(client, clock), await a_world(client, clock, "folk.example")
    keys = [await secret_of(rock), await secret_of(rock), await secret_of(folk)]
    with behind(client, limits_of(container, Seconds(), FEW)):
        async with at(client, "192.0.2.1") as here:
            for key in keys:  # The first request is the one by which a key gets known.
                assert await statuses(here, key, 1) == [200]

            assert await statuses(here, keys[0], 2) == [200, 200]
            assert await statuses(here, keys[1], 2) == [200, 429]
            assert await statuses(here, keys[2], 4) == [200, 200, 200, 429]


async def test_tn_09_a_forged_key_fills_the_bucket_of_whoever_shows_it(
    client: Client, clock: VirtualClock, container: Container
) -> None:
    key = await secret_of(await a_world(client, clock))
    forged = [key[:-6] + "AAAAAA", key[:12] + "x" * (len(key) - 12), key + "A"]
    with behind(client, limits_of(container, Seconds(), FEW)):
        async with at(client, "192.0.2.1") as owner, at(client, "198.51.100.1") as thief:
            assert await statuses(owner, key, 1) == [200]
            for one in forged:
                assert await statuses(thief, one, 1) == [401]

            assert await statuses(thief, forged[0], 2) == [401, 429]
            assert await statuses(owner, key, 4) == [200, 200, 200, 429]


@pytest.mark.parametrize("operation", ALOUD)
async def test_tn_10_no_line_of_a_log_tells_whose_or_what(
    client: Client,
    clock: VirtualClock,
    lines: list[Any],
    caplog: pytest.LogCaptureFixture,
    operation: str,
) -> None:
    caplog.set_level("INFO")
    world = await a_world(client, clock)
    write = await RECIPES[operation](world)
    done = await write.send(client)
    assert done.status_code < 300, done.text
    again = await write.send(client)  # Most are refused now, and refusals have lines as well.
    await do_jobs(client)

    # Of the libraries, too; httpx is the client of the tests.
    libraries = [one.getMessage() for one in caplog.records if not one.name.startswith("httpx")]
    told = json.dumps([*lines, *libraries], default=repr)
    assert '"request"' in told
    answers = [one.json() for one in (done, again) if _is_json(one)]
    secrets = {*_secrets([write.json, write.form, *answers]), world.promoter, world.buyer}
    for secret in secrets | {world.organization, world.event, world.buyer_email, "promoter@"}:
        assert secret not in told, f"{secret!r} is in the log"


def test_a_line_that_told_it_would_be_noticed() -> None:
    told = {"items": [{"accessToken": "abcdefgh", "at": "2026-01-01"}], "code": "12345678"}

    assert _secrets(told) == {"abcdefgh", "12345678"}


def _is_json(answer: Any) -> bool:
    return "json" in answer.headers.get("content-type", "") and bool(answer.content)


def _secrets(told: Any, field: str = "") -> set[str]:
    """What is in fields of these names; codes of refusals and short words are none."""
    if isinstance(told, dict):
        is_problem = "requestId" in told
        return {
            secret
            for name, it in told.items()
            if not (is_problem and name == "code")
            for secret in _secrets(it, name)
        }
    if isinstance(told, list):
        return {secret for one in told for secret in _secrets(one, field)}
    is_one = field in SECRETS and isinstance(told, str) and len(told) >= 8
    return {told} if is_one else set()
