"""Query parameters that many lists share."""

from typing import Annotated

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
