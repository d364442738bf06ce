"""The page of an event for the public, answered before Litestar from a kept copy: for guests, and
for whoever is signed in and is not of its organisation.

`EventController.get_event` is the same door, documents it, and answers everybody else.
"""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from application.catalogue.public_events import PublicEvents
from application.shared.access_tokens import AccessTokens
from application.shared.actor import Actor
from domain.catalogue.errors import EventNotFound
from domain.shared.ids import EventId
from entrypoints.http.conditional_reads import Headers, has_already, validators
from entrypoints.http.front import CERTAIN

_EVENTS = "/api/v1/events/"
_LENGTH = len(_EVENTS) + 36
_JSON = (b"content-type", b"application/json")
_STALE = (b"warning", b'110 - "Response is Stale"')

CHANGES = frozenset(
    f"{_EVENTS}{{event_id}}{rest}"
    for rest in (
        "",
        "/publish",
        "/unpublish",
        "/cancel",
        "/ticket-types",
        "/ticket-types/{ticket_type_id}",
    )
)
"""The doors to what an event's page shows, and nothing that a crowd could knock at."""
OUTDATED_SECONDS = 2
"""From this age on a page is marked: nothing newer could be read."""


def age_headers(age: int) -> Headers:
    """How old a page is, if that is a second or more."""
    if not age:
        return []
    said = (b"age", str(age).encode())
    return [said] if age < OUTDATED_SECONDS else [said, _STALE]


class PublicEventPage:
    template = "/api/v1/events/{event_id}"

    def __init__(
        self, public_events: Callable[[], PublicEvents], access_tokens: Callable[[], AccessTokens]
    ) -> None:
        self._public_events = public_events
        self._access_tokens = access_tokens

    def matches(self, scope: HTTPScope) -> bool:
        path = scope["path"]
        return (
            len(path) == _LENGTH
            and path.startswith(_EVENTS)
            and scope["method"] in ("GET", "HEAD")
            and not scope["query_string"]
            and _event_id(path[-36:]) is not None
        )

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> bool:
        """Raises EventNotFound, DatabaseDown, InvalidToken, SessionEnded."""
        given = scope["headers"]
        event_id = _event_id(scope["path"][-36:])
        if event_id is None:
            return False
        actor: Actor | None = scope["state"].get(CERTAIN)
        if actor is None and (credentials := [v for name, v in given if name == b"authorization"]):
            actor = await self._actor_of(credentials)
            if actor is None:
                return False
        if actor is not None and actor.is_platform_admin:
            return False
        try:
            page, age, owner = await self._public_events().page(event_id)
        except EventNotFound:
            if actor is None:
                raise
            return False  # It may be a draft of theirs.
        if actor is not None and owner in actor.memberships:
            return False  # Members see hidden ticket types.
        headers = [*validators(page.etag, is_public=actor is None), *age_headers(age)]
        body, status = page.body, 304
        if not has_already(given, page.etag):
            status = 200
            headers += [_JSON, (b"content-length", str(len(body)).encode())]
        if status == 304 or scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})
        return True

    async def _actor_of(self, credentials: list[bytes]) -> Actor | None:
        """Whose token it is; what is no bearer token is left to Litestar."""
        scheme, _, token = credentials[0].partition(b" ")
        if len(credentials) > 1 or scheme.lower() != b"bearer" or not token.strip():
            return None
        return await self._access_tokens().actor(token.strip().decode("latin-1"))


class ChangesSeen:
    """Around the router: a change that went through is on the event's page with its answer."""

    def __init__(self, app: ASGIApp, public_events: Callable[[], PublicEvents]) -> None:
        self._app = app
        self._public_events = public_events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_change = scope["type"] == ScopeType.HTTP and scope["method"] not in ("GET", "HEAD")
        await self._app(scope, receive, self._forgetting(scope, send) if is_change else send)

    def _forgetting(self, scope: Scope, send: Send) -> Send:
        def forget_and_send(message: Message) -> Awaitable[None]:
            if (
                message["type"] == "http.response.start"
                and message["status"] < 300
                and scope.get("path_template") in CHANGES
            ):
                parsed: dict[str, Any] = scope["path_params"]
                self._public_events().forget(parsed["event_id"])
            return send(message)

        return forget_and_send


@lru_cache(maxsize=4_096)
def _event_id(written: str) -> EventId | None:
    """None unless it is written as we write it."""
    try:
        event_id = UUID(written)
    except ValueError:
        return None
    return EventId(event_id) if str(event_id) == written else None
