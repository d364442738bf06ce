"""The sale goes on while the cache is flushed, killed, gone, back, or out of date (RD-01 to 07)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio
from dependency_injector import providers
from litestar.testing import AsyncTestClient
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.database import Database
from adapters.postgres.sales.offers import PostgresOffers
from adapters.redis.door import CacheDoor
from application.sales.ports import QuoteRequest, WantedItem
from application.sales.soft_holds import CartHold, SoftHolds
from application.shared.scope import Scope
from domain.sales.quote import Quote
from domain.shared.errors import DomainError
from domain.shared.ids import AllotmentId, CartId, EventId, TicketTypeId
from entrypoints.container import Container, make_container
from entrypoints.http.app import create_app
from entrypoints.settings import Settings
from tests.conftest import VirtualClock
from tests.contracts.soft_holds_contract import TEN_MINUTES, a_cart
from tests.http.test_the_first_sale import Client, a_person, an_event, call
from tests.troubled_line import Trouble, TroubledLine
from tests.valkey import OwnValkey


@pytest.fixture
def redis_url(own_valkey: OwnValkey) -> str:
    return own_valkey.url


@pytest_asyncio.fixture(loop_scope="session")
async def line(own_valkey: OwnValkey) -> AsyncIterator[TroubledLine]:
    async with TroubledLine(own_valkey.socket) as line:
        yield line


@pytest.fixture
def cache_door(request: pytest.FixtureRequest, redis_url: str, line: TroubledLine) -> CacheDoor:
    """Patient by default; as the product has it, through a line that gets into trouble, or none."""
    doors = {
        "patient": lambda: CacheDoor(redis_url, connect_seconds=10, answer_seconds=20),
        "product": lambda: CacheDoor(redis_url),
        "line": lambda: CacheDoor(line.url, look_again_seconds=3600),
        "none": lambda: CacheDoor(""),
    }
    return doors[getattr(request, "param", "patient")]()


class CountingDatabase(Database):
    def __init__(self, database: Database) -> None:
        super().__init__(database.engine, database._jobs)
        self.readings = 0

    @asynccontextmanager
    async def read(self, scope: Scope) -> AsyncIterator[AsyncConnection]:
        self.readings += 1
        async with super().read(scope) as connection:
            yield connection


@pytest.fixture
def container(container: Container) -> Container:
    """Before anything is built on it: it believes the offers that it read for an hour."""
    database = CountingDatabase(container.core.database())
    offers = PostgresOffers(database, fresh_s=3600)
    container.quoting.offers.override(providers.Object(offers))
    return container


@pytest.fixture
def readings(container: Container) -> CountingDatabase:
    """Who reads offers."""
    database: CountingDatabase = container.quoting.offers()._database
    return database


@dataclass
class Sale:
    """One event with some units of one ticket type, buyers at HTTP, and carts at the port."""

    client: Client
    container: Container
    clock: VirtualClock
    promoter: str
    buyer: str
    type_id: UUID
    event_id: EventId
    quantity: int
    answers: Counter[str] = field(default_factory=Counter)
    """How orders were answered: `placed`, or the code of the refusal."""

    @property
    def holds(self) -> SoftHolds:
        holds: SoftHolds = self.container.sales.soft_holds()
        return holds

    @property
    def placed(self) -> int:
        return self.answers["placed"]

    async def order(self, quantity: int = 1, **more: Any) -> dict[str, Any]:
        body = {"items": [{"ticketTypeId": str(self.type_id), "quantity": quantity}], **more}
        response = await self.client.post(
            "/api/v1/orders", json=body, headers={"Authorization": f"Bearer {self.buyer}"}
        )
        answer: dict[str, Any] = response.json()
        self.answers["placed" if response.status_code == 201 else answer["code"]] += 1
        assert response.status_code < 500, response.text
        return answer

    async def hold(self, cart: CartId, units: int) -> object:
        return await self.holds.hold(
            CartHold(
                event_id=self.event_id,
                cart_id=cart,
                units={AllotmentId(self.type_id): units, AllotmentId(self.event_id): units},
                free={AllotmentId(self.type_id): self.quantity},
                expires_at=self.clock() + TEN_MINUTES,
            )
        )

    async def quotes(self, number: int) -> list[Quote | DomainError]:
        """As many questions at once."""
        item = QuoteRequest((WantedItem(TicketTypeId(self.type_id), 1),))
        quote = self.container.quoting.quotes().quote
        return [
            answer for [answer] in await asyncio.gather(*(quote([item]) for _ in range(number)))
        ]

    async def orders(self, number: int, meanwhile: Callable[[], object] = lambda: None) -> None:
        """So many people order one ticket each, and something happens in the middle of it."""
        async with asyncio.TaskGroup() as crowd:
            for _ in range(number):
                crowd.create_task(self.order())
            before = self.answers.total()
            while self.answers.total() == before:  # noqa: ASYNC110  # The first is answered.
                await asyncio.sleep(0)
            meanwhile()


async def until(condition: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  # What is waited for has no event.
            await asyncio.sleep(0.01)


Scene = Callable[[int], Awaitable[Sale]]


@pytest.fixture
def sale(client: Client, container: Container, clock: VirtualClock) -> Scene:
    async def begin(quantity: int) -> Sale:
        promoter = await a_person(client, "promoter@example.com")
        buyer = await a_person(client, "buyer@example.com")
        _, ticket_type = await an_event(client, promoter, quantity=quantity)
        return Sale(
            client=client,
            container=container,
            clock=clock,
            promoter=promoter,
            buyer=buyer,
            type_id=UUID(ticket_type["id"]),
            event_id=EventId(UUID(ticket_type["eventId"])),
            quantity=quantity,
        )

    return begin


def counted(owner: psycopg.Connection[Any], sale: Sale) -> int:
    """Units that the counter says are taken: as many as orders stand for, and there are no more."""
    counter = owner.execute(
        "select capacity, held + sold from allotment_counters where allotment_id = %s",
        [sale.type_id],
    ).fetchone()
    ordered = owner.execute(
        "select coalesce(sum(l.quantity), 0) from order_lines l join orders o on o.id = l.order_id"
        " where l.ticket_type_id = %s and o.status in ('pending', 'paid')",
        [sale.type_id],
    ).fetchone()
    assert counter is not None
    assert ordered is not None
    capacity, taken = counter
    assert taken == ordered[0]
    assert taken <= capacity, "Oversold."
    return int(taken)


@asynccontextmanager
async def carts_that_come_and_go(sale: Sale) -> AsyncIterator[None]:
    is_on = True

    async def fill() -> None:
        while is_on:
            cart = a_cart()
            await sale.hold(cart, 2)
            await sale.holds.extend(sale.event_id, cart, sale.clock() + 2 * TEN_MINUTES)
            await sale.holds.drop({cart: sale.event_id})
            await asyncio.sleep(0.001)

    async with asyncio.TaskGroup() as crowd:
        crowd.create_task(fill())
        yield
        is_on = False


async def is_reserved(sale: Sale) -> bool:
    return (await sale.order()).get("code") == "reserved"


async def is_held(sale: Sale, cart: CartId, units: int) -> bool:
    return await sale.hold(cart, units) is True


@pytest.mark.slow
@pytest.mark.parametrize("cache_door", ["product"], indirect=True)
async def test_the_sale_goes_on_without_the_cache(
    sale: Scene,
    own_valkey: OwnValkey,
    owner_connection: psycopg.Connection[Any],
) -> None:
    """RD-01: flushed, killed, gone for a while, back."""
    here = await sale(100)
    cart = a_cart()

    async with carts_that_come_and_go(here):
        await here.orders(10, lambda: own_valkey.tell("FLUSHALL"))
        await here.orders(10, own_valkey.kill)
        await here.orders(10)
        await here.orders(10, own_valkey.start)
    assert here.answers == {"placed": 40}, "Nobody noticed."

    await until(lambda: is_held(here, cart, 40), 5)  # Back to normal.
    await until(lambda: is_reserved(here), 30)  # The box office honours carts again.
    await here.holds.drop({cart: here.event_id})
    await here.orders(100)
    assert counted(owner_connection, here) == here.placed == 100
    assert set(here.answers) <= {"placed", "reserved", "sold_out"}


@pytest.mark.parametrize("cache_door", ["line"], indirect=True)
@pytest.mark.parametrize("trouble", [Trouble.BLACKHOLE, Trouble.LATE], ids=lambda one: one.name)
async def test_the_sale_does_not_wait_for_a_cache_that_is_silent(
    sale: Scene, line: TroubledLine, trouble: Trouble
) -> None:
    """RD-02, from the buyer's side: a moment for the first ones, nothing for the others."""
    here = await sale(100)
    line.trouble = trouble

    for _ in range(4):
        await here.orders(2)
    tried = line.connections
    await here.orders(30)

    assert here.answers == {"placed": 38}
    assert 0 < line.connections == tried


