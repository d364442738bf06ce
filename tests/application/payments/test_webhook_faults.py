"""The faults of incoming money (faults.md, 1.3), on PostgreSQL with Stripe's double behind it."""

import asyncio
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from dependency_injector import providers
from sqlalchemy import text

from adapters.postgres.database import Database
from adapters.stripe.gateway import StripeGateway
from application.event_catalogue import revive
from application.payments.create_payment_intent import CreatePaymentIntentCommand
from application.sales.ports import ChargeCommand
from application.shared.actor import Actor
from domain.sales.order import Order, OrderStatus
from domain.shared.ids import SessionId
from entrypoints.container import Container
from tests.beyond import all_rows
from tests.conftest import VirtualClock
from tests.contracts.sales_contract import Desk
from tests.contracts.sales_desks import postgres_desk
from tests.domain.sales.builders import BUYER, FLOOR, NOON, a_quote, an_order
from tests.stripe_double import Fault, StripeDouble
from tests.stripe_double.ledger import Intent

_BUYER = (
    """
    insert into users (id, email, email_key, password_hash, first_name, last_name,
                       created_at, updated_at, version)
    values (:user_id, 'ada@example.com', 'ada@example.com', '', 'Ada', 'Byron', :at, :at, 1)
    """,
    """
    insert into sessions (id, user_id, refresh_hash, created_at, last_used_at, expires_at, version)
    values (:session_id, :user_id, '', :at, :at, :at, 1)
    """,
)


class Shop:
    """One event, ten places on the floor, and a buyer who pays in the browser."""

    def __init__(
        self, container: Container, double: StripeDouble, desk: Desk, buyer: Actor
    ) -> None:
        self.payments, self.sales = container.payments, container.sales
        self.database = container.core.database()
        self.double, self.desk, self.buyer = double, desk, buyer

    async def order(self, places: int = 2) -> Order:
        return await self.desk.place(an_order(a_quote({FLOOR: places})))

    async def intent(self, order: Order) -> Intent:
        command = CreatePaymentIntentCommand(order_id=order.id)
        await self.payments.create_payment_intent()(self.buyer, command)
        return list(self.double.intents.values())[-1]

    async def told(self, *messages: tuple[bytes, dict[str, str]]) -> None:
        """All of them at once."""
        receive = self.payments.receive_gateway_notice()
        await asyncio.gather(*(receive(body, headers) for body, headers in messages))

    async def work(self) -> None:
        """What the worker does: the jobs of messages, then the refunds."""
        rows = await self.rows("select args from procrastinate_jobs order by id")
        for row in rows:
            await self.payments.apply_gateway_notice()(**row.args)
        events = await self.rows("select * from event_log where type = 'refund.requested'")
        for row in events:
            event: Any = revive(f"{row.type}.v{row.type_version}", row.payload)
            await self.payments.on_refund_requested()(row.id, event)

    async def rows(self, question: str) -> list[Any]:
        async with all_rows(self.database) as connection:
            return list(await connection.execute(text(question)))

    async def count(self, table: str) -> int:
        return int((await self.rows(f"select count(*) as n from {table}"))[0].n)

    async def status(self, order: Order) -> OrderStatus:
        return (await self.desk.stored(order.id)).status


@pytest_asyncio.fixture
async def shop(
    container: Container,
    postgres: Database,
    clock: VirtualClock,
    double: StripeDouble,
    stripe: StripeGateway,
) -> Shop:
    container.till.gateway.override(providers.Object(stripe))
    assert BUYER.id is not None
    buyer = Actor(
        user_id=BUYER.id, session_id=SessionId(uuid4()), email=BUYER.email, name=BUYER.name
    )
    keys = {"user_id": buyer.user_id, "session_id": buyer.session_id, "at": NOON}
    async with all_rows(postgres) as connection:
        for statement in _BUYER:
            await connection.execute(text(statement), keys)
    return Shop(container, double, await postgres_desk(postgres, clock), buyer)


async def test_pw_01_money_without_a_message_is_found_within_90_s(
    shop: Shop, clock: VirtualClock
) -> None:
    order = await shop.order()
    intent = await shop.intent(order)
    intent.confirm("pm_card_visa")
    clock.advance(timedelta(seconds=90))

    await shop.payments.reconcile_payments()()

    assert await shop.status(order) is OrderStatus.PAID
    assert await shop.desk.floor() == (0, 2)
    assert await shop.count("tickets") == 2


