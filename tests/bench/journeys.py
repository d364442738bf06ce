"""What a simulated client does: steps that each send one request and name the answer they want."""

import itertools
import json
from collections.abc import Callable, Generator
from typing import Any, NamedTuple, TypeAlias, TypedDict

API = "/api/v1"


class Step(NamedTuple):
    request: bytes
    status: bytes
    holds: bytes = b""
    """What the body of a good answer has in it: a declined card is a 200 as well."""


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
    ticket_type_id: str
    barcodes: list[str]


def clients_of(crowd: Crowd) -> list[Client]:
    """One for each connection. All doors take from the same queue of tickets."""
    tokens = itertools.islice(itertools.cycle(crowd["tokens"] or [""]), crowd["clients"])
    match crowd["kind"]:
        case "read":
            return [_reader(crowd["path"]) for _ in tokens]
        case "order":
            return [_buyer(token, crowd["ticket_type_id"]) for token in tokens]
        case "purchase":
            return [_payer(token, crowd["ticket_type_id"]) for token in tokens]
        case "scan":
            queue = iter(crowd["barcodes"])
            return [_door(token, queue) for token in tokens]
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


def _reader(path: str) -> Client:
    step = Step(request("GET", path), b"200")
    return lambda: _once(step)


def _buyer(token: str, ticket_type_id: str) -> Client:
    step = _order(token, ticket_type_id)
    return lambda: _once(step)


def _payer(token: str, ticket_type_id: str) -> Client:
    order = _order(token, ticket_type_id)
    return lambda: _purchase(order, token)


def _door(token: str, barcodes: Any) -> Client:
    def scan() -> Journey | None:
        barcode = next(barcodes, None)
        if barcode is None:
            return None
        sent = request("POST", f"{API}/scanners/scan", token, {"barcode": barcode})
        return _once(Step(sent, b"200", b'"result":"accepted"'))

    return scan


def _order(token: str, ticket_type_id: str) -> Step:
    body = {"items": [{"ticketTypeId": ticket_type_id, "quantity": 2}]}
    return Step(request("POST", f"{API}/orders", token, body), b"201")


def _once(step: Step) -> Journey:
    yield step


def _purchase(order: Step, token: str) -> Journey:
    """Place the order, open its payment, pay it with a card that works."""
    placed = json.loads((yield order))
    body = {"orderId": placed["id"]}
    path = f"{API}/payments/create-intent"
    intent = json.loads((yield Step(request("POST", path, token, body), b"201")))
    body = {"paymentId": intent["paymentId"], "paymentMethod": "pm_card_visa"}
    path = f"{API}/payments/confirm"
    yield Step(request("POST", path, token, body), b"200", b'"orderStatus":"paid"')
