"""The scene of sales, with a till beside it: memory adapters and any card processor."""

from typing import Any
from uuid import uuid4

from adapters.bridges.cashier import BridgedCashier
from adapters.bridges.settle import BridgedSettle
from adapters.memory.database import MemoryDatabase
from adapters.memory.payments import MemoryPaymentBook, MemoryPaymentsTransaction
from application.payments.apply_gateway_notice import ApplyGatewayNotice
from application.payments.charge_payments import Answer, ChargePayment, ChargePayments
from application.payments.create_payment_intent import (
    CreatePaymentIntent,
    CreatePaymentIntentCommand,
)
from application.payments.gateway import PaymentGateway
from application.payments.on_refund_requested import OnRefundRequested
from application.payments.receive_gateway_notice import ReceiveGatewayNotice
from application.payments.reconcile_payments import ReconcilePayments
from application.payments.record_intents import RecordIntents
from application.sales.confirm_payments import ConfirmPayments
from application.sales.ports import ChargeCommand
from application.sales.settle_payments import SettlementResult
from application.shared.actor import Actor
from application.shared.coalescer import Coalescer
from domain.payments.payment import Payment, PaymentStatus
from domain.payments.refund import Refund
from domain.shared.errors import DomainError
from domain.shared.ids import OrderId, PaymentId, UserId
from tests.application.sales.scene import Scene


class TillScene(Scene):
    def __init__(self, memory: MemoryDatabase, gateway: PaymentGateway) -> None:
        super().__init__(memory)
        begin, book = memory.beginner(MemoryPaymentsTransaction), MemoryPaymentBook(memory)
        settle, clock = BridgedSettle(self.settle_payments), memory.clock
        self.begin_payments = begin
        record = RecordIntents(begin, book, gateway)
        self.create = CreatePaymentIntent(
            Coalescer(record, record.alone), record.alone, begin, gateway, self.ids
        )
        self.charge = ChargePayments(begin, book, gateway, clock)
        self.cashier = BridgedCashier(self.charge, gateway, self.create)
        self.confirm_payments = ConfirmPayments(self.cashier, self.settle_payments)
        self.receive = ReceiveGatewayNotice(begin, gateway)
        self.apply = ApplyGatewayNotice(begin, book, gateway, settle, clock)
        self.reconcile = ReconcilePayments(begin, book, gateway, settle, clock)
        self.on_refund_requested = OnRefundRequested(begin, book, gateway)
        self.gateway = gateway

    def stranger(self) -> Actor:
        return self.signed_in(UserId(uuid4()))

    async def open(self, order_id: OrderId | None = None) -> PaymentId:
        """A payment for this order, or for a new one of 50.00 USD."""
        command = CreatePaymentIntentCommand(order_id=order_id or await self.place())
        return (await self.create(self.buyer, command)).payment_id

    async def pay(
        self, payment_id: PaymentId, method: str = "pm_card_visa", *, actor: Actor | None = None
    ) -> Answer:
        """What the till answers, settled by nobody."""
        command = ChargePayment(actor or self.buyer, payment_id, method)
        [answer] = await self.charge([command])
        return answer

    async def confirm(
        self, payment_id: PaymentId, method: str = "pm_card_visa"
    ) -> SettlementResult | DomainError:
        [result] = await self.confirm_payments([ChargeCommand(self.buyer, payment_id, method)])
        return result

    def payment(self, payment_id: PaymentId) -> Payment:
        found = self.memory.table("payments").get(payment_id)
        assert isinstance(found, Payment)
        return found

    def state(self, payment_id: PaymentId) -> PaymentStatus:
        return self.payment(payment_id).status

    def refunds(self) -> list[Refund]:
        return list(self.memory.table("refunds").rows())

    def change(self, payment_id: PaymentId, **fields: Any) -> None:
        """What history made of a payment."""
        payment = self.payment(payment_id)
        for name, value in fields.items():
            setattr(payment, name, value)
        self.memory.table("payments").put(payment_id, payment)

    async def notice(self, body: bytes, headers: dict[str, str]) -> None:
        """A message arrives, and the job it caused runs."""
        done = len(self.memory.jobs)
        await self.receive(body, headers)
        for name, arguments in self.memory.jobs[done:]:
            assert name == "payments.apply_gateway_notice"
            await self.apply(**arguments)
