"""The few routes that answer before Litestar: raw ASGI, because its work per request is a third of
theirs (docs/adr/0011-raw-routes.md).
"""

from collections.abc import Sequence
from typing import Any, Protocol

from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from domain.shared.errors import DomainError
from entrypoints.http.problems import fail, send_refusal


class RawRoute(Protocol):
    """One hot route. Litestar has the same one, which documents it and answers whatever this does
    not.
    """

    template: str
    """The path as the log names it: `/api/v1/orders`."""

    def matches(self, scope: HTTPScope) -> bool:
        """Whether this may answer. Asked for every request, so it must be cheap."""
        ...

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> bool:
        """Answers; False leaves it to Litestar, as long as nothing was received and nothing sent.

        What it raises is refused as Litestar would; it raises before it sends.
        """
        ...


class FastLane:
    """Stands inside the request log, so that raw routes have their id and their line too."""

    def __init__(self, app: ASGIApp, routes: Sequence[RawRoute]) -> None:
        self._app = app
        self._routes = tuple(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            for route in self._routes:
                if route.matches(scope):
                    if await _answered(route, scope, receive, send):
                        return
                    break
        await self._app(scope, receive, send)


async def _answered(route: RawRoute, scope: HTTPScope, receive: Receive, send: Send) -> bool:
    try:
        is_answered = await route(scope, receive, send)
    except DomainError as error:
        await send_refusal(scope, send, error)
        is_answered = True
    except Exception as error:  # noqa: BLE001  # As Litestar's outermost layer does.
        request = Request[Any, Any, Any](scope, receive, send)
        await fail(request, error).to_asgi_response(None, request)(scope, receive, send)
        is_answered = True
    if is_answered:
        scope["path_template"] = route.template
    return is_answered
