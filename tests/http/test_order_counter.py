"""The quick counter and the documented door are one: same answers, same refusals, same keys."""

import json
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.http.test_the_first_sale import a_person, an_event

Client = AsyncTestClient[Litestar]

QUICK = "application/json"
SLOW = "application/json; charset=utf-8"
"""Left to Litestar, which minds."""


async def order(
    client: Client, token: str, body: Any, way: str, **headers: str
) -> tuple[int, dict[str, Any], dict[str, str]]:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = await client.post(
        "/api/v1/orders",
        content=sent,
        headers={"Authorization": f"Bearer {token}", "Content-Type": way} | headers,
    )
    return answer.status_code, answer.json(), dict(answer.headers)


def _timeless(answer: dict[str, Any]) -> dict[str, Any]:
    own = ("id", "orderNumber", "requestId", "available", "had")
    return {name: value for name, value in answer.items() if name not in own}


async def _tell_both(client: Client, token: str, body: Any, **headers: str) -> dict[str, Any]:
    """The answer, once both ways were asked and agreed."""
    quick, slow = [await order(client, token, body, way, **headers) for way in (QUICK, SLOW)]
    assert quick[0] == slow[0], (quick, slow)
    assert _timeless(quick[1]) == _timeless(slow[1])
    told = ("content-type", "referrer-policy", "retry-after", "www-authenticate")
    assert {n: quick[2].get(n) for n in told} == {n: slow[2].get(n) for n in told}
    return quick[1] | {"httpStatus": quick[0]}


async def test_an_order_looks_the_same(client: Client) -> None:
    _, ticket_type = await an_event(client, await a_person(client, "promoter@example.com"))
    buyer = await a_person(client, "buyer@example.com")
    body = {"items": [{"ticketTypeId": ticket_type["id"], "quantity": 2}]}

    for _ in range(2):  # The first goes the exact path, the others the short way.
        answer = await _tell_both(client, buyer, body)
        assert (answer["httpStatus"], answer["totalAmount"]) == (201, "106.00")

    status, placed, headers = await order(client, buyer, body, QUICK)
    assert status == 201
    assert headers["location"] == f"/api/v1/orders/{placed['id']}"
    shown = await client.get(headers["location"], headers={"Authorization": f"Bearer {buyer}"})
    assert shown.json() == placed


async def test_refusals_are_the_same(client: Client) -> None:
    _, ticket_type = await an_event(client, await a_person(client, "promoter@example.com"))
    buyer = await a_person(client, "buyer@example.com")
    item = {"ticketTypeId": ticket_type["id"], "quantity": 1}
    refused: list[tuple[Any, int, str]] = [
        (b"", 400, "malformed_request"),
        (b"{", 400, "malformed_request"),
        (b'{"items": [{"ticketTypeId": "\\u0000", "quantity": 1}]}', 400, "malformed_request"),
        (b"\xff", 400, "malformed_request"),
        ({"items": [item | {"quantity": "1"}]}, 400, "malformed_request"),
        ({"items": [item | {"quantity": 1.0}]}, 400, "malformed_request"),
        ({"items": [item | {"quantity": True}]}, 400, "malformed_request"),
        ({"items": [item], "total": 1}, 400, "malformed_request"),
        ({"items": []}, 422, "empty_order"),
        ({"items": [item | {"quantity": 0}]}, 422, "invalid_quantity"),
        ({"items": [item | {"quantity": 2**31}]}, 422, "quantity_out_of_range"),
        ({"items": [item | {"ticketTypeId": str(uuid4())}]}, 404, "ticket_type_not_found"),
        ({"items": [item], "promoCode": "NOPE"}, 422, "promo_code_unknown"),
        ({"items": [item], "shownTotal": "1.00"}, 409, "price_changed"),
    ]
    for body, status, code in refused:
        answer = await _tell_both(client, buyer, body)
        assert (answer["httpStatus"], answer["code"]) == (status, code), (body, answer)


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c"])
async def test_strangers_are_told_the_same(client: Client, token: str) -> None:
    body = {"items": [{"ticketTypeId": str(uuid4()), "quantity": 1}]}

    answer = await _tell_both(client, token, body)

    assert answer["httpStatus"] in (401, 404)


