"""Query parameters that many lists share."""

from typing import Annotated, Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery, QueryParameter

from adapters.tokens.list_cursors import ListCursors, SealedWords
from application.shared.actor import Actor
from application.shared.paging import LIMIT_MAX, PageRequest
from domain.shared.ids import EventId, OrganizationId
from entrypoints.http.given import Given

ByOrganization = Annotated[OrganizationId | None, QueryParameter(name="organizationId")]
ByEvent = Annotated[EventId | None, QueryParameter(name="eventId")]


_PLACE = frozenset({"cursor", "limit"})
"""What may differ from page to page of one list."""


def provide_page(
    request: Request[Any, Any, State],
    visitor: Given[Actor | None],
    cursor_words: Given[SealedWords],
    limit: Annotated[int, QueryParameter(ge=1, le=LIMIT_MAX)] = 50,
    cursor: FromQuery[str | None] = None,
) -> PageRequest:
    """`limit` (1 to 100, default 50) and `cursor` (from the page before)."""
    reader = b"" if visitor is None else visitor.user_id.bytes
    about = _list_of(request.scope["path"], request.scope["query_string"], reader)
    return PageRequest(limit, cursor, ListCursors(cursor_words, about))


def _list_of(path: str, query: bytes, reader: bytes) -> bytes:
    """The list, what it is narrowed and sorted by, and who reads it: what a cursor is good for."""
    asked = sorted(
        one
        for one in parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        if one[0] not in _PLACE
    )
    return b"\x1f".join((path.encode(), repr(asked).encode(), reader))


def wire_name(handler: BaseRouteHandler, parameter: str) -> str:
    """What clients call a query parameter or header of the handler, or of what it depends on."""
    given = handler.resolve_dependencies()
    signatures = [
        handler.parsed_fn_signature,
        *(provider.parsed_fn_signature for provider in given.values()),
    ]
    for signature in signatures:
        field = signature.parameters.get(parameter)
        name = getattr(field and field.kwarg_definition, "name", None)
        if name:
            return str(name)
    return parameter
