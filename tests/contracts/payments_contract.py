"""What payments rely on, whichever adapter stands behind their transactions."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from application.payments.ports import BeginPayments, OrdersToPay, PaymentBook, StoredNotice
from application.shared.scope import SYSTEM, organizations
from domain.payments.errors import AttemptTaken, RefundNotFound
from domain.payments.payment import Payment, PaymentStatus
from domain.payments.refund import Refund, RefundStatus
from domain.sales.order import Order
from domain.sales.payment_attempt import Outcome, PaymentState
from domain.sales.settlement import Settlement
from domain.shared.errors import StaleVersion
from domain.shared.ids import OrderId, OrganizationId, PaymentId, RefundId, SessionId, UserId
from tests.contracts.sales_contract import Desk
from tests.domain.payments.builders import a_payment, usd
from tests.domain.sales.builders import BUYER, NOON, ORG

SCOPE = organizations([ORG])
ELSEWHERE = organizations([OrganizationId(uuid4())])
MINUTE = timedelta(minutes=1)


def without_secret(payment: Payment) -> Payment:
    """As whoever looks before they know whose it is."""
    return replace(payment, client_secret=None)


class Book(PaymentBook, OrdersToPay):
    """Both, as one adapter answers them."""


@dataclass
class TillDesk:
    """The world of sales, and payments in it."""

    sales: Desk
    begin: BeginPayments
    book: Book

    async def add(self, order: Order | None = None, **fields: Any) -> Payment:
        """A payment of this order, or of a new one, as another transaction left it."""
        order = order or await self.sales.place()
        given = {"order_id": order.id, "payer_id": BUYER.id, "amount": order.total} | fields
        payment = a_payment(**given)
        async with self.begin(SCOPE) as tx:
            await tx.payments.add([payment])
        return payment

    async def stored(self, payment_id: PaymentId) -> Payment:
        async with self.begin(SCOPE) as tx:
            return (await tx.payments.lock([payment_id]))[payment_id]

    async def refund(self, refund_id: RefundId) -> Refund:
        async with self.begin(SCOPE) as tx:
            return await tx.refunds.lock(refund_id)

    async def settle(self, payment: Payment, state: str, **how: Any) -> RefundId:
        """As sales does it, with the decision taken."""
        refund_id = RefundId(uuid4())
        received = how.pop("received", payment.amount)
        news = {name: how.pop(name) for name in ("provider_ref", "failure_code") if name in how}
        outcome = Outcome(
            payment_id=payment.id, state=PaymentState(state), received=received, **news
        )
        async with self.sales.begin(SCOPE) as tx:
            facts = (await tx.payments.lock([payment.id]))[payment.id]
            given = {"changes": True} | how
            settlement = Settlement(outcome=outcome, facts=facts, **given)
            await tx.payments.settle([(settlement, refund_id)])
        return refund_id

    async def refund_order(self, payment: Payment) -> RefundId:
        refund_id = RefundId(uuid4())
        async with self.sales.begin(SCOPE) as tx:
            await tx.payments.refund_order(payment.order_id, refund_id, "cancelled")
        return refund_id


class PaymentsContract:
    """Promises of payments' transactions. Subclasses give the fixture `till`."""

    async def test_a_payment_comes_back_equal(self, till: TillDesk) -> None:
        payment = await till.add(
            tries=3,
            status=PaymentStatus.FAILED,
            failure_code="card_declined",
            review_flag="look",
            settled_at=NOON,
        )

        assert await till.stored(payment.id) == payment

    async def test_every_change_is_kept(self, till: TillDesk) -> None:
        payment = await till.add(provider_ref=None, client_secret=None)
        payment.open_at_processor("pi_1", "secret", at=NOON + MINUTE)
        payment.start_try(at=NOON + MINUTE)
        payment.learn(
            PaymentStatus.SUCCEEDED, received=usd(70), review_flag="look", at=NOON + 2 * MINUTE
        )

        async with till.begin(SCOPE) as tx:
            await tx.payments.save([payment])

        assert await till.stored(payment.id) == payment

    async def test_an_attempt_is_taken_once(self, till: TillDesk) -> None:
        order = await till.sales.place()
        await till.add(order, attempt=1)

        with pytest.raises(AttemptTaken):
            await till.add(order, attempt=1)

        async with till.begin(SCOPE) as tx:
            assert len((await tx.payments.of_orders([order.id]))[order.id]) == 1

    async def test_attempts_come_in_order(self, till: TillDesk) -> None:
        order = await till.sales.place()
        for attempt in (2, 1, 3):
            await till.add(order, attempt=attempt)

        async with till.begin(SCOPE) as tx:
            found = await tx.payments.of_orders([order.id, OrderId(uuid4())])

        assert [payment.attempt for payment in found.pop(order.id)] == [1, 2, 3]
        assert found == {}

    async def test_a_stale_payment_is_not_saved(self, till: TillDesk) -> None:
        payment = await till.add()
        stale = await till.stored(payment.id)
        payment.start_try(at=NOON)
        async with till.begin(SCOPE) as tx:
            await tx.payments.save([payment])

        with pytest.raises(StaleVersion):
            async with till.begin(SCOPE) as tx:
                await tx.payments.save([stale])

        assert (await till.stored(payment.id)).tries == 1

    async def test_another_organisations_payments_are_out_of_reach(self, till: TillDesk) -> None:
        payment = await till.add()

        async with till.begin(ELSEWHERE) as tx:
            assert await tx.payments.lock([payment.id]) == {}
            assert await tx.payments.of_orders([payment.order_id]) == {}

    async def test_a_message_is_new_once(self, till: TillDesk) -> None:
        notice = StoredNotice(
            provider="stripe",
            provider_event_id="evt_1",
            kind="charge.updated",
            provider_ref=None,
            received_at=NOON,
        )

        async def receive() -> bool:
            async with till.begin(SYSTEM) as tx:
                return await tx.notices.add(notice)

        answers = await asyncio.gather(*(receive() for _ in range(10)))

        assert sum(answers) == 1

    async def test_an_order_to_pay_is_its_buyers(self, till: TillDesk) -> None:
        order = await till.sales.place()
        assert BUYER.id is not None

        found = (await till.book.orders_to_pay({(BUYER.id, order.id)}))[order.id]

        assert (found.total, found.number, found.email) == (
            order.total,
            order.number,
            order.buyer.email,
        )
        assert found.is_pending
        others = {(UserId(uuid4()), order.id), (None, order.id), (BUYER.id, OrderId(uuid4()))}
        assert await till.book.orders_to_pay(others) == {}

    async def test_people_find_their_own_payments(self, till: TillDesk) -> None:
        mine, other = await till.add(), await till.add(payer_id=UserId(uuid4()))
        assert mine.payer_id is not None

        found = await till.book.of_payers([(mine.payer_id, p.id) for p in (mine, other)])

        assert [one.payment for one in found.values()] == [without_secret(mine)]

    async def test_a_payment_is_found_by_its_reference(self, till: TillDesk) -> None:
        payment = await till.add(provider_ref="pi_7")

        found = await till.book.of_reference("stripe", "pi_7")

        assert found is not None
        assert found.payment == without_secret(payment)
        assert await till.book.of_reference("simulated", "pi_7") is None

    async def test_a_payment_is_found_in_its_organisation_alone(self, till: TillDesk) -> None:
        payment = await till.add()

        found = await till.book.of_organization(ORG, payment.id)

        assert found is not None
        assert found.payment == without_secret(payment)
        assert await till.book.of_organization(OrganizationId(uuid4()), payment.id) is None

    async def test_what_is_undecided_comes_by_urgency(self, till: TillDesk) -> None:
        opened = await till.add(updated_at=NOON - 3 * MINUTE)
        action = await till.add(status=PaymentStatus.REQUIRES_ACTION, updated_at=NOON - 4 * MINUTE)
        flying = await till.add(status=PaymentStatus.PROCESSING, updated_at=NOON - 2 * MINUTE)
        await till.add(updated_at=NOON)
        await till.add(provider="simulated", updated_at=NOON - 2 * MINUTE)
        await till.add(provider_ref=None, updated_at=NOON - 2 * MINUTE)
        declined = await till.add(status=PaymentStatus.FAILED, updated_at=NOON - 5 * MINUTE)
        await till.add(status=PaymentStatus.CANCELLED, updated_at=NOON - 2 * MINUTE)

        found = await till.book.undecided(
            "stripe", before=NOON - MINUTE, created_after=NOON, limit=10
        )

        assert [one.payment.id for one in found] == [
            flying.id,
            declined.id,
            action.id,
            opened.id,
        ]

    async def test_what_is_undecided_comes_in_portions(self, till: TillDesk) -> None:
        for _ in range(3):
            await till.add(updated_at=NOON - 2 * MINUTE)

        found = await till.book.undecided("stripe", before=NOON, created_after=NOON, limit=2)

        assert len(found) == 2

    async def test_an_unknown_session_has_ended(self, till: TillDesk) -> None:
        unknown = SessionId(uuid4())

        assert await till.book.ended_sessions([unknown]) == {unknown}

    async def test_sales_reads_what_decides(self, till: TillDesk) -> None:
        payment = await till.add(status=PaymentStatus.PROCESSING)

        async with till.sales.begin(SCOPE) as tx:
            facts = (await tx.payments.lock([payment.id, PaymentId(uuid4())]))[payment.id]

        assert (facts.order_id, facts.state, facts.amount) == (
            payment.order_id,
            PaymentState.PROCESSING,
            payment.amount,
        )

    async def test_settled_money_is_stored(self, till: TillDesk) -> None:
        payment = await till.add(status=PaymentStatus.PROCESSING, provider_ref=None)

        await till.settle(payment, "succeeded", provider_ref="pi_9", review_flag="look")

        stored = await till.stored(payment.id)
        assert (stored.status, stored.received_minor) == (PaymentStatus.SUCCEEDED, 5000)
        assert (stored.provider_ref, stored.review_flag) == ("pi_9", "look")
        assert stored.version == payment.version + 1

    async def test_old_news_writes_nothing(self, till: TillDesk) -> None:
        payment = await till.add()

        await till.settle(payment, "failed", changes=False, failure_code="late")

        assert await till.stored(payment.id) == payment

    async def test_money_that_goes_back_is_recorded_and_announced(self, till: TillDesk) -> None:
        payment = await till.add(status=PaymentStatus.PROCESSING)

        refund_id = await till.settle(payment, "succeeded", refund_reason="stock_gone")

        refund = await till.refund(refund_id)
        assert (refund.amount, refund.reason) == (payment.amount, "stock_gone")
        assert (refund.payment_id, refund.status) == (payment.id, RefundStatus.REQUESTED)
        assert (await till.sales.announced())[-1] == "RefundRequested"

    async def test_an_order_gives_back_what_it_captured_once(self, till: TillDesk) -> None:
        payment = await till.add()
        await till.settle(payment, "succeeded")

        refund_id = await till.refund_order(payment)
        again = await till.refund_order(payment)

        assert (await till.refund(refund_id)).amount == payment.amount
        with pytest.raises(RefundNotFound):
            await till.refund(again)

    async def test_a_failed_refund_may_be_asked_for_again(self, till: TillDesk) -> None:
        payment = await till.add()
        await till.settle(payment, "succeeded")
        refund = await till.refund(await till.refund_order(payment))
        refund.learn(RefundStatus.FAILED, failure_code="lost_card", at=NOON)
        async with till.begin(SCOPE) as tx:
            await tx.refunds.save(refund)

        again = await till.refund(await till.refund_order(payment))

        assert (await till.refund(refund.id)) == refund
        assert again.amount == payment.amount

    async def test_an_order_that_was_paid_twice_gives_both_back(self, till: TillDesk) -> None:
        order = await till.sales.place()
        first, second = [await till.add(order, attempt=attempt) for attempt in (1, 2)]
        for payment in (first, second):
            await till.settle(payment, "succeeded")

        await till.refund_order(first)

        assert (await till.sales.announced()).count("RefundRequested") == 2

    async def test_nothing_goes_back_that_never_came(self, till: TillDesk) -> None:
        payment = await till.add()

        refund_id = await till.refund_order(payment)

        with pytest.raises(RefundNotFound):
            await till.refund(refund_id)

    async def test_a_refusal_leaves_no_trace(self, till: TillDesk) -> None:
        payment = await till.add()

        async def save_and_stumble() -> None:
            async with till.begin(SCOPE) as tx:
                changed = (await tx.payments.lock([payment.id]))[payment.id]
                changed.start_try(at=NOON)
                await tx.payments.save([changed])
                await tx.payments.save([replace(changed, version=99)])

        with pytest.raises(StaleVersion):
            await save_and_stumble()

        assert await till.stored(payment.id) == payment