async def test_lost_holds_disappoint_but_never_oversell(
    sale: Scene, own_valkey: OwnValkey, owner_connection: psycopg.Connection[Any]
) -> None:
    """RD-04: a failover forgets the last writes; here, all of them."""
    here = await sale(10)
    cart = a_cart()
    assert await is_held(here, cart, 10)
    assert (await here.order(10))["code"] == "reserved"

    own_valkey.tell("FLUSHALL")

    assert (await here.order(10))["status"] == "pending"
    assert (await here.order())["code"] == "sold_out"
    assert counted(owner_connection, here) == 10


async def test_a_full_cache_sells_as_an_empty_one_does(
    sale: Scene, own_valkey: OwnValkey, owner_connection: psycopg.Connection[Any]
) -> None:
    """RD-03."""
    here = await sale(10)
    own_valkey.tell("CONFIG SET maxmemory 1")

    assert await here.hold(a_cart(), 5) is False
    await here.orders(20)

    assert here.answers == {"placed": 10, "sold_out": 10}
    assert counted(owner_connection, here) == 10


@pytest.mark.parametrize("cache_door", ["none"], indirect=True)
async def test_without_redis_carts_are_held_in_the_process(sale: Scene) -> None:
    here = await sale(10)
    cart = a_cart()

    assert await is_held(here, cart, 10)
    assert (await here.order())["code"] == "reserved"
    await here.holds.drop({cart: here.event_id})
    assert (await here.order())["status"] == "pending"


