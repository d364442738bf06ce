"""Payments ask sales to apply what a processor said: one commit for payment, order and tickets."""

from collections.abc import Awaitable, Callable, Sequence

from adapters.bridges.cashier import as_charged
from application.payments.ports import Collected
from application.sales.ports import Charged
from application.sales.settle_payments import SettlementResult
from domain.shared.errors import DomainError

SettleInSales = Callable[[Sequence[Charged]], Awaitable[list[SettlementResult | DomainError]]]


class BridgedSettle:
    def __init__(self, settle: SettleInSales) -> None:
        self._settle = settle

    async def settle(self, collected: Collected) -> None:
        [result] = await self._settle([as_charged(collected)])
        if isinstance(result, DomainError):
            raise result
