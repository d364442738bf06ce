"""Four processes' worth of the product on one PostgreSQL, and something scarce to fight for."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from dependency_injector import providers

from adapters.postgres.database import create_engine
from adapters.postgres.invariants import violated
from application.sales.messages import (
    GuestBuyer,
    OrderItem,
    PaymentWish,
    PlacedOrder,
    PlaceOrder,
    PlaceOrderRequest,
)
from application.shared.idempotency import RequestKey
from domain.shared.errors import DomainError
from domain.shared.ids import OrderId, TicketTypeId
from entrypoints.container import Container, make_container, running
from entrypoints.settings import Settings
from tests.beyond import superuser_engine

PROCESSES = 4
POOL = 4


@dataclass(frozen=True)
class Sale:
    """An event on sale: its types by name, each with its quantity."""

    organization_id: UUID
    event_id: UUID
    types: dict[str, TicketTypeId]

    def wish(self, quantities: Mapping[str, int] | None = None, **more: Any) -> PlaceOrder:
        """A guest's order; `email`, `promo`, `key`, `pay` say what is special about it."""
        items = tuple(
            OrderItem(ticket_type_id=self.types[name], quantity=quantity)
            for name, quantity in (quantities or {"floor": 1}).items()
        )
        request = PlaceOrderRequest(
            items=items,
            promo_code=more.get("promo"),
            buyer=GuestBuyer(name="Guest", email=more.get("email", f"{uuid4().hex}@example.com")),
            payment=PaymentWish(payment_method="pm_card_visa") if more.get("pay") else None,
        )
        key: RequestKey | None = more.get("key")
        return PlaceOrder(actor=None, request=request, order_id=OrderId(uuid4()), key=key)


class Fleet:
    """Containers as processes have them: each with its own connections, lanes and memory."""

    def __init__(self, settings: Settings, owner: "psycopg.Connection[Any]") -> None:
        self.owner = owner
        self.containers = [self._launch(settings) for _ in range(PROCESSES)]

    async def dock(self) -> None:
        async with contextlib.AsyncExitStack() as stack:
            for container in self.containers:
                await stack.enter_async_context(running(container))

    async def place(self, commands: Sequence[PlaceOrder]) -> list[PlacedOrder | DomainError]:
        """All at once, spread over the processes; a refusal is an answer, all else is raised."""

        async def one(index: int, command: PlaceOrder) -> PlacedOrder | DomainError:
            lane = self.containers[index % PROCESSES].sales.order_lane()
            try:
                placed: PlacedOrder = await lane(command)
            except DomainError as refusal:
                return refusal
            return placed

        return list(await asyncio.gather(*(one(i, c) for i, c in enumerate(commands))))

    async def broken(self) -> dict[str, list[dict[str, Any]]]:
        """The invariants that do not hold."""
        async with superuser_engine(self.containers[0].core.engine()).connect() as plain:
            connection = await plain.execution_options(isolation_level="REPEATABLE READ")
            return await violated(connection)

    def open_a_sale(
        self,
        quantities: Mapping[str, int],
        *,
        capacity: int = 1_000_000,
        draws: Mapping[str, Sequence[str]] | None = None,
        pools: Mapping[str, int] | None = None,
        **terms: Any,
    ) -> Sale:
        """Types with their quantities; `draws` names the pools that a type takes from besides."""
        laid = _Laid(self.owner, capacity, terms)
        shared = {name: laid.allotment("pool", size) for name, size in (pools or {}).items()}
        types = {}
        for number, (name, quantity) in enumerate(quantities.items()):
            own = [shared[pool] for pool in (draws or {}).get(name, ())]
            types[name] = laid.ticket_type(name, number, quantity, own)
        return Sale(laid.organization_id, laid.event_id, types)

    def open_a_code(self, sale: Sale, code: str, uses: int) -> UUID:
        code_id, at = uuid4(), datetime.now(UTC)
        _insert(
            self.owner,
            "promo_codes",
            organization_id=sale.organization_id,
            id=code_id,
            code=code,
            discount_type="percentage",
            discount_value=10,
            status="active",
            created_at=at,
            updated_at=at,
            version=1,
        )
        _allotment(self.owner, sale.organization_id, code_id, "promo_code", None, uses)
        return code_id

    def counted(self, allotment_id: UUID) -> tuple[int, int, int | None]:
        """Held, sold and the capacity."""
        row = self.owner.execute(
            "select held, sold, capacity from allotment_counters where allotment_id = %s",
            [allotment_id],
        ).fetchone()
        assert row is not None
        return row[0], row[1], row[2]

    def let_run_out(self, order_id: UUID) -> None:
        """Nobody paid it in time."""
        self.owner.execute(
            "update orders set expires_at = placed_at where id = %s and status = 'pending'",
            [order_id],
        )

    def ordered(self, allotment_id: UUID) -> int:
        """What orders that stand have of it, whatever the counters say."""
        row = self.owner.execute(
            "select coalesce(sum(d.units), 0)"
            " from orders cross join lateral unnest(draw_ids, draw_units) as d (id, units)"
            " where status in ('pending', 'paid') and d.id = %s",
            [allotment_id],
        ).fetchone()
        assert row is not None
        return int(row[0])

    def _launch(self, settings: Settings) -> Container:
        container = make_container(settings)
        engine = create_engine(settings.database_url, pool_size=POOL, pool_wait_s=30)
        container.core.engine.override(providers.Object(engine))
        return container