@pytest_asyncio.fixture(loop_scope="session")
async def elsewhere(container: Container, settings: Settings) -> AsyncIterator[Client]:
    """Another API process on the same servers."""
    other = make_container(settings)
    for name in ("engine", "clock", "virtual_clock", "cache_door"):
        getattr(other.core, name).override(getattr(container.core, name))
    async with AsyncTestClient(create_app(other), raise_server_exceptions=False) as client:
        yield client


async def price_after_a_change_elsewhere(here: Sale, elsewhere: Client) -> str:
    """RD-05: the price is raised where this process does not see it."""
    assert (await here.order())["subtotalAmount"] == "50.00"
    path = f"/events/{here.event_id}/ticket-types/{here.type_id}"
    await call(elsewhere, "PATCH", path, here.promoter, {"price": "60.00"})
    return str((await here.order())["subtotalAmount"])


async def test_a_stale_price_is_not_charged(sale: Scene, elsewhere: Client) -> None:
    here = await sale(10)

    assert await price_after_a_change_elsewhere(here, elsewhere) == "60.00"

    assert (await here.order(shownTotal="53.00"))["code"] == "price_changed"


async def test_a_box_office_that_believes_its_cache_would_be_caught(
    sale: Scene, elsewhere: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.sales.box_office._check", lambda *_: None)

    assert await price_after_a_change_elsewhere(await sale(10), elsewhere) == "50.00"


@pytest.mark.parametrize(
    ("verb", "code"), [("unpublish", "ticket_type_not_found"), ("cancel", "not_on_sale")]
)
async def test_what_was_withdrawn_is_not_sold(
    sale: Scene, elsewhere: Client, verb: str, code: str
) -> None:
    """RD-05: the event is withdrawn where this process does not see it."""
    here = await sale(10)
    assert isinstance((await here.quotes(1))[0], Quote)
    await call(elsewhere, "POST", f"/events/{here.event_id}/{verb}", here.promoter, {})

    assert (await here.order())["code"] == code


async def test_a_rush_at_the_opening_reads_the_offer_once(
    sale: Scene, readings: CountingDatabase
) -> None:
    """RD-07."""
    here = await sale(100)
    readings.readings = 0

    await here.orders(100)

    assert here.answers == {"placed": 100}
    assert readings.readings == 1


async def test_a_rush_of_quotes_waits_for_one_reading(
    sale: Scene, readings: CountingDatabase
) -> None:
    """RD-07, where no lane gathers those who ask."""
    here = await sale(100)
    readings.readings = 0

    quotes = await here.quotes(200)

    assert all(isinstance(quote, Quote) for quote in quotes)
    assert readings.readings == 1
