"""The HTTP application: routes in one visible list, dependencies by name, errors in one table."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Router
from litestar.di import Provide

from entrypoints.container import CONTEXTS, Container, running
from entrypoints.http.admission.scanners import ScannerController, record_scan__alias_2
from entrypoints.http.bearer import provide_actor, provide_door, provide_visitor
from entrypoints.http.body import StrictBody, refuse_nul
from entrypoints.http.catalogue.events import EventController
from entrypoints.http.catalogue.ticket_types import (
    TicketTypeController,
    create_ticket_type__alias_1,
)
from entrypoints.http.health import report_health, report_health_at_root
from entrypoints.http.identity.auth import AuthController
from entrypoints.http.identity.organizations import OrganizationController
from entrypoints.http.openapi import (
    declare_refusals,
    docs_files,
    openapi_config,
    show_docs,
    show_the_way,
)
from entrypoints.http.parameters import provide_page
from entrypoints.http.payments.payments import PaymentController, StripeWebhookController
from entrypoints.http.pricing.promo_codes import PromoCodeController
from entrypoints.http.problems import HANDLERS
from entrypoints.http.request_log import RequestLog
from entrypoints.http.sales.orders import OrderController
from entrypoints.http.sales.tickets import TicketController, list_order_tickets
from entrypoints.http.venues.venues import VenueController

CONTROLLERS: list[Any] = [
    report_health,
    AuthController,
    OrganizationController,
    VenueController,
    EventController,
    TicketTypeController,
    create_ticket_type__alias_1,
    PromoCodeController,
    OrderController,
    list_order_tickets,
    PaymentController,
    StripeWebhookController,
    TicketController,
    ScannerController,
    record_scan__alias_2,
]


def dependencies(container: Container) -> dict[str, Provide]:
    """Every use case and query by its name; overriding a provider works through it."""
    found: dict[str, Provide] = {}
    for context in CONTEXTS:
        for name, provider in getattr(container, context).providers.items():
            if name not in ("core", "begin") and not name.startswith("_"):
                found[name] = Provide(_calling(provider), sync_to_thread=False)
    found["ids"] = Provide(_calling(container.core.ids), sync_to_thread=False)
    found["actor"] = Provide(provide_actor)
    found["visitor"] = Provide(provide_visitor)
    found["door"] = Provide(provide_door)
    found["page"] = Provide(provide_page, sync_to_thread=False)
    return found


def _calling(provider: Any) -> Any:
    # A provider of dependency-injector has no signature, which Litestar needs.
    return lambda: provider()


def create_app(container: Container) -> Litestar:
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with running(container):
            yield

    api = Router("/api/v1", route_handlers=[*CONTROLLERS, show_docs, docs_files()])
    app = Litestar(
        route_handlers=[api, report_health_at_root, show_the_way],
        dependencies=dependencies(container),
        dto=StrictBody,
        return_dto=None,
        exception_handlers=HANDLERS,
        before_request=refuse_nul,
        lifespan=[lifespan],
        openapi_config=openapi_config(),
        logging_config=None,
        request_max_body_size=container.settings().body_bytes_max,
    )
    declare_refusals(app)
    # Around the router, not inside it, so that unknown routes have their line and their id too.
    app.asgi_handler = RequestLog(app.asgi_handler)
    return app
