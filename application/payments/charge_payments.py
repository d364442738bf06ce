"""The till: the card processor is asked for money, many payments at once, each for itself."""

import asyncio
from collections.abc import Awaitable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
from msgspec import Struct

from application.payments.gateway import GatewayPayment, PaymentGateway
from application.payments.ports import (
    BeginPayments,
    Collected,
    PaymentBook,
    PaymentToCollect,
    collected,
)
from application.shared import scope
from application.shared.clock import Clock
from application.shared.idempotency import KeyInFlight, Repeated, RequestKey
from application.shared.order_links import Guest, Shopper
from application.shared.transaction import SessionEnded
from domain.payments.errors import (
    GatewayDown,
    PaymentNotFound,
    PaymentStatusConflict,
    ProviderChanged,
)
from domain.payments.payment import PaymentStatus
from domain.shared.errors import DomainError
from domain.shared.ids import PaymentId, SessionId

RETRY_AFTER_S = 1

Answer: TypeAlias = Collected | DomainError


class ChargePayment(Struct, frozen=True):
    """One buyer's wish to pay, and who the buyer is."""

    actor: Shopper
    payment_id: PaymentId
    payment_method: str


class _Try(Struct, frozen=True):
    """A payment, the method that is to pay it, and how often that was tried with this one."""

    found: PaymentToCollect
    payment_method: str
    number: int
    key: RequestKey | None