@dataclass
class _Laid:
    """Rows of one event, laid by hand."""

    owner: "psycopg.Connection[Any]"
    capacity: int
    terms: dict[str, Any]
    organization_id: UUID = field(default_factory=uuid4)
    event_id: UUID = field(default_factory=uuid4)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        stamps = {"created_at": self.at, "updated_at": self.at, "version": 1}
        _insert(
            self.owner,
            "organizations",
            id=self.organization_id,
            name="Org",
            slug=self.organization_id.hex,
            type="promoter",
            status="active",
            default_currency="EUR",
            service_fee_percent=0,
            service_fee_fixed=0,
            **stamps,
        )
        _insert(
            self.owner,
            "events",
            organization_id=self.organization_id,
            id=self.event_id,
            short_id=self._short_id(),
            name="Show",
            slug=self.event_id.hex,
            category="music",
            tags=[],
            starts_at=self.at + timedelta(days=9),
            ends_at=self.at + timedelta(days=10),
            timezone="UTC",
            capacity=self.capacity,
            currency="EUR",
            location_type="physical",
            visibility="public",
            images=psycopg.types.json.Jsonb([]),
            metadata=psycopg.types.json.Jsonb({}),
            intent="published",
            published_at=self.at,
            **stamps,
        )
        self._allot(self.event_id, "event", self.capacity)

    def ticket_type(
        self, name: str, number: int, quantity: int, pools: Sequence[UUID]
    ) -> TicketTypeId:
        type_id = uuid4()
        _insert(
            self.owner,
            "ticket_types",
            organization_id=self.organization_id,
            id=type_id,
            short_id=self._short_id(),
            event_id=self.event_id,
            name=name,
            price_minor=self.terms.get("price", 5000),
            min_per_order=1,
            max_per_order=self.terms.get("max_per_order", 10),
            max_per_customer=self.terms.get("max_per_customer"),
            status="active",
            sort_order=number,
            metadata=psycopg.types.json.Jsonb({}),
            created_at=self.at,
            updated_at=self.at,
            version=1,
        )
        self._allot(type_id, "ticket_type", quantity)
        for allotment_id in (type_id, self.event_id, *pools):
            _insert(
                self.owner,
                "ticket_type_draws",
                organization_id=self.organization_id,
                ticket_type_id=type_id,
                allotment_id=allotment_id,
                units=1,
            )
        return TicketTypeId(type_id)

    def allotment(self, kind: str, capacity: int) -> UUID:
        allotment_id = uuid4()
        self._allot(allotment_id, kind, capacity)
        return allotment_id

    def _allot(self, allotment_id: UUID, kind: str, capacity: int) -> None:
        _allotment(self.owner, self.organization_id, allotment_id, kind, self.event_id, capacity)

    def _short_id(self) -> int:
        row = self.owner.execute("select nextval('short_ids')").fetchone()
        assert row is not None
        return int(row[0])


def _allotment(
    owner: "psycopg.Connection[Any]",
    organization_id: UUID,
    allotment_id: UUID,
    kind: str,
    event_id: UUID | None,
    capacity: int,
) -> None:
    _insert(
        owner,
        "allotments",
        organization_id=organization_id,
        id=allotment_id,
        kind=kind,
        event_id=event_id,
        name=allotment_id.hex if kind == "pool" else None,
        created_at=datetime.now(UTC),
    )
    _insert(
        owner,
        "allotment_counters",
        organization_id=organization_id,
        allotment_id=allotment_id,
        capacity=capacity,
    )


def _insert(owner: "psycopg.Connection[Any]", table: str, **row: Any) -> None:
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    owner.execute(f"insert into {table} ({names}) values ({places})", list(row.values()))


def codes(outcomes: Sequence[PlacedOrder | DomainError]) -> Counter[str]:
    """How often each answer was given; `placed` for an order."""
    return Counter(
        outcome.code if isinstance(outcome, DomainError) else "placed" for outcome in outcomes
    )


async def all_of(calls: Sequence[Awaitable[Any]]) -> list[Any]:
    """At once; refusals are answers, anything else is raised."""
    answers = await asyncio.gather(*calls, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, DomainError):
            raise answer
    return list(answers)