async def test_sold_out_is_the_same_before_and_after_it_is_known(client: Client) -> None:
    _, ticket_type = await an_event(client, await a_person(client, "promoter@example.com"))
    buyer = await a_person(client, "buyer@example.com")
    body = {"items": [{"ticketTypeId": ticket_type["id"], "quantity": 10}]}
    status, _, _ = await order(client, buyer, body, QUICK)
    assert status == 201

    for _ in range(2):
        answer = await _tell_both(client, buyer, body)
        assert (answer["httpStatus"], answer["code"]) == (409, "sold_out")


async def test_a_key_is_one_key_at_both(client: Client) -> None:
    _, ticket_type = await an_event(client, await a_person(client, "promoter@example.com"))
    buyer = await a_person(client, "buyer@example.com")
    body = {"items": [{"ticketTypeId": ticket_type["id"], "quantity": 1}]}
    key = {"Idempotency-Key": "same-at-both"}

    status, first, headers = await order(client, buyer, body, QUICK, **key)
    again = [await order(client, buyer, body, way, **key) for way in (QUICK, SLOW)]

    assert status == 201
    assert "idempotency-replayed" not in headers
    for status, placed, told in again:
        assert (status, placed) == (201, first)
        assert told["idempotency-replayed"] == "true"
    other = {"items": [{"ticketTypeId": ticket_type["id"], "quantity": 2}]}
    answer = await _tell_both(client, buyer, other, **key)
    assert (answer["httpStatus"], answer["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["", "k" * 256, "with space", "tab\there"])
async def test_a_bad_key_is_refused_at_both(client: Client, key: str) -> None:
    buyer = await a_person(client, "buyer@example.com")
    body = {"items": [{"ticketTypeId": str(uuid4()), "quantity": 1}]}

    answer = await _tell_both(client, buyer, body, **{"Idempotency-Key": key})

    assert (answer["httpStatus"], answer["code"]) == (400, "invalid_idempotency_key")


async def _orders_of(client: Client, token: str) -> list[Any]:
    listed = await client.get("/api/v1/orders", headers={"Authorization": f"Bearer {token}"})
    return list(listed.json()["items"])


async def _send_raw(
    client: Client, token: str, length: int, messages: list[dict[str, Any]]
) -> list[Any]:
    """What is answered to exactly these messages of the server."""
    sent: list[Any] = []
    left = iter(messages)
    headers = {
        "authorization": f"Bearer {token}",
        "content-type": QUICK,
        "content-length": str(length),
    }
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/v1/orders",
        "raw_path": b"/api/v1/orders",
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("192.0.2.1", 1),
        "server": ("testserver", 80),
        "state": {},
    }

    async def receive() -> Any:
        return next(left)

    async def send(message: Any) -> None:
        sent.append(message)

    await client.app(scope, receive, send)
    return sent


@pytest.mark.parametrize("is_readable", [True, False])
async def test_whoever_hangs_up_has_not_ordered(client: Client, is_readable: bool) -> None:
    _, ticket_type = await an_event(client, await a_person(client, "promoter@example.com"))
    buyer = await a_person(client, "buyer@example.com")
    items = [{"ticketTypeId": ticket_type["id"], "quantity": 1}]
    body = json.dumps({"items": items}).encode()
    # Spaces may follow, so that what came is an order already.
    came = body if is_readable else body[:-1]

    sent = await _send_raw(
        client,
        buyer,
        len(body) + 20,
        [
            {"type": "http.request", "body": came, "more_body": True},
            {"type": "http.disconnect"},
        ],
    )

    assert sent == []
    assert await _orders_of(client, buyer) == []


@pytest.mark.parametrize("difference", [-1, 1])
async def test_a_body_of_another_length_is_refused(client: Client, difference: int) -> None:
    _, ticket_type = await an_event(client, await a_person(client, "promoter@example.com"))
    buyer = await a_person(client, "buyer@example.com")
    items = [{"ticketTypeId": ticket_type["id"], "quantity": 1}]
    body = json.dumps({"items": items}).encode()

    start, rest = await _send_raw(
        client, buyer, len(body) + difference, [{"type": "http.request", "body": body}]
    )

    assert (start["status"], json.loads(rest["body"])["code"]) == (400, "malformed_request")
    assert await _orders_of(client, buyer) == []
