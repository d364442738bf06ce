"""One line per request: its id, what, how it ended, how long. No bodies, headers or queries."""

import os
import re
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import TypeAlias

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from entrypoints.http.front import Front
from entrypoints.http.problems import send_refusal

log = structlog.get_logger("tixmo.access")

CLIENT_LEFT = 499
"""Logged and never sent: the client hung up before its request was whole."""

_HEADER = b"x-request-id"
_SANE = re.compile(rb"[A-Za-z0-9._-]{8,64}")

Tell: TypeAlias = Callable[[str, str, str, int, float], None]
"""Takes one line: the request's id, method and path template, status, milliseconds."""


def tell_structlog(
    request_id: str, method: str, path: str, status: int, duration_ms: float
) -> None:
    log.info(
        "request",
        request_id=request_id,
        method=method,
        path=path,
        status=status,
        duration_ms=duration_ms,
    )


class RequestLog:
    """The outermost layer. `scope["state"]["request_id"]` is what refusals show.

    With `tell` None requests have their ids and no lines.
    """

    def __init__(self, app: ASGIApp, front: Front, tell: Tell | None = tell_structlog) -> None:
        self._app = app
        self._front = front
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        given = dict(scope["headers"])
        request_id = _request_id(given.get(_HEADER))
        name = request_id.decode()
        scope["state"]["request_id"] = name  # Litestar has made the state.
        told, refusal, is_answered = self._front(scope, given)
        told = (*told, (_HEADER, request_id))
        around = self._front.safe.around
        status: int | None = None

        # Not `async`: a coroutine around each of the server's would be one too many.
        def send_with_more(message: Message) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = around(message["headers"], told)
            return send(message)

        try:
            if is_answered:
                await _send_nothing_more(send_with_more)
            elif refusal is not None:
                await send_refusal(scope, send_with_more, refusal)
            else:
                await self._app(scope, receive, send_with_more)
            if status is None:
                status = CLIENT_LEFT
        finally:
            if self._tell is not None:
                path = scope.get("path_template") or "unknown"
                duration_ms = round((perf_counter() - started) * 1000, 2)
                self._tell(name, scope["method"], path, status or 500, duration_ms)


def _request_id(given: bytes | None) -> bytes:
    """The caller's own id if it is sane, so that a trace can cross systems; else a new one."""
    if given is not None and _SANE.fullmatch(given):
        return bytes(given)
    return os.urandom(16).hex().encode()


async def _send_nothing_more(send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
