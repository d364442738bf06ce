"""The one container: adapters chosen by settings, use cases built from ports. Nothing is global."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dependency_injector import containers, providers

from adapters.jobs.queue import JobQueue
from adapters.postgres.database import Database, create_engine, plain_url
from adapters.system.clock import utc_now
from adapters.system.ids import SystemIds
from adapters.tokens.access import AccessTokenSigner
from adapters.tokens.keyring import Keyring
from adapters.tokens.ticket_seal import TicketSeal
from application.shared.clock import Clock
from entrypoints.settings import Settings
from entrypoints.wiring.admission import Admission
from entrypoints.wiring.catalogue import Catalogue
from entrypoints.wiring.health import Health
from entrypoints.wiring.identity import Identity
from entrypoints.wiring.messaging import Messaging
from entrypoints.wiring.payments import Payments, Till
from entrypoints.wiring.pricing import Pricing
from entrypoints.wiring.quotes import QuotesWiring
from entrypoints.wiring.sales import Sales
from entrypoints.wiring.tickets import Tickets
from entrypoints.wiring.venues import Venues


def _keyring(settings: Settings) -> Keyring:
    if settings.signing_secrets:
        return Keyring.parse(settings.signing_secrets)
    return Keyring.kept_in(settings.home)


class Core(containers.DeclarativeContainer):
    """What every context stands on."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    clock = providers.Object(utc_now)
    virtual_clock: providers.Provider[Clock | None] = providers.Object(None)
    """What transactions take for the time; None is the database's own clock."""
    ids = providers.Singleton(SystemIds)
    keyring = providers.Singleton(_keyring, settings)
    token_signer = providers.Singleton(AccessTokenSigner, keyring, clock)
    ticket_seal = providers.Singleton(
        TicketSeal, keyring.provided.masters, keyring.provided.current
    )
    engine = providers.Singleton(
        create_engine, settings.provided.database_url, pool_size=settings.provided.database_pool
    )
    jobs = providers.Singleton(
        JobQueue, providers.Callable(plain_url, settings.provided.database_url)
    )
    database = providers.Singleton(Database, engine, jobs, virtual_clock)


class Container(containers.DeclarativeContainer):
    """The whole product. `contexts` of it are what the doors are given by name."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    core = providers.Container(Core, settings=settings)
    admission = providers.Container(Admission, core=core)
    identity = providers.Container(Identity, core=core, devices=admission.devices)
    venues = providers.Container(Venues, core=core)
    catalogue = providers.Container(Catalogue, core=core, venue_queries=venues.venue_queries)
    quoting = providers.Container(QuotesWiring, core=core)
    pricing = providers.Container(Pricing, core=core, promo_code_trials=quoting.quotes)
    till = providers.Container(Till, core=core)
    sales = providers.Container(Sales, core=core, quotes=quoting.quotes, cashier=till.cashier)
    payments = providers.Container(Payments, core=core, till=till, sales=sales)
    tickets = providers.Container(Tickets, core=core)
    messaging = providers.Container(Messaging, core=core)
    health = providers.Container(Health, core=core)


CONTEXTS = (
    "identity",
    "venues",
    "catalogue",
    "pricing",
    "sales",
    "payments",
    "tickets",
    "admission",
    "messaging",
    "health",
)


def make_container(settings: Settings) -> Container:
    return Container(settings=settings)


@asynccontextmanager
async def running(container: Container) -> AsyncIterator[Container]:
    """Closes what the container opened."""
    try:
        yield container
    finally:
        await container.health.cache_pulse().close()
        await container.till.gateway().close()
        await container.core.engine().dispose()
