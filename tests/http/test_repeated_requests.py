"""Idempotency-Key as clients meet it: faults ID-01 to ID-10, each with the guard and without it."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from adapters.postgres import repeats
from adapters.postgres.repeats import PostgresRepeats
from application.shared.forget_requests import KEPT
from application.shared.idempotency import Repeated, RequestKey
from entrypoints.container import Container
from tests.beyond import all_rows
from tests.conftest import VirtualClock
from tests.http.repeating import A_PERSON, A_VENUE, World, Write
from tests.http.test_the_first_sale import a_person

Client = AsyncTestClient[Litestar]
Connection = psycopg.Connection[Any]


def a_key() -> str:
    return str(uuid4())


def count(connection: Connection, table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return int(row[0])


def venues(world: World, **changes: Any) -> Write:
    return Write("POST", "/venues", world.promoter, A_VENUE | world.of_mine | changes)


def orders(world: World, quantity: int = 1) -> Write:
    items = [{"ticketTypeId": world.ticket_type, "quantity": quantity}]
    return Write("POST", "/orders", world.buyer, {"items": items})


async def test_later_the_answer_is_the_same(
    world: World, client: Client, clock: VirtualClock, owner_connection: Connection
) -> None:
    """ID-01, for an order and a venue, a day later."""
    for write, table in ((orders(world), "orders"), (venues(world), "venues")):
        key = a_key()
        first = await write.send(client, key)
        again = await write.send(client, key)

        assert again.json() == first.json()
        assert again.status_code == first.status_code == 201
        assert again.headers["idempotency-replayed"] == "true"
        assert "idempotency-replayed" not in first.headers
        assert count(owner_connection, table) == 1


async def test_a_body_path_or_method_of_another_kind_is_refused(
    world: World, client: Client, owner_connection: Connection
) -> None:
    """ID-02."""
    key = a_key()
    venue = (await venues(world).send(client, key)).json()

    others = [
        venues(world, name="Another"),
        Write("POST", "/events", world.promoter, A_VENUE | world.of_mine),
        Write("DELETE", f"/venues/{venue['id']}", world.promoter),
        Write("PATCH", f"/venues/{venue['id']}", world.promoter, {"capacity": 1}),
    ]
    answers = [await other.send(client, key) for other in others]

    # The second has a body that events do not take, and that is said first.
    assert [answer.status_code for answer in answers] == [422, 400, 422, 422]
    assert {a.json()["code"] for a in answers} == {"idempotency_key_reused", "malformed_request"}
    assert count(owner_connection, "venues") == 1


@pytest.mark.parametrize("of", [orders, venues])
async def test_two_hundred_at_once_are_one(
    world: World, client: Client, owner_connection: Connection, of: Any
) -> None:
    """ID-03."""
    assert await two_hundred_at_once(client, of(world), owner_connection) == 1


class Unclaimed(PostgresRepeats):
    """The guard switched off: every request is the first."""

    async def claim(
        self, keys: Mapping[RequestKey, Any], *, is_shared: bool = False
    ) -> dict[RequestKey, Repeated]:
        return {}

    async def complete(
        self, outcomes: Mapping[RequestKey, Any], *, is_secret: bool = False
    ) -> None:
        pass


async def test_without_the_claim_they_are_not(
    world: World,
    client: Client,
    owner_connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control of ID-03."""
    monkeypatch.setattr(PostgresRepeats, "claim", Unclaimed.claim)
    monkeypatch.setattr(PostgresRepeats, "complete", Unclaimed.complete)

    with pytest.raises(AssertionError):
        assert await two_hundred_at_once(client, venues(world), owner_connection) == 1


