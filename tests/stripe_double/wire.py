"""Stripe's wire format: nested form keys in, JSON out."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from tests.stripe_double.ledger import StripeRefusal

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """A request as it came: `params` keeps the flat form keys, such as `metadata[order]`."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]

    @property
    def idempotency_key(self) -> str | None:
        return self.headers.get("idempotency-key")

    def nested(self, name: str) -> dict[str, str]:
        start = f"{name}["
        return {k[len(start) : -1]: v for k, v in self.params.items() if k.startswith(start)}

    def integer(self, name: str) -> int | None:
        text = self.params.get(name)
        if text is None:
            return None
        try:
            return int(text)
        except ValueError:
            message = f"Invalid integer: {text}"
            raise StripeRefusal(400, "invalid_request_error", message, param=name) from None

    def required(self, name: str) -> str:
        if not self.params.get(name):
            message = f"Missing required param: {name}."
            facts = {"code": "parameter_missing", "param": name}
            raise StripeRefusal(400, "invalid_request_error", message, **facts)
        return self.params[name]

    def allow(self, *names: str) -> None:
        """Refuse whatever the endpoint does not know, as Stripe does."""
        for key in self.params:
            if key.partition("[")[0] not in names:
                message = f"Received unknown parameter: {key}"
                facts = {"code": "parameter_unknown", "param": key}
                raise StripeRefusal(400, "invalid_request_error", message, **facts)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    is_replay: bool = False


async def read_request(scope: Scope, receive: Receive) -> Request:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    query = scope["query_string"].decode()
    pairs = parse_qsl(body.decode() or query, keep_blank_values=True, strict_parsing=False)
    return Request(
        method=scope["method"],
        path=scope["path"],
        params=dict(pairs),
        headers={name.decode().lower(): value.decode() for name, value in scope["headers"]},
    )


def answer_json(status: int, body: object) -> Answer:
    return Answer(status, json.dumps(body).encode())


async def send_answer(answer: Answer, send: Send, request_id: str) -> None:
    headers = [(b"content-type", b"application/json"), (b"request-id", request_id.encode())]
    if answer.is_replay:
        headers.append((b"idempotent-replayed", b"true"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