@dataclass(frozen=True, slots=True)
class ChargePayments:
    """Record the tries and commit, then ask the processor. One answer per command, in order.

    What is paid already is answered again; a try that is under way is looked at, not repeated; and
    whoever repeats a request is told how its payment stands, and nothing is tried.
    If the processor cannot be reached, the payment stays `processing` for the reconciler. A local
    processor is asked at once: sales records its answer in the commit that settles the order.
    Refusals: PaymentNotFound, SessionEnded, ProviderChanged, PaymentStatusConflict,
    OrderNotPayable, UnknownPaymentMethod, GatewayRefused, GatewayDown, KeyReused, KeyInFlight.
    """

    begin: BeginPayments
    book: PaymentBook
    gateway: PaymentGateway
    clock: Clock

    async def __call__(self, commands: Sequence[ChargePayment]) -> list[Answer]:
        if not commands:
            return []
        found = await self.book.of_payers({(c.actor.user_id, c.payment_id) for c in commands})
        sessions = {c.actor.session_id for c in commands if c.actor.session_id is not None}
        ended = await self.book.ended_sessions(sessions)
        keys = [key for command in commands if (key := command.actor.key) is not None]
        first = await self.book.first_requests(keys) if keys else {}
        answers: dict[int, Answer] = {}
        tries: dict[int, _Try] = {}
        looks: dict[int, PaymentToCollect] = {}
        for index, command in enumerate(commands):
            try:
                wanted = self._check(command, found, ended, first)
            except DomainError as refusal:
                answers[index] = refusal
                continue
            if isinstance(wanted, _Try):
                tries[index] = wanted
            elif any(attempt.found is wanted for attempt in tries.values()):
                answers[index] = PaymentStatusConflict(status=wanted.payment.status.value)
            elif wanted.payment.status is not PaymentStatus.PROCESSING:
                answers[index] = _as_stored(wanted)
            else:
                looks[index] = wanted
        answers |= await self._charge(tries)
        answers |= await _each({index: self._look(payment) for index, payment in looks.items()})
        return [answers[index] for index in range(len(commands))]

    def _check(
        self,
        command: ChargePayment,
        found: Mapping[PaymentId, PaymentToCollect],
        ended: Collection[SessionId],
        first: Mapping[RequestKey, Repeated],
    ) -> _Try | PaymentToCollect:
        """What is to be tried; or the payment, if it is paid, under way or was asked for before."""
        mine = found.get(command.payment_id)
        if mine is None or mine.payment.payer_id != command.actor.user_id:
            raise PaymentNotFound
        if isinstance(command.actor, Guest) and command.actor.order_id != mine.payment.order_id:
            raise PaymentNotFound
        if command.actor.session_id in ended:
            raise SessionEnded
        keyed = command.actor.keyed
        if keyed is not None and keyed.key in first:
            keyed.told(first[keyed.key])
            return mine
        payment = mine.payment
        if payment.provider != self.gateway.provider:
            raise ProviderChanged(payment_id=payment.id, provider=payment.provider)
        if payment.status in (PaymentStatus.SUCCEEDED, PaymentStatus.PROCESSING):
            return mine
        now = self.clock()
        mine.order.check_payable(now)
        payment.start_try(at=now)
        return _Try(mine, command.payment_method, payment.tries, command.actor.key)

    async def _charge(self, tries: Mapping[int, _Try]) -> dict[int, Answer]:
        if self.gateway.is_local or not tries:
            return await _each({index: self._ask(attempt) for index, attempt in tries.items()})
        started, refused = await self._record(tries)
        asked = await _each({index: self._ask(attempt) for index, attempt in started.items()})
        await self._put_back(
            [
                started[index]
                for index, answer in asked.items()
                if isinstance(answer, DomainError) and not isinstance(answer, GatewayDown)
            ]
        )
        return refused | asked

    async def _record(self, tries: Mapping[int, _Try]) -> tuple[dict[int, _Try], dict[int, Answer]]:
        """Mark the payments as processing; refused is what somebody else was faster with."""
        started: dict[int, _Try] = {}
        refused: dict[int, Answer] = {}
        keys = {t.key: t.found.payment.id for t in tries.values() if t.key is not None}
        async with self.begin(_owners(tries.values())) as tx:
            taken = await tx.repeats.claim(keys) if keys else {}
            payments = await tx.payments.lock({t.found.payment.id for t in tries.values()})
            for index, attempt in tries.items():
                payment = payments[attempt.found.payment.id]
                try:
                    _refuse_repeat(attempt.key, taken)
                    payment.start_try(at=tx.now)
                except DomainError as refusal:
                    refused[index] = refusal
                else:
                    started[index] = msgspec.structs.replace(attempt, number=payment.tries)
            await tx.payments.save([payments[t.found.payment.id] for t in started.values()])
            tried = {attempt.key for attempt in started.values()}
            await tx.repeats.release(keys.keys() - tried - taken.keys())
        return started, refused

    async def _ask(self, attempt: _Try) -> Answer:
        payment = attempt.found.payment
        assert payment.provider_ref is not None, "start_try refuses what has no reference"
        try:
            answer = await self.gateway.confirm(
                payment.provider_ref, attempt.payment_method, attempt.found.charge, attempt.number
            )
        except DomainError as refusal:
            return refusal
        return collected(payment, answer)

    async def _put_back(self, tries: Sequence[_Try]) -> None:
        """The processor took none of these: another method may be tried."""
        if not tries:
            return
        async with self.begin(_owners(tries)) as tx:
            await tx.repeats.release([t.key for t in tries if t.key is not None])
            payments = await tx.payments.lock({attempt.found.payment.id for attempt in tries})
            for payment in payments.values():
                payment.put_back(at=tx.now)
            await tx.payments.save(list(payments.values()))

    async def _look(self, found: PaymentToCollect) -> Answer:
        payment = found.payment
        if payment.provider_ref is None:
            return PaymentStatusConflict(status=payment.status.value)
        try:
            answer = await self.gateway.fetch(payment.provider_ref, found.charge)
        except DomainError as refusal:
            return refusal
        if answer.status != "succeeded" and payment.is_in_flight(self.clock()):
            return _as_stored(found)
        return collected(payment, answer)


def _refuse_repeat(key: RequestKey | None, taken: Mapping[RequestKey, Repeated]) -> None:
    """For a request that came twice at once. Raises KeyReused, KeyInFlight."""
    if key is not None and key in taken:
        taken[key].answers(key)
        raise KeyInFlight(retry_after=RETRY_AFTER_S)


def _owners(tries: Collection[_Try]) -> scope.Scope:
    return scope.organizations(attempt.found.payment.organization_id for attempt in tries)


def _as_stored(found: PaymentToCollect) -> Collected:
    """What we know already, in the processor's words: settling it changes nothing."""
    payment = found.payment
    return collected(
        payment,
        GatewayPayment(
            provider_ref=payment.provider_ref or "",
            status=payment.status.value,
            amount_minor=payment.amount.minor,
            currency=payment.amount.currency,
            failure_code=payment.failure_code,
        ),
    )


async def _each(asking: Mapping[int, Awaitable[Answer]]) -> dict[int, Answer]:
    """All at once."""
    answers = await asyncio.gather(*asking.values())
    return dict(zip(asking, answers, strict=True))
