"""Ordering without Litestar: the one write that a whole on-sale minute consists of.

The same words, refusals and answers as `OrderController.place_order`, which documents it, and which
serves guests and whatever else is left to it: bodies without a length, unusual headers.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar.types import HTTPScope, Receive, Send

from application.sales.messages import PlacedOrder, PlaceOrder, PlaceOrderRequest
from application.sales.pay_placed_order import PayPlacedOrder
from application.sales.queries import OrderQueries
from application.shared.access_tokens import AccessTokens
from application.shared.actor import Actor, authorize_person
from application.shared.coalescer import Coalescer
from application.shared.ids import IdFactory
from domain.shared.ids import OrderId
from entrypoints.http.access import refuse_in_a_visit
from entrypoints.http.body import MalformedRequest, decode_strictly, refuse_twins
from entrypoints.http.front import CERTAIN
from entrypoints.http.origins import origin_of
from entrypoints.http.request_keys import KEY_HEADER, REPLAYED_HEADER, request_key_of
from entrypoints.http.sales.orders import after_payment, order_view

PATH = "/api/v1/orders"

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(PlaceOrderRequest, strict=True)
_JSON = (b"content-type", b"application/json")


class OrderCounter:
    """Asks its providers at each order, as Litestar's dependencies do: nothing is built early."""

    template = PATH

    def __init__(
        self,
        access_tokens: Callable[[], AccessTokens],
        order_lane: Callable[[], Coalescer[PlaceOrder, PlacedOrder]],
        order_queries: Callable[[], OrderQueries],
        pay_placed_order: Callable[[], PayPlacedOrder],
        ids: Callable[[], IdFactory],
        body_bytes_max: int,
    ) -> None:
        self._access_tokens = access_tokens
        self._order_lane = order_lane
        self._order_queries = order_queries
        self._pay_placed_order = pay_placed_order
        self._ids = ids
        self._body_bytes_max = body_bytes_max

    def matches(self, scope: HTTPScope) -> bool:
        return scope["path"] == PATH and scope["method"] == "POST"

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> bool:
        """Serves signed-in buyers with ordinary requests."""
        sent = list(scope["headers"])
        headers = dict(sent)
        length = headers.get(b"content-length", b"")
        scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
        if (
            len(headers) != len(sent)
            or headers.get(b"content-type") != b"application/json"
            or not length.isdigit()
            or not 0 < int(length) <= self._body_bytes_max
            or scope["query_string"]
            or scheme.lower() != b"bearer"
            or not token.strip()
        ):
            return False
        actor: Actor | None = scope["state"].get(CERTAIN)
        if actor is None:
            actor = await self._access_tokens().actor(token.strip().decode("latin-1"))
        authorize_person(actor)
        refuse_in_a_visit(actor, "place_order", "POST")
        body = await _body_of(receive, int(length))
        if body is None:
            return True  # Whoever hung up is not there to be answered, and did not order.
        key = request_key_of(actor.user_id, headers.get(KEY_HEADER), "POST", PATH, b"", body)
        request = decode_strictly(_DECODER, body)
        origin = origin_of(scope, actor)
        # As few colons as these items need leave none for a field that is there twice.
        if body.count(b":") > 1 + 2 * len(request.items):
            refuse_twins(body)
        placed = await self._order_lane()(
            PlaceOrder(
                actor=actor,
                request=request,
                order_id=OrderId(self._ids().new()),
                key=key,
                cart_token=_text(headers.get(b"x-cart-token")),
                admission_pass=_text(headers.get(b"x-admission-pass")),
                visitor=_text(headers.get(b"x-visitor")) or "",
                origin=origin,
            )
        )
        view = await order_view(placed, actor, self._order_queries())
        if request.payment is not None:
            actor = msgspec.structs.replace(actor, origin=origin)
            view = await after_payment(
                view, placed, request, actor, self._order_queries(), self._pay_placed_order()
            )
        answer = _ENCODER.encode(view)
        told = [
            _JSON,
            (b"content-length", b"%d" % len(answer)),
            (b"location", f"{PATH}/{placed.id}".encode()),
        ]
        if key is not None and placed.is_repeat:
            told.append(REPLAYED_HEADER)
        await send({"type": "http.response.start", "status": 201, "headers": told})
        await send({"type": "http.response.body", "body": answer, "more_body": False})
        return True


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


async def _body_of(receive: Receive, length: int) -> bytes | None:
    """All of it; None if the client left before. Raises MalformedRequest for another length."""
    body, more = b"", True
    while more and len(body) <= length:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if len(body) != length:
        detail = "The body is not as long as Content-Length says."
        raise MalformedRequest(detail, errors=[{"path": "$", "detail": detail}])
    return body
