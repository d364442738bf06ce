"""The till: card processors are asked for money, many payments at once and each for itself."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from msgspec import Struct

from application.payments.gateway import GatewayPayment, PaymentGateway
from application.payments.ports import BeginPayments, Collected, PaymentBook, PaymentToCollect
from application.shared import scope
from application.shared.actor import Actor
from application.shared.clock import Clock
from application.shared.transaction import SessionEnded
from domain.payments.errors import (
    GatewayDown,
    PaymentNotFound,
    PaymentStatusConflict,
    ProviderChanged,
)
from domain.payments.payment import Payment, PaymentStatus
from domain.shared.errors import DomainError
from domain.shared.ids import PaymentId, SessionId

IN_FLIGHT = timedelta(seconds=60)
"""How long a try may be under way: longer than any call to a processor takes with its repeats."""

Charged: TypeAlias = Collected | DomainError


class ChargePayment(Struct, frozen=True):
    """One buyer's wish to pay, and who the buyer is."""

    actor: Actor
    payment_id: PaymentId
    payment_method: str


class _Try(Struct, frozen=True):
    """A payment and the method that is to pay it."""

    found: PaymentToCollect
    payment_method: str


@dataclass(frozen=True, slots=True)
class ChargePayments:
    """Record the tries and commit, then ask the processor. One answer per command, in order.

    What is paid already is answered again; a try that is under way is looked at, not repeated.
    If the processor cannot be reached the payment stays `processing` for the reconciler. A local
    processor is asked at once: sales records its answer in the commit that settles the order.
    Refusals: PaymentNotFound, SessionEnded, ProviderChanged, PaymentStatusConflict, OrderNotPayable,
    UnknownPaymentMethod, GatewayRefused, GatewayDown.
    """

    begin: BeginPayments
    book: PaymentBook
    gateway: PaymentGateway
    clock: Clock

    async def __call__(self, commands: Sequence[ChargePayment]) -> list[Charged]:
        if not commands:
            return []
        found = await self.book.of_ids({command.payment_id for command in commands})
        ended = await self.book.ended_sessions({c.actor.session_id for c in commands})
        answers: dict[int, Charged] = {}
        tries: dict[int, _Try] = {}
        looks: dict[int, PaymentToCollect] = {}
        for index, command in enumerate(commands):
            try:
                payment = self._check(command, found, ended)
                if payment.payment.status is PaymentStatus.SUCCEEDED:
                    answers[index] = collected(payment.payment, as_stored(payment.payment))
                elif self._is_in_flight(payment.payment):
                    looks[index] = payment
                else:
                    payment.order.check_payable(self.clock())
                    tries[index] = _Try(payment, command.payment_method)
            except DomainError as refusal:
                answers[index] = refusal
        charging = self._charge(tries) if self.gateway.is_local else self._charge_remotely(tries)
        answers |= await charging
        answers |= await _all({index: self._look(payment) for index, payment in looks.items()})
        return [answers[index] for index in range(len(commands))]
