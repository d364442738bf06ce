"""Public reads that need not be sent twice: a strong ETag on each, 304 for who has it already."""

from collections.abc import Awaitable, Iterable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from application.shared.rendered import etag_of

Headers = list[tuple[bytes, bytes]]

_EVENT = "/api/v1/events/{event_id}"
PUBLIC_READS = frozenset(
    {
        "/api/v1/events",
        _EVENT,
        f"{_EVENT}/ticket-types",
        f"{_EVENT}/ticket-types/{{ticket_type_id}}",
        f"{_EVENT}/ticket-types/{{ticket_type_id}}/availability",
        "/api/v1/ticket-types/{ticket_type_id}/availability",
    }
)

_FOR_ALL = (b"cache-control", b"public, max-age=1")
"""A second, counted from `Age`: with ours, what a buyer sees is at most two seconds old."""
_FOR_ONE = (b"cache-control", b"private, no-cache")
_VARY = (b"vary", b"Authorization")
"""A member sees more of the same address."""
_LEFT_OUT = frozenset({b"content-type", b"content-length"})
"""They describe a body, and a 304 has none."""


def validators(etag: bytes, *, is_public: bool) -> Headers:
    """The headers of a 200 and of a 304 alike."""
    return [(b"etag", etag), _FOR_ALL if is_public else _FOR_ONE, _VARY]


def has_already(headers: Iterable[tuple[bytes, bytes]], etag: bytes) -> bool:
    """Whether If-None-Match names this ETag: one, a list, weak ones, or `*` (RFC 9110, 13.1.2)."""
    for name, value in headers:
        if name == b"if-none-match" and (value == etag or _names(value, etag)):
            return True
    return False


def _names(value: bytes, etag: bytes) -> bool:
    # No comma is inside our own, so a list can be cut at each of them.
    given = (one.strip() for one in value.split(b","))
    return any(one.removeprefix(b"W/") == etag or one == b"*" for one in given)


class ConditionalReads:
    """Stands before the router and looks at the answers to GET of `PUBLIC_READS`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] == "GET":
            send = _Validated(scope, send)
        await self._app(scope, receive, send)


class _Validated:
    """Sends an answer on, with its ETag if it is the whole body of a public read."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._start: HTTPResponseStartEvent | None = None

    def __call__(self, message: Message) -> Awaitable[None]:
        if self._start is not None:
            return self._send_both(self._start, message)
        if (
            message["type"] == "http.response.start"
            and message["status"] == 200
            and self._scope.get("path_template") in PUBLIC_READS
        ):
            self._start = message
            return _nothing()
        return self._send(message)

    async def _send_both(self, start: HTTPResponseStartEvent, message: Message) -> None:
        self._start = None
        if message["type"] == "http.response.body" and not message.get("more_body"):
            given = self._scope["headers"]
            is_public = not any(name == b"authorization" for name, _ in given)
            etag = etag_of(message["body"])
            headers = [*start["headers"], *validators(etag, is_public=is_public)]
            if has_already(given, etag):
                headers = [header for header in headers if header[0] not in _LEFT_OUT]
                start, message = {**start, "status": 304}, {**message, "body": b""}
            start = {**start, "headers": headers}
        await self._send(start)
        await self._send(message)


async def _nothing() -> None:
    """The start waits for the body."""
