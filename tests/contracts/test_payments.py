"""The payments contract on memory, on PostgreSQL, and on adapters that were broken on purpose."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC
from types import SimpleNamespace
from typing import Any, cast

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from adapters.memory.database import MemoryDatabase
from adapters.memory.payments import (
    MemoryMoney,
    MemoryNotices,
    MemoryPaymentBook,
    MemoryPayments,
    MemoryPaymentsTransaction,
)
from adapters.memory.sales.store import MemorySalesTransaction
from adapters.postgres.database import Database
from adapters.postgres.payments import store
from adapters.postgres.payments.book import PostgresPaymentBook
from adapters.postgres.payments.store import PostgresPayments, PostgresPaymentsTransaction
from adapters.postgres.payments.tables import (
    payment_from_row,
    payment_to_row,
    refund_from_row,
    refund_to_row,
)
from adapters.postgres.sets import SetStatement
from application.payments.ports import StoredNotice
from domain.payments.payment import Payment, PaymentStatus
from domain.payments.refund import Refund, RefundStatus
from domain.shared.ids import PaymentId
from domain.shared.money import Money
from tests.contracts.payments_contract import Book, PaymentsContract, TillDesk
from tests.contracts.sales_contract import Clock
from tests.contracts.sales_desks import memory_desk, postgres_desk

Kind = type[MemoryPaymentsTransaction]


def memory_till(
    memory: MemoryDatabase,
    clock: Clock,
    kind: Kind = MemoryPaymentsTransaction,
    sales: type[MemorySalesTransaction] = MemorySalesTransaction,
) -> TillDesk:
    book = cast(Book, MemoryPaymentBook(memory))
    return TillDesk(memory_desk(memory, clock, sales), memory.beginner(kind), book)


async def postgres_till(
    postgres: Database,
    clock: Clock,
    kind: type[PostgresPaymentsTransaction] = PostgresPaymentsTransaction,
) -> TillDesk:
    book = cast(Book, PostgresPaymentBook(postgres))
    return TillDesk(await postgres_desk(postgres, clock), postgres.beginner(kind), book)


class TestMemoryPayments(PaymentsContract):
    @pytest.fixture
    def till(self, memory: MemoryDatabase, clock: Clock) -> TillDesk:
        return memory_till(memory, clock)


class TestPostgresPayments(PaymentsContract):
    @pytest_asyncio.fixture
    async def till(self, postgres: Database, clock: Clock) -> TillDesk:
        return await postgres_till(postgres, clock)


class TakesTwins(MemoryPayments):
    async def add(self, payments: Sequence[Payment]) -> None:
        for payment in payments:
            payment.version = 1
            self._rows.put(payment.id, payment)


class KnowsNoBorders(MemoryPayments):
    async def lock(self, ids: Collection[PaymentId]) -> dict[PaymentId, Payment]:
        return {payment.id: payment for payment in self._rows.rows() if payment.id in ids}


class ForgetsNotices(MemoryNotices):
    async def add(self, notice: StoredNotice) -> bool:
        self._rows.put((notice.provider, notice.provider_event_id), notice)
        return True


class PaysBackTwice(MemoryMoney):
    def _returned(self, payment: Payment) -> int:
        return 0


def _reworded(saving: SetStatement, old: str, new: str) -> SetStatement:
    return SetStatement(text(str(saving.statement).replace(old, new)), saving.packs)


class LosesReviewFlags(PostgresPayments):
    async def save(self, payments: Sequence[Payment]) -> None:
        saving = store._SAVE
        store._SAVE = _reworded(saving, "review_flag = n.review_flag,", "")
        try:
            await super().save(payments)
        finally:
            store._SAVE = saving


class OverwritesOthers(PostgresPayments):
    async def save(self, payments: Sequence[Payment]) -> None:
        saving = store._SAVE
        store._SAVE = _reworded(saving, "and p.version = n.version", "and n.version > 0")
        try:
            await super().save(payments)
        finally:
            store._SAVE = saving


def _with(**stores: Any) -> Any:
    """A transaction in memory with some of its stores replaced."""

    class Sabotaged(MemoryPaymentsTransaction):
        def build(self) -> None:
            super().build()
            for name, kind in stores.items():
                setattr(self, name, kind(self))

    return Sabotaged


def _postgres_with(payments: type[PostgresPayments]) -> type[PostgresPaymentsTransaction]:
    class Sabotaged(PostgresPaymentsTransaction):
        def build(self) -> None:
            super().build()
            self.payments = payments(self)

    return Sabotaged


class GenerousSales(MemorySalesTransaction):
    def build(self) -> None:
        super().build()
        self.payments = PaysBackTwice(self)


@asynccontextmanager
async def _is_caught() -> AsyncIterator[None]:
    try:
        yield
    except (AssertionError, pytest.fail.Exception):
        return
    pytest.fail("The saboteur was not caught.")


Promise = Callable[[PaymentsContract, TillDesk], Awaitable[None]]


class TestSaboteurs:
    """Each promise that guards against a fault has been seen to catch it."""

    @pytest.mark.parametrize(
        ("stores", "promise"),
        [
            ({"payments": TakesTwins}, PaymentsContract.test_an_attempt_is_taken_once),
            (
                {"payments": KnowsNoBorders},
                PaymentsContract.test_another_organisations_payments_are_out_of_reach,
            ),
            ({"notices": ForgetsNotices}, PaymentsContract.test_a_message_is_new_once),
        ],
    )
    async def test_a_broken_store_in_memory_is_caught(
        self, memory: MemoryDatabase, clock: Clock, stores: dict[str, Any], promise: Promise
    ) -> None:
        till = memory_till(memory, clock, _with(**stores))

        async with _is_caught():
            await promise(PaymentsContract(), till)

    async def test_paying_back_twice_is_caught(self, memory: MemoryDatabase, clock: Clock) -> None:
        till = memory_till(memory, clock, sales=GenerousSales)

        async with _is_caught():
            await PaymentsContract().test_an_order_gives_back_what_it_captured_once(till)

    @pytest.mark.parametrize(
        ("payments", "promise"),
        [
            (LosesReviewFlags, PaymentsContract.test_every_change_is_kept),
            (OverwritesOthers, PaymentsContract.test_a_stale_payment_is_not_saved),
        ],
    )
    async def test_a_broken_store_on_postgres_is_caught(
        self,
        postgres: Database,
        clock: Clock,
        payments: type[PostgresPayments],
        promise: Promise,
    ) -> None:
        till = await postgres_till(postgres, clock, _postgres_with(payments))

        async with _is_caught():
            await promise(PaymentsContract(), till)


_INSTANTS = st.datetimes(timezones=st.just(UTC))
_WORDS = st.text(max_size=20)
_MINOR = st.integers(0, 10**12)

PAYMENTS = st.builds(
    Payment,
    organization_id=st.uuids(),
    id=st.uuids(),
    order_id=st.uuids(),
    payer_id=st.none() | st.uuids(),
    attempt=st.integers(1, 99),
    provider=_WORDS,
    amount=st.builds(Money, _MINOR, st.sampled_from(["USD", "JPY", "KWD"])),
    created_at=_INSTANTS,
    updated_at=_INSTANTS,
    status=st.sampled_from(PaymentStatus),
    tries=st.integers(0, 99),
    provider_ref=st.none() | _WORDS,
    client_secret=st.none() | _WORDS,
    received_minor=_MINOR,
    failure_code=st.none() | _WORDS,
    review_flag=st.none() | _WORDS,
    settled_at=st.none() | _INSTANTS,
    version=st.integers(1, 99),
    recorded=st.just([]),
)
REFUNDS = st.builds(
    Refund,
    organization_id=st.uuids(),
    id=st.uuids(),
    payment_id=st.uuids(),
    order_id=st.uuids(),
    amount=st.builds(Money, _MINOR, st.sampled_from(["USD", "JPY", "KWD"])),
    reason=_WORDS,
    requested_at=_INSTANTS,
    status=st.sampled_from(RefundStatus),
    provider_ref=st.none() | _WORDS,
    failure_code=st.none() | _WORDS,
    settled_at=st.none() | _INSTANTS,
    version=st.integers(1, 99),
    recorded=st.just([]),
)


@given(payment=PAYMENTS)
def test_a_payment_survives_its_row(payment: Payment) -> None:
    row: Any = SimpleNamespace(**payment_to_row(payment), version=payment.version)

    assert payment_from_row(row) == payment


@given(refund=REFUNDS)
def test_a_refund_survives_its_row(refund: Refund) -> None:
    row: Any = SimpleNamespace(**refund_to_row(refund), version=refund.version)

    assert refund_from_row(row) == refund
