"""The doors to venues."""

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody

from application.shared.actor import Actor
from application.shared.paging import Page, PageRequest
from application.shared.scope import Scope
from application.venues.create_venue import CreateVenue, CreateVenueCommand
from application.venues.delete_venue import DeleteVenue
from application.venues.queries import VenueFilter, VenueQueries, VenueView, seen_by
from application.venues.update_venue import UpdateVenue, UpdateVenueCommand
from domain.shared.ids import VenueId
from domain.shared.permissions import Permission
from entrypoints.http.given import Given
from entrypoints.http.parameters import ByOrganization


async def _sight_of(visitor: Actor | None, venue_id: VenueId, queries: VenueQueries) -> Scope:
    """Whose venue it is, is asked for operators of the platform alone, who are nobody's members."""
    if visitor is None or not visitor.is_platform_admin:
        return seen_by(visitor)
    return seen_by(visitor, await queries.organization_of_venue(venue_id))


class VenueController(Controller):
    path = "/venues"
    tags = ["Venues"]

    @post(operation_id="create_venue", summary="Add a venue")
    async def create_venue(
        self,
        data: JSONBody[CreateVenueCommand],
        actor: Given[Actor],
        create_venue: Given[CreateVenue],
        venue_queries: Given[VenueQueries],
    ) -> Response[VenueView]:
        venue_id = await create_venue(actor, data)
        scope = seen_by(actor.shown(Permission.EVENTS_VIEW), data.organization_id)
        view = await venue_queries.get_venue(scope, venue_id)
        return Response(view, headers={"Location": f"/api/v1/venues/{venue_id}"})

    @get(operation_id="list_venues", summary="List venues")
    async def list_venues(
        self,
        venue_queries: Given[VenueQueries],
        visitor: Given[Actor | None],
        page: Given[PageRequest],
        organization_id: ByOrganization = None,
        q: FromQuery[str | None] = None,
    ) -> Page[VenueView]:
        where = VenueFilter(organization_id=organization_id, q=q)
        asked = () if organization_id is None else (organization_id,)
        return await venue_queries.list_venues(seen_by(visitor, *asked), where, page)

    @get("/{venue_id:uuid}", operation_id="get_venue", summary="Show a venue")
    async def get_venue(
        self,
        venue_id: FromPath[VenueId],
        visitor: Given[Actor | None],
        venue_queries: Given[VenueQueries],
    ) -> VenueView:
        """While its organisation is not active, for the members alone, as its events are."""
        return await venue_queries.get_venue(
            await _sight_of(visitor, venue_id, venue_queries), venue_id
        )

    @patch("/{venue_id:uuid}", operation_id="update_venue", summary="Change a venue")
    async def update_venue(
        self,
        venue_id: FromPath[VenueId],
        data: JSONBody[UpdateVenueCommand],
        actor: Given[Actor],
        update_venue: Given[UpdateVenue],
        venue_queries: Given[VenueQueries],
    ) -> VenueView:
        await update_venue(actor, venue_id, data)
        scope = await _sight_of(actor.shown(Permission.EVENTS_VIEW), venue_id, venue_queries)
        return await venue_queries.get_venue(scope, venue_id)

    @delete("/{venue_id:uuid}", operation_id="delete_venue", summary="Remove an unused venue")
    async def delete_venue(
        self,
        venue_id: FromPath[VenueId],
        actor: Given[Actor],
        delete_venue: Given[DeleteVenue],
    ) -> None:
        await delete_venue(actor, venue_id)
