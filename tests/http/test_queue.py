"""The waiting room as visitors and organisers meet it, from the switch to the order."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from dependency_injector import providers
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import event

from adapters.redis.door import CacheDoor
from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.http.test_the_first_sale import a_person, an_event, call

Client = AsyncTestClient[Litestar]
Json = dict[str, Any]


class House:
    """An event on sale, its organiser, and a buyer."""

    def __init__(self, client: Client, event_id: str, ticket_type_id: str) -> None:
        self.client = client
        self.event_id = event_id
        self.ticket_type_id = ticket_type_id
        self.promoter = self.buyer = ""

    async def ask(
        self, method: str, path: str, token: str = "", expect: int = 200, json: Any = None, **h: str
    ) -> Any:
        headers = {name.replace("_", "-"): value for name, value in h.items()}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        response = await self.client.request(method, f"/api/v1{path}", headers=headers, json=json)
        assert response.status_code == expect, response.text
        return response.json()

    async def set_up(self, expect: int = 200, token: str | None = None, **said: Any) -> Json:
        path, body = f"/events/{self.event_id}/waiting-room", {"isOn": True} | said
        told: Json = await self.ask("PUT", path, token or self.promoter, expect, body)
        return told

    async def enter(self, token: str = "", **headers: str) -> Json:
        told: Json = await self.ask(
            "POST",
            f"/events/{self.event_id}/queue",
            token,
            **headers,  # type: ignore[arg-type]
        )
        return told

    async def poll(self, name: str, expect: int = 200) -> Json:
        path = f"/events/{self.event_id}/queue"
        told: Json = await self.ask("GET", path, expect=expect, X_Visitor=name)
        return told

    async def order(self, expect: int, **headers: str) -> Json:
        body = {"items": [{"ticketTypeId": self.ticket_type_id, "quantity": 1}]}
        told: Json = await self.ask("POST", "/orders", self.buyer, expect, body, **headers)
        return told


@pytest.fixture
async def house(client: Client) -> House:
    promoter = await a_person(client, "promoter@example.com")
    _, ticket_type = await an_event(client, promoter)
    house = House(client, str(ticket_type["eventId"]), str(ticket_type["id"]))
    house.promoter = promoter
    house.buyer = await a_person(client, "buyer@example.com")
    return house


@contextmanager
def counted_connections(container: Container) -> Iterator[Callable[[], int]]:
    """How often PostgreSQL was asked for anything."""
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    engine = container.core.engine().sync_engine
    event.listen(engine, "checkout", count)
    try:
        yield lambda: asked
    finally:
        event.remove(engine, "checkout", count)


def opening(clock: VirtualClock, minutes: float = 0) -> str:
    return (clock() + timedelta(minutes=minutes)).isoformat()


async def test_from_the_switch_to_the_order(house: House, clock: VirtualClock) -> None:
    assert (await house.enter())["state"] == "open"
    await house.order(201)
    room = await house.set_up(opensAt=opening(clock, 1), perMinute=60, passMinutes=5)
    assert (room["isOn"], room["perMinute"], room["waiting"]) == (True, 60, 0)
    refused = await house.order(403)
    assert refused["code"] == "admission_pass_needed"

    names = []
    for _ in range(3):
        told = await house.enter()
        assert (told["state"], told["position"], told["admissionPass"]) == ("waiting", None, None)
        names.append(told["visitor"])
    clock.advance(timedelta(minutes=1))
    after = [await house.poll(name) for name in names]
    admitted = [one for one in after if one["state"] == "admitted"]
    assert len(admitted) == 1
    # The draw's winner is let in at the first poll, whoever sends it.
    assert {one["state"] for one in after} == {"admitted", "waiting"}
    winner = admitted[0]
    order = await house.order(
        201, X_Visitor=winner["visitor"], X_Admission_Pass=winner["admissionPass"]
    )
    assert order["status"] == "pending"
    numbers = await house.ask("GET", f"/events/{house.event_id}/waiting-room", house.promoter)
    assert (numbers["waiting"], numbers["admitted"]) == (2, 1)


async def admitted(house: House, clock: VirtualClock) -> tuple[str, str]:
    """A visitor who is in: name and pass."""
    await house.set_up(opensAt=opening(clock), perMinute=60, passMinutes=5)
    told = await house.enter()
    assert told["state"] == "admitted", told
    return told["visitor"], told["admissionPass"]


async def test_somebody_elses_pass_admits_nobody(house: House, clock: VirtualClock) -> None:
    name, admission_pass = await admitted(house, clock)
    other = (await house.enter())["visitor"]

    for visitor in (other, "", name[:-1], name + "A"):
        refused = await house.order(403, X_Visitor=visitor, X_Admission_Pass=admission_pass)
        assert refused["code"] == "admission_pass_needed"
    await house.order(403, X_Admission_Pass=admission_pass)
    await house.order(403, X_Visitor=name)
    await house.order(403, X_Visitor=name, X_Admission_Pass=name)
    await house.order(201, X_Visitor=name, X_Admission_Pass=admission_pass)


async def test_an_expired_pass_admits_nobody(house: House, clock: VirtualClock) -> None:
    name, admission_pass = await admitted(house, clock)

    clock.advance(timedelta(minutes=5, seconds=29))
    await house.order(201, X_Visitor=name, X_Admission_Pass=admission_pass)
    clock.advance(timedelta(seconds=1))
    refused = await house.order(403, X_Visitor=name, X_Admission_Pass=admission_pass)

    assert refused["code"] == "admission_pass_needed"
    assert refused["eventId"] == house.event_id


async def test_switched_off_everybody_may_order(house: House, clock: VirtualClock) -> None:
    await house.set_up(opensAt=opening(clock, 60))
    name = (await house.enter())["visitor"]
    await house.order(403)

    await house.set_up(isOn=False)

    await house.order(201)
    assert (await house.poll(name))["state"] == "open"


async def test_the_answer_says_when_to_come_back_and_is_kept_by_nobody(
    house: House, clock: VirtualClock
) -> None:
    await house.set_up(opensAt=opening(clock, 60))

    response = await house.client.post(f"/api/v1/events/{house.event_id}/queue")

    assert response.headers["Retry-After"] == str(response.json()["retryAfter"]) == "30"
    assert response.headers["Cache-Control"] == "no-store"


async def test_polls_ask_the_database_once_a_second_together(
    house: House, clock: VirtualClock, container: Container
) -> None:
    await house.set_up(opensAt=opening(clock), perMinute=1)
    await house.enter()
    name = (await house.enter())["visitor"]

    with counted_connections(container) as count:
        began = time.monotonic()
        told = [await house.poll(name) for _ in range(50)]

    assert {one["position"] for one in told} == {1}
    assert count() <= 2 + (time.monotonic() - began)


async def test_a_forged_pass_is_refused_without_the_database(
    house: House, clock: VirtualClock, container: Container
) -> None:
    """But for the offer and the person, who are looked up now and then for all requests."""
    name, admission_pass = await admitted(house, clock)
    forged = admission_pass[:-2] + "AA"

    with counted_connections(container) as count:
        began = time.monotonic()
        for _ in range(30):
            await house.order(403, X_Visitor=name, X_Admission_Pass=forged)

    assert count() <= 4 + 2 * (time.monotonic() - began)


async def test_an_order_sent_again_after_its_pass_is_told_of_the_first_time(
    house: House, clock: VirtualClock
) -> None:
    name, admission_pass = await admitted(house, clock)
    sent = {"X_Visitor": name, "X_Admission_Pass": admission_pass, "Idempotency_Key": "k1"}
    first = await house.order(201, **sent)
    clock.advance(timedelta(minutes=6))

    again = await house.order(201, **sent)
    refused = await house.order(403, **(sent | {"Idempotency_Key": "k2"}))

    assert again["id"] == first["id"]
    assert refused["code"] == "admission_pass_needed"


async def test_a_signed_in_visitor_stands_once(house: House, clock: VirtualClock) -> None:
    await house.set_up(opensAt=opening(clock), perMinute=1)
    await house.enter()

    first = await house.enter(house.buyer)
    again = await house.enter(house.buyer)

    assert first["visitor"] == again["visitor"]
    assert again["waiting"] == 1


@pytest.mark.parametrize(
    ("said", "path", "code"),
    [
        ({"perMinute": 0}, "$.perMinute", "invalid_admission_rate"),
        ({"passMinutes": 1441}, "$.passMinutes", "invalid_pass_time"),
        ({"opensAt": "1999-10-14T09:00:00Z"}, "$.opensAt", "invalid_opening"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_its_path(
    house: House, said: Json, path: str, code: str
) -> None:
    refused = await house.set_up(422, **said)

    assert refused["code"] == code
    assert [error["path"] for error in refused["errors"]] == [path]


@pytest.mark.parametrize(
    "said", [{"perMinute": "60"}, {"opensAt": "noon"}, {"opensAt": "2026-07-01T10:00:00"}, {"x": 1}]
)
async def test_what_cannot_be_read_is_refused(house: House, said: Json) -> None:
    refused = await house.set_up(400, **said)

    assert refused["code"] == "malformed_request"


@pytest.mark.parametrize("name", ["", "nobody", "A" * 99, "%00", "\x7f"])
async def test_a_name_of_nobody_is_refused(house: House, clock: VirtualClock, name: str) -> None:
    await house.set_up(opensAt=opening(clock))

    refused = await house.poll(name, 422)

    assert refused["code"] == "unknown_visitor"
    assert refused["errors"][0]["path"] == "$.header.X-Visitor"


async def test_a_name_of_another_event_is_refused(
    house: House, client: Client, clock: VirtualClock
) -> None:
    await house.set_up(opensAt=opening(clock))
    name = (await house.enter())["visitor"]
    other = await call(client, "GET", f"/events/{house.event_id}", house.promoter)
    copy = {key: other[key] for key in ("organizationId", "category", "timezone", "capacity")}
    copy |= {key: other[key] for key in ("startDatetime", "endDatetime")} | {"name": "Encore"}
    encore = await call(client, "POST", "/events", house.promoter, copy, 201)
    house.event_id = encore["id"]
    await house.set_up(opensAt=opening(clock))

    refused = await house.ask(
        "GET", f"/events/{encore['id']}/queue", house.promoter, 422, X_Visitor=name
    )

    assert refused["code"] == "unknown_visitor"


async def test_strangers_and_unknown_events(house: House, client: Client) -> None:
    refused = await house.set_up(404, token=house.buyer)
    assert refused["code"] == "event_not_found"
    await house.ask("GET", f"/events/{house.event_id}/waiting-room", house.buyer, 404)
    await house.ask("GET", f"/events/{house.event_id}/waiting-room", "", 401)
    for method in ("GET", "POST"):
        await house.ask(method, f"/events/{uuid4()}/queue", expect=404)


async def test_a_draft_has_no_queue_for_the_public(house: House, client: Client) -> None:
    await call(client, "POST", f"/events/{house.event_id}/unpublish", house.promoter)

    await house.ask("POST", f"/events/{house.event_id}/queue", expect=404)
    await house.ask("POST", f"/events/{house.event_id}/queue", house.promoter)


async def test_a_draft_with_a_waiting_room_may_be_deleted(house: House, client: Client) -> None:
    await house.set_up()
    await call(client, "POST", f"/events/{house.event_id}/unpublish", house.promoter)

    await call(client, "DELETE", f"/events/{house.event_id}", house.promoter, expect=204)

    await house.ask("GET", f"/events/{house.event_id}/waiting-room", house.promoter, 404)


@pytest.fixture
def without_valkey(container: Container) -> None:
    """Nobody listens where the cache should be."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"redis://127.0.0.1:{taken.getsockname()[1]}"
    container.core.cache_door.override(providers.Object(CacheDoor(address)))


