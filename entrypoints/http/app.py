"""The HTTP application: routes in one visible list, dependencies by name, errors in one table."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.types import ASGIApp

from application.shared.repeatable import is_use_case, repeatable
from entrypoints.container import CONTEXTS, Container, running
from entrypoints.http.admission.scanners import ScannerController, record_scan__alias_2
from entrypoints.http.bearer import (
    provide_actor,
    provide_buyer,
    provide_door,
    provide_keyed,
    provide_leaver,
    provide_origin,
    provide_person,
    provide_visitor,
)
from entrypoints.http.body import StrictBody
from entrypoints.http.catalogue.events import EventController
from entrypoints.http.catalogue.pools import PoolController
from entrypoints.http.catalogue.public_event_page import ChangesSeen, PublicEventPage
from entrypoints.http.catalogue.ticket_types import (
    TicketTypeController,
    create_ticket_type__alias_1,
    get_availability__alias_1,
)
from entrypoints.http.conditional_reads import ConditionalReads
from entrypoints.http.fast_lane import FastLane, RawRoute
from entrypoints.http.front import Front
from entrypoints.http.health import report_health, report_health_at_root
from entrypoints.http.identity.account_life import AccountLifeController
from entrypoints.http.identity.api_keys import ApiKeyController
from entrypoints.http.identity.auth import AuthController
from entrypoints.http.identity.invitations import (
    InvitationController,
    OrganizationInvitationController,
    list_my_invitations,
)
from entrypoints.http.identity.keys import show_keys
from entrypoints.http.identity.login_providers import (
    LinkedIdentityController,
    LoginProviderController,
)
from entrypoints.http.identity.me import MeController
from entrypoints.http.identity.oauth import OAuthController, show_oauth_metadata
from entrypoints.http.identity.oauth_clients import (
    AuthorizationController,
    OAuthClientController,
)
from entrypoints.http.identity.organizations import OrganizationController
from entrypoints.http.identity.passkeys import PasskeyController, reset_second_factor
from entrypoints.http.identity.second_factor import SecondFactorController
from entrypoints.http.identity.sessions import SessionController
from entrypoints.http.identity.support_visits import SupportVisitController
from entrypoints.http.identity.terms import TermsController
from entrypoints.http.identity.users import UserController
from entrypoints.http.insights.audit_log import AuditLogController
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
from entrypoints.http.rate_limits import RateLimits
from entrypoints.http.request_keys import check_request, tell_repeats
from entrypoints.http.request_log import RequestLog, Tell, tell_structlog
from entrypoints.http.sales.cart import CartController
from entrypoints.http.sales.mine import MyPurchasesController
from entrypoints.http.sales.order_counter import OrderCounter
from entrypoints.http.sales.orders import OrderController
from entrypoints.http.sales.queue import WaitingRoomController
from entrypoints.http.sales.shoppers import (
    provide_canceller,
    provide_cart_visitor,
    provide_reader,
    provide_shopper,
)
from entrypoints.http.sales.tickets import TicketController, list_order_tickets
from entrypoints.http.sales.waiting_list import (
    EventWaitingListController,
    WaitingListController,
)
from entrypoints.http.sales.waiting_visitors import provide_waiting_reader, provide_waiting_visitor
from entrypoints.http.venues.venues import VenueController

CONTROLLERS: list[Any] = [
    report_health,
    AuthController,
    LoginProviderController,
    LinkedIdentityController,
    SecondFactorController,
    PasskeyController,
    reset_second_factor,
    SessionController,
    AccountLifeController,
    MeController,
    MyPurchasesController,
    UserController,
    SupportVisitController,
    OrganizationController,
    OrganizationInvitationController,
    TermsController,
    list_my_invitations,
    InvitationController,
    ApiKeyController,
    OAuthClientController,
    AuthorizationController,
    OAuthController,
    VenueController,
    EventController,
    TicketTypeController,
    create_ticket_type__alias_1,
    get_availability__alias_1,
    PoolController,
    PromoCodeController,
    WaitingRoomController,
    CartController,
    OrderController,
    list_order_tickets,
    PaymentController,
    StripeWebhookController,
    TicketController,
    EventWaitingListController,
    WaitingListController,
    ScannerController,
    record_scan__alias_2,
    AuditLogController,
]


class Named(Provide):
    """A dependency is the one of its name. Litestar compares each with all others, per route."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__


