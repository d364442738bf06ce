"""Payments whose outcome is open are looked up: no message of a card processor has to arrive."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.payments.gateway import PaymentGateway
from application.payments.ports import (
    BeginPayments,
    Collected,
    PaymentBook,
    PaymentToCollect,
    Settle,
    collected,
)
from application.shared import scope
from application.shared.clock import Clock
from domain.payments.errors import GatewayDown, PaymentNotFound
from domain.payments.payment import IN_FLIGHT, Payment, PaymentStatus
from domain.shared.errors import DomainError
from domain.shared.ids import PaymentId

BATCH = 25
"""How many payments one pass looks up, all at once."""
UNOPENED_FOR = timedelta(minutes=5)
"""After this a payment in flight that the processor never heard of has failed."""
OPEN_FOR = timedelta(hours=1)
"""For how long after its creation a payment is looked up whose order does not wait any more."""


@dataclass(frozen=True, slots=True)
class ReconcilePayments:
    """Look up what nobody looked at for 60 s, and settle it; answers how many were looked up.

    Each pass marks its payments first, so that two workers share the work. A failure concerns its
    own payment; all of them are raised together at the end. A local processor leaves nothing open.
    """

    begin: BeginPayments
    book: PaymentBook
    gateway: PaymentGateway
    settle: Settle
    clock: Clock

    async def __call__(self) -> int:
        if self.gateway.is_local:
            return 0
        now = self.clock()
        due = await self.book.undecided(
            self.gateway.provider,
            before=now - IN_FLIGHT,
            created_after=now - OPEN_FOR,
            limit=BATCH,
        )
        claimed = await self._claim(due) if due else set()
        mine = [found for found in due if found.payment.id in claimed]
        failures: list[Exception] = []
        for answer in await asyncio.gather(*map(self._look, mine)):
            if isinstance(answer, DomainError):
                failures.append(answer)
            elif answer is not None:
                try:
                    await self.settle.settle(answer)
                except DomainError as refusal:
                    failures.append(refusal)
        if failures:
            raise ExceptionGroup("Some payments could not be settled.", failures)
        return len(mine)

    async def _claim(self, due: Sequence[PaymentToCollect]) -> set[PaymentId]:
        """Those that are still unseen, seen by us from now on; what never got out has failed."""
        claimed: set[PaymentId] = set()
        given_up: list[Payment] = []
        async with self.begin(_owners(due)) as tx:
            payments = await tx.payments.lock({found.payment.id for found in due})
            for payment in payments.values():
                if payment.updated_at > tx.now - IN_FLIGHT:
                    continue
                if _never_got_out(payment, tx.now):
                    payment.give_up("not_opened", at=tx.now)
                    given_up.append(payment)
                elif payment.provider_ref is not None:
                    payment.updated_at = tx.now
                    claimed.add(payment.id)
            seen = [payments[payment_id] for payment_id in claimed]
            await tx.payments.save([*given_up, *seen])
        return claimed

    async def _look(self, found: PaymentToCollect) -> Collected | DomainError | None:
        assert found.payment.provider_ref is not None, "only those are claimed"
        try:
            answer = await self.gateway.fetch(found.payment.provider_ref, found.charge)
        except PaymentNotFound:
            return None
        except GatewayDown as down:
            return down
        return collected(found.payment, answer)


def _never_got_out(payment: Payment, now: datetime) -> bool:
    return (
        payment.status is PaymentStatus.PROCESSING
        and payment.provider_ref is None
        and payment.created_at <= now - UNOPENED_FOR
    )


def _owners(due: Collection[PaymentToCollect]) -> scope.Scope:
    return scope.organizations(found.payment.organization_id for found in due)
