"""The one container: adapters chosen by settings, use cases built from ports. Nothing is global."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dependency_injector import containers, providers

from adapters.jobs.queue import JobQueue
from adapters.postgres.database import Database, create_engine, plain_url
from adapters.postgres.repeats import PostgresFirstRequests
from adapters.redis.door import CacheDoor
from adapters.system.clock import utc_now
from adapters.system.ids import SystemIds
from adapters.tokens.keyring import Keyring
from adapters.tokens.order_links import DerivedOrderLinks
from adapters.tokens.outcome_vault import OutcomeVault
from adapters.tokens.session_tokens import SealedSessionTokens
from adapters.tokens.ticket_seal import TicketSeal
from application.shared.clock import Clock
from domain.shared.secret_text import SecretKind
from entrypoints.settings import Settings
from entrypoints.wiring.accounts import Accounts
from entrypoints.wiring.admission import Admission
from entrypoints.wiring.api_keys import ApiKeys, KeyBearers
from entrypoints.wiring.catalogue import Catalogue
from entrypoints.wiring.health import Health
from entrypoints.wiring.identity import Identity
from entrypoints.wiring.insights import Insights
from entrypoints.wiring.limits import Limits
from entrypoints.wiring.login_providers import LoginProvidersWiring
from entrypoints.wiring.messaging import Messaging
from entrypoints.wiring.oauth import GrantBearers, OAuth
from entrypoints.wiring.organizations import Organizations
from entrypoints.wiring.payments import Payments, Till
from entrypoints.wiring.pricing import Pricing
from entrypoints.wiring.quotes import QuotesWiring
from entrypoints.wiring.sales import Sales
from entrypoints.wiring.second_factors import SecondFactors
from entrypoints.wiring.support_visits import SupportVisitsWiring
from entrypoints.wiring.tickets import Tickets
from entrypoints.wiring.upkeep import Upkeep
from entrypoints.wiring.venues import Venues
from entrypoints.wiring.waiting_list import WaitingLists
from entrypoints.wiring.waiting_room import WaitingRooms


def _keyring(settings: Settings, clock: Clock) -> Keyring:
    if settings.signing_secrets:
        return Keyring.parse(settings.signing_secrets, clock)
    return Keyring.kept_in(settings.home)


class Core(containers.DeclarativeContainer):
    """What every context stands on."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    clock = providers.Object(utc_now)
    virtual_clock: providers.Provider[Clock | None] = providers.Object(None)
    """What transactions take for the time; None is the database's own clock."""
    ids = providers.Singleton(SystemIds)
    keyring = providers.Singleton(_keyring, settings, clock)
    token_signer = providers.Singleton(SealedSessionTokens, keyring, clock)
    ticket_seal = providers.Singleton(
        TicketSeal, keyring.provided.masters, keyring.provided.current
    )
    order_links = providers.Singleton(DerivedOrderLinks, keyring, settings.provided.address)
    engine = providers.Singleton(
        create_engine, settings.provided.database_url, pool_size=settings.provided.database_pool
    )
    jobs = providers.Singleton(
        JobQueue, providers.Callable(plain_url, settings.provided.database_url)
    )
    database = providers.Singleton(
        Database, engine, jobs, virtual_clock, providers.Singleton(OutcomeVault, keyring)
    )
    first_requests = providers.Singleton(PostgresFirstRequests, database)
    cache_door = providers.Singleton(CacheDoor, settings.provided.redis_url)


class Container(containers.DeclarativeContainer):
    """The whole product. `contexts` of it are what the doors are given by name."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    core = providers.Container(Core, settings=settings)
    admission = providers.Container(Admission, core=core)
    key_bearers = providers.Container(KeyBearers, core=core)
    grant_bearers = providers.Container(GrantBearers, core=core)
    identity = providers.Container(
        Identity,
        core=core,
        devices=admission.devices,
        bearers=providers.Dict(
            {
                SecretKind.API_KEY: key_bearers.bearers,
                SecretKind.ACCESS: grant_bearers.bearers,
            }
        ),
    )
    api_keys = providers.Container(ApiKeys, core=core, remembered=identity.access_tokens)
    oauth = providers.Container(OAuth, core=core, remembered=identity.access_tokens)
    login_providers = providers.Container(LoginProvidersWiring, core=core, identity=identity)
    organizations = providers.Container(Organizations, core=core, remembered=identity.access_tokens)
    second_factors = providers.Container(
        SecondFactors, core=core, identity=identity, login_providers=login_providers
    )
    support_visits = providers.Container(
        SupportVisitsWiring, core=core, remembered=identity.access_tokens
    )
    venues = providers.Container(Venues, core=core)
    quoting = providers.Container(QuotesWiring, core=core)
    pricing = providers.Container(Pricing, core=core, promo_code_trials=quoting.quotes)
    till = providers.Container(Till, core=core)
    waiting_rooms = providers.Container(WaitingRooms, core=core, quotes=quoting.quotes)
    waiting_lists = providers.Container(WaitingLists, core=core, quotes=quoting.quotes)
    sales = providers.Container(
        Sales,
        core=core,
        quotes=quoting.quotes,
        cashier=till.cashier,
        passes=waiting_rooms.admission_passes,
        offers=waiting_lists.offer_baskets,
    )
    catalogue = providers.Container(
        Catalogue,
        core=core,
        venue_queries=venues.venue_queries,
        cart_holds=sales.soft_holds,
    )
    payments = providers.Container(Payments, core=core, till=till, sales=sales)
    tickets = providers.Container(Tickets, core=core)
    accounts = providers.Container(
        Accounts,
        core=core,
        identity=identity,
        order_queries=sales.order_queries,
        ticket_queries=tickets.ticket_queries,
        waiting_list_queries=waiting_lists.waiting_list_queries,
        payment_queries=payments.payment_queries,
        cart_queries=sales.cart_queries,
    )
    messaging = providers.Container(Messaging, core=core)
    insights = providers.Container(Insights, core=core)
    health = providers.Container(Health, core=core)
    upkeep = providers.Container(Upkeep, core=core)
    limits = providers.Container(Limits, core=core)


CONTEXTS = (
    "identity",
    "login_providers",
    "organizations",
    "second_factors",
    "api_keys",
    "oauth",
    "accounts",
    "support_visits",
    "venues",
    "catalogue",
    "pricing",
    "waiting_rooms",
    "waiting_lists",
    "sales",
    "payments",
    "tickets",
    "admission",
    "messaging",
    "insights",
    "health",
    "upkeep",
)


def make_container(settings: Settings) -> Container:
    return Container(settings=settings)


@asynccontextmanager
async def running(container: Container) -> AsyncIterator[Container]:
    """Closes what the container opened."""
    try:
        yield container
    finally:
        await container.limits.rates().close()
        await container.key_bearers.uses().close()
        await container.catalogue.public_events().close()
        await container.health.cache_pulse().close()
        await container.core.cache_door().close()
        await container.till.gateway().close()
        await container.login_providers.provider_calls().close()
        await container.core.engine().dispose()
