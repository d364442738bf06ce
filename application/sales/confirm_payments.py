"""Buyers pay: the card processor is asked first, outside every transaction, then it is settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.sales.ports import Cashier, ChargeCommand, Charged
from application.sales.settle_payments import SettlementResult, SettlePayments
from domain.shared.errors import DomainError


@dataclass(frozen=True, slots=True)
class ConfirmPayments:
    """Charge, then settle what was charged. One answer per command, in order.

    A decline is an answer, not an error. Refusals: PaymentNotFound, OrderNotPayable,
    UnknownPaymentMethod, PaymentStatusConflict, GatewayDown (then the reconciler finds out).
    """

    cashier: Cashier
    settle: SettlePayments

    async def __call__(
        self, commands: Sequence[ChargeCommand]
    ) -> list[SettlementResult | DomainError]:
        charges = await self.cashier.charge(commands)
        settled = iter(
            await self.settle([charge for charge in charges if isinstance(charge, Charged)])
        )
        return [next(settled) if isinstance(charge, Charged) else charge for charge in charges]

    async def again(self, command: ChargeCommand) -> SettlementResult | DomainError:
        """What is paid is answered as paid, and a try that is under way is looked at."""
        [outcome] = await self([command])
        return outcome
