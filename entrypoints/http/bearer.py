"""Who is asking: the dependencies that read the Authorization header."""

from typing import Any

from litestar import Request
from litestar.datastructures import State

from application.shared.access_tokens import AccessTokens
from application.shared.actor import Actor, Device
from domain.shared.errors import Unauthenticated
from entrypoints.http.given import Given


def _token(request: Request[Any, Any, State]) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


async def provide_actor(
    request: Request[Any, Any, State], access_tokens: Given[AccessTokens]
) -> Actor:
    """The signed-in person. Raises Unauthenticated."""
    token = _token(request)
    if token is None:
        raise Unauthenticated("Send an access token: Authorization: Bearer ...")
    return await access_tokens.actor(token)


async def provide_visitor(
    request: Request[Any, Any, State], access_tokens: Given[AccessTokens]
) -> Actor | None:
    """The signed-in person, or nobody: for pages that everybody may see."""
    token = _token(request)
    return None if token is None else await access_tokens.actor(token)


async def provide_door(
    request: Request[Any, Any, State], access_tokens: Given[AccessTokens]
) -> Actor | Device:
    """A scanner, or a person who scans."""
    token = _token(request)
    if token is None:
        raise Unauthenticated("Send a scanner's or a person's token: Authorization: Bearer ...")
    return await access_tokens.bearer(token)
