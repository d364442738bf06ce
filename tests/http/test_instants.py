"""A time so far away that some offset or sum leaves the calendar is kept nowhere."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.http.instants import EARLIEST, LATEST
from tests.conftest import VirtualClock
from tests.http.repeating import A_CODE, AN_EVENT, FLOOR, World, a_world

Client = AsyncTestClient[Litestar]
Json = dict[str, Any]
KEY = {"name": "Till", "scopes": ["scan"]}
SHARE = {"partyName": "The band", "basisPoints": 100}
TOO_FAR = (
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999999Z",
    "9000-01-01T00:00:00Z",
)


@pytest_asyncio.fixture
async def world(client: Client, clock: VirtualClock) -> AsyncIterator[World]:
    yield await a_world(client, clock)


BODIES: list[tuple[str, str, Json, str]] = [
    ("POST", "/events", AN_EVENT, "startDatetime"),
    ("POST", "/events", AN_EVENT, "salesEnd"),
    ("PATCH", "/events/{event}", {}, "endDatetime"),
    ("POST", "/events/{event}/ticket-types", FLOOR, "salesStart"),
    ("PATCH", "/events/{event}/ticket-types/{ticket_type}", {}, "salesEnd"),
    ("POST", "/promo-codes", A_CODE, "validFrom"),
    ("PUT", "/events/{event}/waiting-room", {"isOn": True}, "opensAt"),
    ("POST", "/organizations/{organization}/api-keys", KEY, "expiresAt"),
]


async def test_a_body_with_a_time_that_is_too_far_is_refused(world: World) -> None:
    for method, path, body, named in BODIES:
        for at in TOO_FAR:
            where, wish = path.format_map(vars(world)), body | {named: at}
            if path in ("/events", "/promo-codes"):
                wish |= world.of_mine
            told = await world.ask(method, where, world.promoter, wish, expected=422)
            assert told["code"] == "invalid_instant", (path, told)
            assert told["errors"][0]["path"] == f"$.{named}"


async def test_a_time_within_a_list_is_looked_at(world: World) -> None:
    near = SHARE | {"validFrom": "2026-06-01T00:00:00Z"}
    path = f"/organizations/{world.organization}/revenue-shares"
    for at in TOO_FAR:
        body = {"shares": [near, SHARE | {"validFrom": at}]}
        told = await world.ask("PUT", path, world.promoter, body, expected=422)
        assert told["code"] == "invalid_instant"
        assert told["errors"][0]["path"] == "$.shares[1].validFrom"


async def test_no_list_is_narrowed_by_it(world: World) -> None:
    log = f"/organizations/{world.organization}/audit-log"
    for path, named in (("/events", "startsFrom"), ("/events", "endDate"), (log, "from")):
        for at in (*TOO_FAR, "0001-01-01", "9999-12-31", "2026-06-01T10:00", "soon"):
            where = f"{path}?{named}={at.replace('+', '%2B')}"
            told = await world.ask("GET", where, world.promoter, expected=422)
            assert told["code"] == "invalid_instant"
            assert told["errors"][0]["path"] == f"$.query.{named}"


async def test_the_edges_themselves_are_kept_and_shown(world: World) -> None:
    path = f"/organizations/{world.organization}/api-keys"
    last = LATEST.replace(year=LATEST.year - 1, month=12, day=31)
    key = await world.ask("POST", path, world.promoter, KEY | {"expiresAt": last.isoformat()})
    shares = [SHARE | {"validFrom": EARLIEST.isoformat()}]
    terms = f"/organizations/{world.organization}/revenue-shares"
    await world.ask("PUT", terms, world.promoter, {"shares": shares})

    [shown] = (await world.ask("GET", path, world.promoter))["items"]
    assert shown["expiresAt"].startswith("8999-12-31")
    assert (await world.ask("GET", terms, world.promoter))["shares"][0]["validFrom"][:4] == "1970"
    await world.ask("POST", f"{path}/{key['id']}/rotate", world.promoter, {})
    await world.ask("DELETE", f"{path}/{key['id']}", world.promoter)


async def test_an_amount_within_a_list_is_written_as_json_writes_it(world: World) -> None:
    share = {"partyName": "The band", "validFrom": "2026-06-01T00:00:00Z"}
    body = {"shares": [share | {"fixedAmount": "1"}, share | {"fixedAmount": "1_0"}]}
    path = f"/organizations/{world.organization}/revenue-shares"

    told = await world.ask("PUT", path, world.promoter, body, expected=400)

    assert told["errors"][0]["path"] == "$.shares[1].fixedAmount"