async def two_hundred_at_once(client: Client, write: Write, connection: Connection) -> int:
    """How many came of it; each caller has the one answer, or is told to come again."""
    key, table = a_key(), write.path.strip("/")
    answers = await asyncio.gather(*(write.send(client, key) for _ in range(200)))
    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    waiting = [answer for answer in answers if answer.status_code != 201]
    assert len(made) == 1
    for answer in waiting:
        assert answer.status_code == 409, answer.text
        assert answer.json()["code"] == "idempotency_key_in_flight"
        assert int(answer.headers["retry-after"]) >= 1
    fresh = [a for a in answers if a.status_code == 201 and "idempotency-replayed" not in a.headers]
    assert len(fresh) == 1
    return count(connection, table)


async def test_while_the_first_is_under_way_the_second_is_told_when_to_come(
    world: World, client: Client, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ID-03: the first sits in another process, and does not end."""
    monkeypatch.setattr(repeats, "PATIENCE_S", 0.2)
    key, write = a_key(), venues(world)
    first = await write.send(client, key)
    assert first.status_code == 201
    forget = text("delete from idempotency_records returning id, fingerprint, outcome, recorded_at")
    take = text(
        "insert into idempotency_records values (:id, :fingerprint, :outcome, :recorded_at)"
    )
    async with all_rows(container.core.database()) as connection:
        row = (await connection.execute(forget)).one()

    async with all_rows(container.core.database()) as elsewhere:
        await elsewhere.execute(take, row._asdict())
        second = await write.send(client, key)
        await elsewhere.commit()

    assert (second.status_code, second.headers["retry-after"]) == (409, "1")
    assert second.json()["code"] == "idempotency_key_in_flight"
    third = await write.send(client, key)
    assert third.json()["id"] == first.json()["id"]


async def test_keys_of_others_are_others(
    world: World, client: Client, owner_connection: Connection
) -> None:
    """ID-06: users, scanners and guests may choose the same key."""
    other = await a_person(client, "other@example.com")
    key = "1"
    body = {"name": "Moon", "type": "venue"}

    mine = await Write("POST", "/organizations", world.buyer, body).send(client, key)
    theirs = await Write("POST", "/organizations", other, body).send(client, key)
    nobodys = await Write("POST", "/auth/register", json=A_PERSON).send(client, key)

    assert {mine.status_code, theirs.status_code, nobodys.status_code} == {201}
    assert mine.json()["id"] != theirs.json()["id"]
    assert "idempotency-replayed" not in theirs.headers


@pytest.mark.parametrize(
    "key", ["", "x" * 256, "x" * 10_240, "tab\there", "two words", "\x07", "caf\u00e9", "\x7f"]
)
async def test_a_malformed_key_is_refused(
    world: World, client: Client, owner_connection: Connection, key: str
) -> None:
    """ID-08."""
    body = A_VENUE | world.of_mine
    headers = [
        (b"authorization", f"Bearer {world.promoter}".encode()),
        (b"idempotency-key", key.encode("latin-1")),
    ]

    refused = await client.post("/api/v1/venues", json=body, headers=headers)

    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "invalid_idempotency_key"
    assert count(owner_connection, "venues") == 0


async def test_two_keys_in_one_request_are_refused(world: World, client: Client) -> None:
    headers = [
        (b"authorization", f"Bearer {world.promoter}".encode()),
        (b"idempotency-key", b"one"),
        (b"idempotency-key", b"two"),
    ]

    refused = await client.post("/api/v1/venues", json=A_VENUE | world.of_mine, headers=headers)

    assert refused.json()["code"] == "invalid_idempotency_key"


@pytest.mark.parametrize("key", ["1", "x" * 255, "!~{}\"'"])
async def test_any_visible_key_will_do(world: World, client: Client, key: str) -> None:

    assert (await venues(world).send(client, key)).status_code == 201
    assert (await venues(world).send(client, key)).headers["idempotency-replayed"] == "true"


async def test_without_a_key_nothing_is_remembered(
    world: World, client: Client, owner_connection: Connection
) -> None:

    assert (await venues(world).send(client)).status_code == 201
    assert (await venues(world).send(client)).status_code == 201

    assert count(owner_connection, "venues") == 2
    assert count(owner_connection, "idempotency_records") == 0


async def test_reads_do_not_mind_a_key(world: World, client: Client) -> None:
    reading = Write("GET", f"/events/{world.event}", world.promoter)

    assert (await reading.send(client, "x" * 300)).status_code == 200


async def test_what_was_refused_may_be_corrected(
    world: World, client: Client, owner_connection: Connection
) -> None:
    """ID-09, for the decoder, the domain, the stock and the card processor."""
    key = a_key()
    for wrong, status in (({"capacity": "many"}, 400), ({"capacity": -1}, 422)):
        assert (await venues(world, **wrong).send(client, key)).status_code == status
    assert (await venues(world).send(client, key)).status_code == 201

    key = a_key()
    assert (await orders(world, 11).send(client, key)).status_code == 422
    assert (await orders(world, 2).send(client, key)).status_code == 201

    key = a_key()
    paid = {"paymentId": (await world.payment())["paymentId"], "paymentMethod": "pm_nonsense"}
    pay = Write("POST", "/payments/confirm", world.buyer, paid)
    assert (await pay.send(client, key)).status_code == 422
    paid["paymentMethod"] = "pm_card_visa"
    assert (await pay.send(client, key)).json()["orderStatus"] == "paid"


async def test_after_three_days_it_is_a_new_request(
    world: World,
    client: Client,
    container: Container,
    clock: VirtualClock,
    owner_connection: Connection,
) -> None:
    """ID-10. Business rules still hold: an organisation's code is taken."""
    key = a_key()
    code = {"code": "early10", "discountType": "percentage", "discountValue": 10}
    write = Write("POST", "/promo-codes", world.promoter, code | world.of_mine)
    assert (await write.send(client, key)).status_code == 201

    clock.advance(KEPT)
    assert await container.upkeep.forget_requests()() == 0
    clock.advance(KEPT / KEPT.total_seconds())
    assert await container.upkeep.forget_requests()() == 1

    login = {"email": "promoter@example.com", "password": A_PERSON["password"]}
    session = await world.ask("POST", "/auth/login", "", login)
    write = Write("POST", "/promo-codes", session["accessToken"], code | world.of_mine)
    answer = await write.send(client, key)
    assert (answer.status_code, answer.json()["code"]) == (409, "promo_code_taken")
    assert count(owner_connection, "promo_codes") == 1


async def test_an_order_is_answered_after_its_sale_has_closed(world: World, client: Client) -> None:
    """What the box office refuses today is no answer to a request that it served."""
    key = a_key()
    first = await orders(world, 2).send(client, key)

    await world.ask("POST", f"/events/{world.event}/cancel", world.promoter, {"reason": "Rain"})
    again = await orders(world, 2).send(client, key)
    other = await orders(world, 2).send(client, a_key())

    assert first.status_code == again.status_code == 201
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["idempotency-replayed"] == "true"
    assert other.status_code == 409


async def test_a_declined_card_is_declined_again_and_not_tried(
    world: World, client: Client, owner_connection: Connection
) -> None:
    declined = {
        "paymentId": (await world.payment())["paymentId"],
        "paymentMethod": "pm_card_chargeDeclined",
    }
    write, key = Write("POST", "/payments/confirm", world.buyer, declined), a_key()

    first = await write.send(client, key)
    again = await write.send(client, key)

    assert first.json()["failureCode"] == "card_declined"
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"


async def test_secrets_come_back_and_are_not_readable(
    world: World, client: Client, owner_connection: Connection
) -> None:
    write = Write("POST", "/scanners/register", world.promoter, {"name": "B"} | world.of_mine)
    key = a_key()
    first = (await write.send(client, key)).json()

    assert (await write.send(client, key)).json()["apiKey"] == first["apiKey"]

    rows = owner_connection.execute("select outcome from idempotency_records").fetchall()
    assert rows
    assert all(first["apiKey"].encode() not in bytes(outcome) for (outcome,) in rows)
