"""The doors to pools: parts of an event's room that ticket types share."""

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from application.catalogue.create_pool import CreatePool, CreatePoolCommand
from application.catalogue.delete_pool import DeletePool
from application.catalogue.event_access import EventAccess
from application.catalogue.queries import PoolQueries, PoolView
from application.catalogue.update_pool import UpdatePool, UpdatePoolCommand
from application.shared.actor import Actor
from application.shared.paging import Page
from application.shared.scope import Scope
from domain.shared.ids import EventId, PoolId
from domain.shared.permissions import Permission
from entrypoints.http.given import Given


class PoolController(Controller):
    path = "/events/{event_id:uuid}/pools"
    tags = ("Pools",)

    @post(operation_id="create_pool", summary="Set room aside for several ticket types")
    async def create_pool(
        self,
        event_id: FromPath[EventId],
        data: JSONBody[CreatePoolCommand],
        actor: Given[Actor],
        create_pool: Given[CreatePool],
        event_access: Given[EventAccess],
        pool_queries: Given[PoolQueries],
    ) -> Response[PoolView]:
        """Ticket types name it in their `pools`; until then nothing draws on it."""
        pool_id = await create_pool(actor, event_id, data)
        scope = await _sight(actor.shown(Permission.EVENTS_VIEW), event_id, event_access)
        view = await pool_queries.get_pool(scope, event_id, pool_id)
        location = f"/api/v1/events/{event_id}/pools/{pool_id}"
        return Response(view, headers={"Location": location})

    @get(operation_id="list_pools", summary="List an event's pools")
    async def list_pools(
        self,
        event_id: FromPath[EventId],
        actor: Given[Actor],
        event_access: Given[EventAccess],
        pool_queries: Given[PoolQueries],
    ) -> Page[PoolView]:
        """All of them (at most 50), for members."""
        return await pool_queries.list_pools(await _sight(actor, event_id, event_access), event_id)

    @get("/{pool_id:uuid}", operation_id="get_pool", summary="Show a pool")
    async def get_pool(
        self,
        event_id: FromPath[EventId],
        pool_id: FromPath[PoolId],
        actor: Given[Actor],
        event_access: Given[EventAccess],
        pool_queries: Given[PoolQueries],
    ) -> PoolView:
        scope = await _sight(actor, event_id, event_access)
        return await pool_queries.get_pool(scope, event_id, pool_id)

    @patch("/{pool_id:uuid}", operation_id="update_pool", summary="Change a pool")
    async def update_pool(
        self,
        event_id: FromPath[EventId],
        pool_id: FromPath[PoolId],
        data: JSONBody[UpdatePoolCommand],
        actor: Given[Actor],
        update_pool: Given[UpdatePool],
        event_access: Given[EventAccess],
        pool_queries: Given[PoolQueries],
    ) -> PoolView:
        """A quantity below what is sold and held is refused; other ticket types stay on sale."""
        await update_pool(actor, event_id, pool_id, data)
        scope = await _sight(actor.shown(Permission.EVENTS_VIEW), event_id, event_access)
        return await pool_queries.get_pool(scope, event_id, pool_id)

    @delete("/{pool_id:uuid}", operation_id="delete_pool", summary="Give up a pool")
    async def delete_pool(
        self,
        event_id: FromPath[EventId],
        pool_id: FromPath[PoolId],
        actor: Given[Actor],
        delete_pool: Given[DeletePool],
    ) -> None:
        """Only while no ticket type draws on it and none of it was ever ordered."""
        await delete_pool(actor, event_id, pool_id)


async def _sight(actor: Actor, event_id: EventId, event_access: EventAccess) -> Scope:
    """Pools are the organisation's business. Raises EventNotFound to strangers."""
    return actor.within(await event_access(actor, Permission.EVENTS_VIEW, event_id))
