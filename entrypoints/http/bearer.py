"""Who is asking: the dependencies that read the Authorization header."""

from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import State

from application.shared.access_tokens import AccessTokens
from application.shared.actor import Actor, Device, authorize_person
from application.shared.idempotency import KeyedRequest
from application.shared.origin import Origin
from application.shared.transaction import SessionEnded
from domain.shared.errors import Unauthenticated
from entrypoints.http.access import refuse_in_a_visit
from entrypoints.http.given import Given
from entrypoints.http.origins import origin_of
from entrypoints.http.request_keys import READS, keyed_request


def _token(request: Request[Any, Any, State]) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


async def provide_actor(
    request: Request[Any, Any, State], access_tokens: Given[AccessTokens]
) -> Actor:
    """A signed-in person, or a key or application. Raises Unauthenticated."""
    token = _token(request)
    if token is None:
        raise Unauthenticated("Send an access token: Authorization: Bearer ...")
    return await _writing(request, await access_tokens.actor(token))


async def provide_person(actor: Given[Actor]) -> Actor:
    """For what people do themselves. Raises Unauthenticated, PersonRequired."""
    authorize_person(actor)
    return actor


async def provide_buyer(visitor: Given[Actor | None]) -> Actor | None:
    """A signed-in person or a guest, for what both of them do. Raises PersonRequired."""
    if visitor is not None:
        authorize_person(visitor)
    return visitor


async def provide_visitor(
    request: Request[Any, Any, State], access_tokens: Given[AccessTokens]
) -> Actor | None:
    """The signed-in person, or nobody: for pages that everybody may see."""
    token = _token(request)
    return None if token is None else await _writing(request, await access_tokens.actor(token))


async def provide_leaver(
    request: Request[Any, Any, State], access_tokens: Given[AccessTokens]
) -> Actor | None:
    """Who signs out; nobody if their session is over, or if a body says which one. Raises
    Unauthenticated if nothing does.
    """
    if _token(request) is None and await request.body():
        return None
    try:
        return await provide_person(await provide_actor(request, access_tokens))
    except SessionEnded:
        return None


async def provide_door(
    request: Request[Any, Any, State], access_tokens: Given[AccessTokens]
) -> Actor | Device:
    """A scanner, or a person who scans."""
    token = _token(request)
    if token is None:
        raise Unauthenticated("Send a scanner's or a person's token: Authorization: Bearer ...")
    bearer = await access_tokens.bearer(token)
    if isinstance(bearer, Actor):
        _refuse_in_a_visit(request, bearer)
    keyed = await keyed_request(
        request, bearer.user_id if isinstance(bearer, Actor) else bearer.scanner_id
    )
    return bearer if keyed is None else msgspec.structs.replace(bearer, keyed=keyed)


async def provide_keyed(
    request: Request[Any, Any, State], visitor: Given[Actor | None]
) -> KeyedRequest | None:
    """The write with its key, for doors that are open to guests."""
    return await keyed_request(request, None) if visitor is None else visitor.keyed


async def provide_origin(request: Request[Any, Any, State], visitor: Given[Actor | None]) -> Origin:
    """Of a write, for doors that are open to guests."""
    return origin_of(request.scope, visitor)


async def _writing(request: Request[Any, Any, State], actor: Actor) -> Actor:
    _refuse_in_a_visit(request, actor)
    if request.scope["method"] in READS:
        return actor
    # A visitor is not told what the person's own requests were answered.
    keyed = await keyed_request(
        request, actor.user_id if actor.visitor_id is None else actor.session_id
    )
    # A copy: the remembered actor serves other requests too.
    return msgspec.structs.replace(actor, keyed=keyed, origin=origin_of(request.scope, actor))


def _refuse_in_a_visit(request: Request[Any, Any, State], actor: Actor) -> None:
    operation_id = str(request.route_handler.operation_id)
    refuse_in_a_visit(actor, operation_id, request.scope["method"])
