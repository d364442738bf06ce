"""How often anybody may ask: counted by who asks and by route, however both are dressed up."""

from collections.abc import Iterator
from typing import Any, cast
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient
from litestar.types import HTTPScope
from msgspec import Struct

from application.shared.actor import Actor, Device
from application.shared.fleet_rates import FleetRates
from domain.shared.ids import OrganizationId, ScannerId, SessionId, UserId
from domain.shared.permissions import RateTier
from entrypoints.container import Container
from entrypoints.door_settings import START_VALUES, rates_in
from entrypoints.http.rate_classes import RateClass, class_of
from entrypoints.http.rate_limits import RateLimits
from tests.application.shared.test_rates import Seconds
from tests.http.fronts import NoCounts, at, behind, limits_of
from tests.http.test_the_first_sale import a_person

Client = AsyncTestClient[Litestar]
EVENTS = "/api/v1/events"
FEW = "network-catalogue=60/3,network-read=60/3,network-tokens=60/4,user-catalogue=60/3"


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def few(client: Client, container: Container, seconds: Seconds) -> Iterator[None]:
    """Three requests at once, and one a second."""
    with behind(client, limits_of(container, seconds, FEW)):
        yield


async def statuses(client: Any, times: int = 5, path: str = EVENTS, **more: Any) -> list[int]:
    return [(await client.get(path, **more)).status_code for _ in range(times)]


@pytest.mark.usefixtures("few")
async def test_who_asks_too_often_is_told_which_limit_and_when_to_come_back(
    client: Client, seconds: Seconds
) -> None:
    left = [await client.get(EVENTS) for _ in range(3)]
    refused = await client.get(EVENTS)

    for number, answer in enumerate(left):
        assert answer.status_code == 200
        assert answer.headers["ratelimit-policy"] == '"network-catalogue";q=3;w=3'
        assert answer.headers["ratelimit"] == f'"network-catalogue";r={2 - number};t={number + 1}'
    problem = refused.json()
    assert refused.status_code == problem["status"] == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["ratelimit-policy"] == '"network-catalogue";q=3;w=3'
    assert refused.headers["ratelimit"] == '"network-catalogue";r=0;t=1'
    assert refused.headers["retry-after"] == "1"
    assert (problem["code"], problem["limit"]) == ("too_many_requests", "network-catalogue")
    assert problem["retryAfter"] == 1
    assert problem["requestId"] == refused.headers["x-request-id"]
    seconds.now += int(refused.headers["retry-after"])
    assert await statuses(client, 2) == [200, 429]


@pytest.mark.usefixtures("few")
async def test_raw_routes_and_refusals_are_counted_and_told(client: Client) -> None:
    page = f"{EVENTS}/{uuid4()}"

    answers = [await client.get(page) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert all("ratelimit" in answer.headers for answer in answers)


SPELLINGS = [
    ("GET", EVENTS + "/", {}),
    ("GET", "/api//v1///events", {}),
    ("GET", "/api/v1/%65vents", {}),
    ("GET", EVENTS + "?limit=1", {}),
    ("GET", EVENTS + "?_=1&cursor=", {}),
    ("GET", EVENTS, {"X-HTTP-Method-Override": "POST"}),
    ("GET", EVENTS, {"X-Method-Override": "DELETE"}),
    ("GET", EVENTS, {"X-Forwarded-For": "198.51.100.1"}),
    ("GET", EVENTS, {"Forwarded": "for=198.51.100.1"}),
    ("GET", EVENTS, {"X-Real-IP": "198.51.100.1"}),
    ("GET", EVENTS, {"Host": "other.example"}),
    ("GET", EVENTS, {"User-Agent": "another"}),
    ("GET", EVENTS, {"X-Request-Id": "another-request"}),
    ("GET", EVENTS, {"Authorization": "Basic YTpi"}),
    ("GET", EVENTS, {"Authorization": "Bearer "}),
    ("HEAD", EVENTS, {}),
    ("OPTIONS", EVENTS, {}),
]


@pytest.mark.usefixtures("few")
async def test_ds_10_another_spelling_is_no_other_bucket(client: Client, seconds: Seconds) -> None:
    for method, path, headers in SPELLINGS:
        seconds.now += 60
        assert await statuses(client, 3) == [200, 200, 200]

        answer = await client.request(method, path, headers=headers)

        assert answer.status_code == 429, (method, path, headers)


@pytest.mark.usefixtures("few")
async def test_ds_10_an_address_in_other_letters_is_nothing_but_a_read(client: Client) -> None:
    paths = ["/API/v1/events", "/api/V1/events", "/api/v1/Events", "/api/v1/EVENTS", "/nowhere"]

    answers = [await client.get(path) for path in paths]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 429, 429]