def dependencies(container: Container) -> dict[str, Provide]:
    """Every use case and query by its name; overriding a provider works through it.

    Each use case answers a repeated request with the outcome of the first one.
    """
    first_requests = container.core.first_requests
    found: dict[str, Provide] = {}
    for context in CONTEXTS:
        for name, provider in getattr(container, context).providers.items():
            if name not in ("core", "begin") and not name.startswith("_"):
                found[name] = Named(_calling(provider, first_requests), sync_to_thread=False)
    found["ids"] = Named(_calling(container.core.ids, first_requests), sync_to_thread=False)
    links = container.core.order_links
    found["order_links"] = Named(_calling(links, first_requests), sync_to_thread=False)
    words = container.core.cursor_words
    found["cursor_words"] = Named(_calling(words, first_requests), sync_to_thread=False)
    found["keyed"] = Named(provide_keyed)
    found["origin"] = Named(provide_origin)
    found["actor"] = Named(provide_actor)
    found["person"] = Named(provide_person)
    found["buyer"] = Named(provide_buyer)
    found["visitor"] = Named(provide_visitor)
    found["leaver"] = Named(provide_leaver)
    found["door"] = Named(provide_door)
    found["cart_visitor"] = Named(provide_cart_visitor)
    found["reader"] = Named(provide_reader)
    found["shopper"] = Named(provide_shopper)
    found["canceller"] = Named(provide_canceller)
    found["waiting_reader"] = Named(provide_waiting_reader)
    found["waiting_visitor"] = Named(provide_waiting_visitor)
    found["page"] = Named(provide_page, sync_to_thread=False)
    return found


def _calling(provider: Any, first_requests: Any) -> Any:
    # A provider of dependency-injector has no signature, which Litestar needs.
    def give() -> Any:
        found = provider()
        return repeatable(found, first_requests()) if is_use_case(found) else found

    return give


def raw_routes(container: Container) -> list[RawRoute]:
    """What answers before Litestar, in the order in which it is asked."""
    return [
        PublicEventPage(container.catalogue.public_events, container.identity.access_tokens),
        OrderCounter(
            container.identity.access_tokens,
            container.sales.order_lane,
            container.sales.order_queries,
            container.sales.pay_placed_order,
            container.core.ids,
            container.settings().body_bytes_max,
        ),
    ]


def create_app(container: Container, tell: Tell | None = tell_structlog) -> Litestar:
    """`tell` takes the line of each request; None if nobody wants them."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with running(container):
            yield

    api = Router("/api/v1", route_handlers=[*CONTROLLERS, show_docs, docs_files()])
    app = Litestar(
        route_handlers=[
            *(api, report_health_at_root, show_keys, show_oauth_metadata, show_the_way)
        ],
        dependencies=dependencies(container),
        dto=StrictBody,
        return_dto=None,
        exception_handlers=HANDLERS,
        before_request=check_request,
        before_send=[tell_repeats],
        lifespan=[lifespan],
        openapi_config=openapi_config(),
        logging_config=None,
        request_max_body_size=container.settings().body_bytes_max,
    )
    declare_refusals(app)
    # Around the router, not inside it, so that unknown routes have their line and their id too.
    handler: ASGIApp = ChangesSeen(app.asgi_handler, container.catalogue.public_events)
    handler = FastLane(ConditionalReads(handler), raw_routes(container))
    app.asgi_handler = RequestLog(handler, _front(container), tell)
    return app


def _front(container: Container) -> Front:
    settings = container.settings()
    if settings.rate_limits == "off":
        return Front(settings)
    policies = container.limits.rates().policies
    return Front(settings, RateLimits(policies, container.identity.access_tokens))