async def test_without_valkey_the_sale_goes_on(
    without_valkey: None, house: House, clock: VirtualClock
) -> None:
    name, admission_pass = await admitted(house, clock)
    await house.order(403)
    await house.order(201, X_Visitor=name, X_Admission_Pass=admission_pass)
    second = (await house.enter())["visitor"]
    clock.advance(timedelta(seconds=1))

    told = await house.poll(second)

    assert told["state"] == "admitted"
    room = await house.ask("GET", f"/events/{house.event_id}/waiting-room", house.promoter)
    assert (room["admitted"], room["isPartial"]) == (2, True)


async def test_valkey_forgets_everything_mid_way(
    house: House, clock: VirtualClock, container: Container
) -> None:
    await house.set_up(opensAt=opening(clock), perMinute=6)
    names = []
    for _ in range(4):
        names.append((await house.enter())["visitor"])
        clock.advance(timedelta(milliseconds=1))
    clock.advance(timedelta(seconds=5))
    before = [(await house.poll(name))["position"] for name in names]
    forget = "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end"

    door = container.core.cache_door()
    await door.run(forget, [], [f"tixmo:room:{{{house.event_id}}}:*"])
    gathering = [await house.poll(name) for name in reversed(names)]
    clock.advance(timedelta(seconds=30))
    after = [await house.poll(name) for name in names]

    assert before == [None, 1, 2, 3]
    assert {(one["state"], one["position"]) for one in gathering} == {("waiting", None)}
    assert [one["state"] for one in after] == ["admitted", "waiting", "waiting", "waiting"]
    assert [one["position"] for one in after] == [None, 1, 2, 3]


async def test_a_cart_that_was_filled_with_a_pass_is_ordered_when_the_pass_is_over(
    house: House, clock: VirtualClock
) -> None:
    name, admission_pass = await admitted(house, clock)
    item = {"ticketTypeId": house.ticket_type_id, "quantity": 1}
    refused = await house.ask("POST", "/cart/items", house.buyer, 403, item)
    clock.advance(timedelta(minutes=5))
    shown = {"X_Visitor": name, "X_Admission_Pass": admission_pass}
    cart = await house.ask("POST", "/cart/items", house.buyer, 201, item, **shown)
    clock.advance(timedelta(minutes=1))
    await house.order(403, **shown)

    order = await house.ask("POST", "/orders", house.buyer, 201, {"cartId": cart["id"]})

    assert refused["code"] == "admission_pass_needed"
    assert order["status"] == "pending"