@pytest.mark.usefixtures("few")
async def test_ds_10_a_network_has_one_bucket(client: Client, seconds: Seconds) -> None:
    for one, other, is_same in (
        ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
    ):
        seconds.now += 60
        async with at(client, one) as here, at(client, other) as there:
            assert await statuses(here, 4) == [200, 200, 200, 429]
            assert await statuses(there, 1) == [429 if is_same else 200]


@pytest.mark.usefixtures("few")
async def test_ds_10_tokens_that_are_none_count_for_the_network(client: Client) -> None:
    answers = [
        await client.get(EVENTS, headers={"Authorization": f"Bearer {uuid4()}.a.b"})
        for _ in range(6)
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 401, 429, 429]
    assert await statuses(client, 1) == [200]


async def test_behind_our_proxy_the_client_is_counted(
    client: Client, container: Container, seconds: Seconds
) -> None:
    limits = limits_of(container, seconds, FEW)
    with behind(client, limits, trusted_proxies="10.0.0.0/8"):
        async with at(client, "10.0.0.1") as proxy:
            for address in ("198.51.100.1", "198.51.100.2"):
                forged = {"X-Forwarded-For": f"{uuid4()}, {address}"}
                assert await statuses(proxy, 4, headers=forged) == [200, 200, 200, 429]


async def test_a_person_has_one_bucket_wherever_and_however_often_signed_in(
    client: Client, container: Container, seconds: Seconds
) -> None:
    email = "buyer@example.com"
    tokens = [await a_person(client, email)]
    again = {"email": email, "password": "Password123!"}
    signed_in = await client.post("/api/v1/auth/login", json=again)
    tokens.append(signed_in.json()["accessToken"])
    with behind(client, limits_of(container, seconds, FEW)):
        told = []
        for number in range(6):
            token = tokens[number % 2]
            async with at(client, f"192.0.2.{number}") as there:
                answer = await there.get(EVENTS, headers={"Authorization": f"Bearer {token}"})
            told.append((answer.status_code, answer.headers["ratelimit"].partition(";t=")[0]))

    # Of each token the first request is the one by which it gets known.
    assert told == [
        (200, '"network-tokens";r=3'),
        (200, '"network-tokens";r=3'),
        (200, '"user-catalogue";r=2'),
        (200, '"user-catalogue";r=1'),
        (200, '"user-catalogue";r=0'),
        (429, '"user-catalogue";r=0'),
    ]


KINDS = {
    "GET /api/v1/events": RateClass.CATALOGUE,
    "GET /api/v1/events/7": RateClass.CATALOGUE,
    "GET /api/v1/events/7/ticket-types/8/availability": RateClass.CATALOGUE,
    "GET /api/v1/ticket-types/8/availability": RateClass.CATALOGUE,
    "GET /api/v1/docs/docs.js": RateClass.CATALOGUE,
    "GET /": RateClass.CATALOGUE,
    "GET /api/v1/events/7/pools": RateClass.READ,
    "GET /api/v1/orders": RateClass.READ,
    "GET /api/v1/auth/me": RateClass.READ,
    "GET /api/v1/events/7/queue": RateClass.QUEUE,
    "POST /api/v1/events/7/queue": RateClass.QUEUE,
    "POST /api/v1/auth/login": RateClass.AUTH,
    "POST /api/v1/auth/register": RateClass.AUTH,
    "POST /api/v1/auth/anything/new": RateClass.AUTH,
    "POST /api/v1/oauth/token": RateClass.AUTH,
    "POST /api/v1/scanners/auth": RateClass.AUTH,
    "POST /api/v1/auth/refresh": RateClass.RENEWAL,
    "POST /api/v1/auth/logout": RateClass.RENEWAL,
    "POST /api/v1/orders": RateClass.ORDER,
    "POST /api/v1/orders/7/cancel": RateClass.ORDER,
    "DELETE /api/v1/cart": RateClass.ORDER,
    "POST /api/v1/payments/intent": RateClass.ORDER,
    "POST /api/v1/scanners/scan": RateClass.SCAN,
    "POST /api/v1/scanners/7/scan": RateClass.SCAN,
    "POST /api/v1/scanner/validate": RateClass.SCAN,
    "POST /api/v1/scanners/register": RateClass.WRITE,
    "PATCH /api/v1/events/7": RateClass.WRITE,
    "GET /api/v1/users/me/export": RateClass.EXPORT,
    "GET /health": RateClass.HEALTH,
    "GET /api/v1/health": RateClass.HEALTH,
    "POST /api/v1/webhooks/stripe": RateClass.NOTICE,
    "POST /api/v1/payments/webhook": RateClass.NOTICE,
    "GET /api/v1/webhooks/stripe": RateClass.READ,
}