async def test_pw_02_a_message_a_hundred_times_has_one_effect(
    shop: Shop, clock: VirtualClock
) -> None:
    order = await shop.order()
    intent = await shop.intent(order)
    intent.confirm("pm_card_visa")
    message = shop.double.webhook("payment_intent.succeeded", intent)

    await shop.told(*[message] * 100)
    await shop.work()
    clock.advance(timedelta(days=3))
    await shop.told(message)
    await shop.work()

    assert await shop.status(order) is OrderStatus.PAID
    assert await shop.count("provider_events") == 1
    assert await shop.count("procrastinate_jobs") == 1
    assert await shop.count("tickets") == 2
    assert await shop.desk.announced() == ["OrderPlaced", "OrderPaid"]


@pytest.mark.parametrize(
    "kinds",
    list(
        permutations(
            ["charge.refunded", "payment_intent.payment_failed", "payment_intent.succeeded"]
        )
    ),
)
async def test_pw_03_the_order_of_messages_does_not_matter(
    shop: Shop, kinds: tuple[str, ...]
) -> None:
    order = await shop.order()
    intent = await shop.intent(order)
    intent.confirm("pm_card_visa")

    for kind in (*kinds, "payment_intent.created"):
        await shop.told(shop.double.webhook(kind, intent))
        await shop.work()

    assert await shop.status(order) is OrderStatus.PAID
    [payment] = await shop.rows("select status, received_minor from payments")
    assert tuple(payment) == ("succeeded", 10_000)
    assert await shop.count("refunds") == 0


async def test_pw_05_late_money_takes_the_place_again_if_it_is_free(
    shop: Shop, clock: VirtualClock
) -> None:
    order = await shop.order()
    intent = await shop.intent(order)
    clock.advance(timedelta(minutes=16))
    await shop.sales.expire_orders()()
    intent.confirm("pm_card_visa")

    await shop.told(shop.double.webhook("payment_intent.succeeded", intent))
    await shop.work()

    assert await shop.status(order) is OrderStatus.PAID
    assert await shop.desk.floor() == (0, 2)


async def test_pw_05_late_money_goes_back_if_the_place_was_resold(
    shop: Shop, clock: VirtualClock
) -> None:
    order = await shop.order()
    intent = await shop.intent(order)
    clock.advance(timedelta(minutes=16))
    await shop.sales.expire_orders()()
    await shop.order(places=10)
    intent.confirm("pm_card_visa")

    await shop.told(shop.double.webhook("payment_intent.succeeded", intent))
    await shop.work()
    await shop.work()

    assert await shop.status(order) is OrderStatus.EXPIRED
    assert await shop.desk.floor() == (10, 0)
    assert [made.amount for made in shop.double.refunds.values()] == [10_000]
    [refund] = await shop.rows("select status, reason from refunds")
    assert tuple(refund) == ("succeeded", "stock_gone")


@pytest.mark.parametrize("offset", [-1, 1])
async def test_pw_06_another_sum_never_pays_the_order(shop: Shop, offset: int) -> None:
    shop.double.amount_offset = offset
    order = await shop.order()
    intent = await shop.intent(order)
    intent.confirm("pm_card_visa")

    await shop.told(shop.double.webhook("payment_intent.succeeded", intent))
    await shop.work()

    assert await shop.status(order) is OrderStatus.PENDING
    [payment] = await shop.rows("select status, received_minor, review_flag from payments")
    assert tuple(payment) == ("succeeded", 10_000 + offset, "amount_mismatch")
    assert await shop.count("tickets") == 0


async def test_two_intents_at_once_are_one_payment(shop: Shop) -> None:
    order = await shop.order()

    await asyncio.gather(*(shop.intent(order) for _ in range(6)))

    assert await shop.count("payments") == 1
    assert len(shop.double.intents) == 1


async def test_a_lost_answer_is_settled_once_by_whoever_finds_it(
    shop: Shop, clock: VirtualClock
) -> None:
    order = await shop.order()
    intent = await shop.intent(order)
    shop.double.fail(Fault.LOST_ANSWER, path="/confirm", times=3)
    intent_message = shop.double.webhook("payment_intent.succeeded", intent)
    [row] = await shop.rows("select id from payments")
    await _confirm(shop, row.id)
    clock.advance(timedelta(seconds=61))
    await shop.told(intent_message)

    await asyncio.gather(shop.work(), shop.payments.reconcile_payments()(), _confirm(shop, row.id))

    assert await shop.status(order) is OrderStatus.PAID
    assert intent.charges == 1
    assert await shop.count("tickets") == 2
    assert await shop.desk.announced() == ["OrderPlaced", "OrderPaid"]


async def _confirm(shop: Shop, payment_id: Any) -> None:
    await shop.sales.confirm_payments()([ChargeCommand(shop.buyer, payment_id, "pm_card_visa")])
