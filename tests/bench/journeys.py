"""What a simulated client does: steps that each send one request and name the answer they want."""

import itertools
import json
import os
import random
from collections.abc import Callable, Generator, Iterator
from typing import Any, NamedTuple, NotRequired, TypeAlias, TypedDict

API = "/api/v1"
CARD = "pm_card_visa"
PASSWORD = "Password123!"


class Step(NamedTuple):
    request: bytes
    status: bytes
    holds: bytes = b""
    """What the body of a good answer has in it: a declined card is a 200 as well."""
    also: bytes = b""
    """Another status that ends the journey well."""


Journey: TypeAlias = Generator[Step, bytes, None]
"""One unit of what is measured, from its first request to its last answer."""

Client: TypeAlias = Callable[[], Journey | None]
"""Begins the next journey of one client; None when there is nothing left to do."""


class Crowd(TypedDict):
    """Who does what; crosses to the load generator's process as JSON."""

    kind: str
    clients: int
    """Connections, one request under way on each."""
    path: str
    tokens: list[str]
    """Shared out among the clients in turn."""
    ticket_type_ids: list[str]
    """Each order is for one of them, by chance."""
    barcodes: list[str]
    etag: NotRequired[str]
    """Of what a reader has already."""
    quantity: NotRequired[int]
    """Tickets in an order; 2 if it is not said."""
    per_second: NotRequired[int]
    """How many journeys all of them begin in a second; as many as they can if it is not said."""
    emails: NotRequired[list[str]]
    """Of people who sign in."""


def clients_of(crowd: Crowd) -> list[Client]:
    """One for each connection. All doors take from the same queue of tickets."""
    tokens = itertools.islice(itertools.cycle(crowd["tokens"] or [""]), crowd["clients"])
    match crowd["kind"]:
        case "read":
            return [_reader(crowd["path"], token) for token in tokens]
        case "reread":
            return [_rereader(crowd["path"], crowd.get("etag", "")) for _ in tokens]
        case "order":
            return [_repeating(Order(token, crowd)) for token in tokens]
        case "refused":
            return [_repeating(Order(token, crowd, status=b"409")) for token in tokens]
        case "purchase":
            return [_repeating(Order(token, crowd, pays=True)) for token in tokens]
        case "steps":
            return [_payer(token, Order(token, crowd)) for token in tokens]
        case "once":
            return [_once_only(Order(token, crowd)) for token in tokens]
        case "stranger":
            strangers = iter(crowd["tokens"])
            return [_each_once(strangers, crowd) for _ in tokens]
        case "scan":
            queue = iter(crowd["barcodes"])
            return [_door(token, queue) for token in tokens]
        case "log_in":
            emails = itertools.cycle(crowd.get("emails", []))
            return [_arrival(emails) for _ in tokens]
        case kind:
            raise ValueError(f"nobody knows how to {kind}")


def request(method: str, path: str, token: str = "", body: Any = None) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if content:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content


class Order:
    """One buyer's orders, each with a key of its own."""

    def __init__(
        self, token: str, crowd: Crowd, *, status: bytes = b"201", pays: bool = False
    ) -> None:
        self._status = status
        self._holds = b'"status":"paid"' if pays else b""
        self._requests = []
        for ticket_type_id in crowd["ticket_type_ids"]:
            item = {"ticketTypeId": ticket_type_id, "quantity": crowd.get("quantity", 2)}
            body: dict[str, Any] = {"items": [item]}
            if pays:
                body["payment"] = {"paymentMethod": CARD}
            head, _, rest = request("POST", f"{API}/orders", token, body).partition(b"\r\n")
            self._requests.append((head + b"\r\nIdempotency-Key: ", b"\r\n" + rest))

    def step(self) -> Step:
        before, after = random.choice(self._requests)
        sent = before + os.urandom(12).hex().encode() + after
        return Step(sent, self._status, self._holds)


def _reader(path: str, token: str) -> Client:
    step = Step(request("GET", path, token), b"200")
    return lambda: _once(step)


def _arrival(emails: Iterator[str]) -> Client:
    """Signs in, each time as somebody else."""

    def log_in() -> Journey:
        body = {"email": next(emails), "password": PASSWORD}
        return _once(Step(request("POST", f"{API}/auth/login", "", body), b"200", b"accessToken"))

    return log_in


def _rereader(path: str, etag: str) -> Client:
    head = request("GET", path).removesuffix(b"\r\n")
    step = Step(head + f"If-None-Match: {etag}\r\n\r\n".encode(), b"304")
    return lambda: _once(step)


def _repeating(order: Order) -> Client:
    return lambda: _once(order.step())


def _once_only(order: Order) -> Client:
    """Tries to buy a single time; whether there was something left, the tally tells."""
    tries = iter([Step(order.step().request, b"201", also=b"409")])

    def buy() -> Journey | None:
        step = next(tries, None)
        return None if step is None else _once(step)

    return buy


def _each_once(tokens: Iterator[str], crowd: Crowd) -> Client:
    """Each order is somebody else's. All clients take from the same crowd."""

    def buy() -> Journey | None:
        token = next(tokens, None)
        return None if token is None else _once(Order(token, crowd).step())

    return buy


def _payer(token: str, order: Order) -> Client:
    return lambda: _purchase(order.step(), token)


def _door(token: str, barcodes: Any) -> Client:
    def scan() -> Journey | None:
        barcode = next(barcodes, None)
        if barcode is None:
            return None
        sent = request("POST", f"{API}/scanners/scan", token, {"barcode": barcode})
        return _once(Step(sent, b"200", b'"result":"accepted"'))

    return scan


def _once(step: Step) -> Journey:
    yield step


def _purchase(order: Step, token: str) -> Journey:
    """Place the order, open its payment, pay it with a card that works."""
    placed = json.loads((yield order))
    body = {"orderId": placed["id"]}
    path = f"{API}/payments/create-intent"
    intent = json.loads((yield Step(request("POST", path, token, body), b"201")))
    body = {"paymentId": intent["paymentId"], "paymentMethod": CARD}
    path = f"{API}/payments/confirm"
    yield Step(request("POST", path, token, body), b"200", b'"orderStatus":"paid"')