@pytest.mark.parametrize("request_line", KINDS)
def test_each_route_has_its_class_however_its_slashes_are(request_line: str) -> None:
    method, _, path = request_line.partition(" ")

    spelled = (path, path + "/", path + "///", path.replace("/", "//"))

    assert {class_of(method, one) for one in spelled} == {KINDS[request_line]}


async def test_only_webhooks_are_without_a_limit(client: Client) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()
    free = {
        operation["operationId"].partition("__alias")[0]
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if class_of(method.upper(), path) is RateClass.NOTICE
    }

    assert free == {"receive_gateway_notice"}


class Tokens(Struct):
    bearer: Actor | Device | None = None

    def known(self, token: str) -> tuple[Actor | Device, bool] | None:
        return None if self.bearer is None else (self.bearer, False)


def an_actor(tier: str | None = None) -> Actor:
    who: Any = {"user_id": UserId(uuid4()), "session_id": SessionId(uuid4())}
    who |= {"email": "a@example.com", "name": "A"}
    if tier is None:
        return Actor(**who)
    return Actor(acts_as="api_key", rate_tier=RateTier(tier), **who)


def policy_of(
    bearer: Actor | Device | None, request_line: str, *, token: bytes | None = b"Bearer a.b.c"
) -> str | None:
    """The name of the policy by which such a request is counted."""
    fleet = FleetRates(rates_in(""), cast(Any, NoCounts()), processes=1)
    limits = RateLimits(fleet.policies, lambda: Tokens(bearer))
    method, _, path = request_line.partition(" ")
    scope = cast(HTTPScope, {"method": method, "path": path, "client": ("192.0.2.1", 4711)})
    headers, refusal, _ = limits.spend(scope, token)
    assert refusal is None
    found = {header[0]: header[1] for header in headers}.get(b"ratelimit-policy")
    return None if found is None else found.split(b'"')[1].decode()


SCAN, EXPORT = "POST /api/v1/scanners/scan", "GET /api/v1/users/me/export"
DEVICE = Device(scanner_id=ScannerId(uuid4()), organization_id=OrganizationId(uuid4()))


@pytest.mark.parametrize(
    ("bearer", "request_line", "name"),
    [
        (DEVICE, SCAN, "device-scan"),
        (DEVICE, "GET /api/v1/events", "device-other"),
        (an_actor(), SCAN, "user-scan"),
        (an_actor(), "POST /api/v1/orders", "user-order"),
        (an_actor(), "PATCH /api/v1/venues/7", "user-write"),
        (an_actor(), EXPORT, "user-export"),
        (an_actor(), "POST /api/v1/auth/login", "network-auth"),
        (an_actor(), "POST /api/v1/auth/refresh", "network-tokens"),
        (an_actor("standard"), "GET /api/v1/orders", "key-standard"),
        (an_actor("high"), "POST /api/v1/orders", "key-high"),
        (an_actor("unlimited"), "GET /api/v1/orders", None),
        (an_actor("unlimited"), EXPORT, "key-export"),
        (an_actor("unlimited"), "POST /api/v1/auth/login", "network-auth"),
        (None, "GET /api/v1/orders", "network-tokens"),
    ],
)
def test_whoever_asks_has_a_policy(
    bearer: Actor | Device | None, request_line: str, name: str | None
) -> None:
    assert policy_of(bearer, request_line) == name


def test_scanners_scan_twenty_times_a_second() -> None:
    assert START_VALUES["device-scan"].per_minute == 20 * 60


def test_ds_10_many_keys_of_one_holder_have_one_bucket() -> None:
    fleet = FleetRates(rates_in("key-standard=60/2"), cast(Any, NoCounts()), processes=1)
    tokens = Tokens(an_actor("standard"))
    limits = RateLimits(fleet.policies, lambda: tokens)
    scope = cast(HTTPScope, {"method": "GET", "path": EVENTS, "client": None})

    refused = [limits.spend(scope, b"Bearer %d" % number)[1] is not None for number in range(4)]

    assert refused == [False, False, True, True]


def test_a_socket_without_an_address_is_counted_too() -> None:
    assert policy_of(None, "GET /api/v1/orders", token=None) == "network-read"


@pytest.mark.parametrize("written", ["network-reed=1/1", "network-read", "network-read=1"])
def test_rates_that_are_none_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"limit|120/60"):
        rates_in(written)


def test_a_multiplier_raises_all_of_them() -> None:
    rates = rates_in("network-read=10/5", multiplier=10)

    assert rates["network-read"] == (100, 50)
    assert rates["user-read"] == START_VALUES["user-read"].times(10)
