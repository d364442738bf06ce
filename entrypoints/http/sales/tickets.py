"""The doors to tickets."""

import asyncio
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery

from adapters.qr.pictures import QrPictures
from application.sales.queries import TicketFilter, TicketQueries, TicketUse, TicketView
from application.shared.actor import Actor
from application.shared.order_links import Shopper
from application.shared.paging import Page, PageRequest
from domain.shared.ids import OrderId, TicketId
from entrypoints.http.given import Given
from entrypoints.http.parameters import ByEvent, ByOrganization

AnyRequest = Request[Any, Any, State]

PNG, SVG = "image/png", "image/svg+xml"
PICTURES = {"refuses": [409], "also": [SVG]}
"""A cancelled ticket shows no code; and what else than a PNG may come."""


class TicketController(Controller):
    path = "/tickets"
    tags = ("Tickets",)

    @get(operation_id="list_tickets", summary="List tickets")
    async def list_tickets(
        self,
        actor: Given[Actor],
        ticket_queries: Given[TicketQueries],
        page: Given[PageRequest],
        organization_id: ByOrganization = None,
        event_id: ByEvent = None,
        status: FromQuery[TicketUse | None] = None,
    ) -> Page[TicketView]:
        """Your own tickets, or with `organizationId` an organisation's, newest first."""
        where = TicketFilter(organization_id=organization_id, event_id=event_id, status=status)
        return await ticket_queries.list_tickets(actor, where, page)

    @get("/{ticket_id:uuid}", operation_id="get_ticket", summary="Show a ticket")
    async def get_ticket(
        self,
        ticket_id: FromPath[TicketId],
        reader: Given[Shopper],
        ticket_queries: Given[TicketQueries],
    ) -> TicketView:
        return await ticket_queries.get_ticket(reader, ticket_id)

    @get(
        "/{ticket_id:uuid}/qr-code",
        operation_id="get_ticket_qr_code",
        summary="Show a ticket's QR code",
        media_type=PNG,
        opt=PICTURES,
    )
    async def get_ticket_qr_code(
        self,
        request: AnyRequest,
        ticket_id: FromPath[TicketId],
        reader: Given[Shopper],
        ticket_queries: Given[TicketQueries],
        qr_pictures: Given[QrPictures],
    ) -> Response[bytes]:
        """A PNG, or an SVG for those who accept that rather."""
        text = await ticket_queries.get_ticket_qr_code(reader, ticket_id)
        return await _picture(request, text, qr_pictures)

    @get(
        "/{ticket_id:uuid}/qr",
        operation_id="get_ticket_qr_code__alias_1",
        summary="Show a ticket's QR code",
        media_type=PNG,
        opt=PICTURES,
        deprecated=True,
    )
    async def get_ticket_qr_code__alias_1(
        self,
        request: AnyRequest,
        ticket_id: FromPath[TicketId],
        reader: Given[Shopper],
        ticket_queries: Given[TicketQueries],
        qr_pictures: Given[QrPictures],
    ) -> Response[bytes]:
        text = await ticket_queries.get_ticket_qr_code(reader, ticket_id)
        return await _picture(request, text, qr_pictures)


@get(
    "/orders/{order_id:uuid}/tickets",
    operation_id="list_order_tickets",
    summary="List an order's tickets",
    tags=["Orders"],
)
async def list_order_tickets(
    order_id: FromPath[OrderId],
    reader: Given[Shopper],
    ticket_queries: Given[TicketQueries],
    page: Given[PageRequest],
) -> Page[TicketView]:
    """In the order of its lines; an order that is not paid has none. Guests show its secret."""
    return await ticket_queries.list_order_tickets(reader, order_id, page)


async def _picture(request: AnyRequest, text: str, pictures: QrPictures) -> Response[bytes]:
    media_type = request.accept.best_match([PNG, SVG], default=PNG) or PNG
    draw = pictures.svg if media_type == SVG else pictures.png
    # Milliseconds of arithmetic, in which other requests should not wait.
    picture = await asyncio.to_thread(draw, text)
    headers = {"Cache-Control": "private", "Vary": "Accept, Authorization, X-Order-Secret"}
    return Response(picture, media_type=media_type, headers=headers)
