"""Query parameters that many lists share."""

from typing import Annotated

from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery, QueryParameter

from application.shared.paging import LIMIT_MAX, PageRequest
from domain.shared.ids import EventId, OrganizationId

ByOrganization = Annotated[OrganizationId | None, QueryParameter(name="organizationId")]
ByEvent = Annotated[EventId | None, QueryParameter(name="eventId")]


def provide_page(
    limit: Annotated[int, QueryParameter(ge=1, le=LIMIT_MAX)] = 50,
    cursor: FromQuery[str | None] = None,
) -> PageRequest:
    """`limit` (1 to 100, default 50) and `cursor` (from the page before)."""
    return PageRequest(limit, cursor)


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
