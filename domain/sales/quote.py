"""What an order would cost and take: worked out before any lock, from one edition of the offer."""

from dataclasses import dataclass
from datetime import datetime

from domain.sales.errors import SaleClosed, SaleNotOpen
from domain.sales.order import Draw, OrderLine
from domain.shared.ids import EventId, OrganizationId, PromoCodeId
from domain.shared.money import Money
from domain.shared.period import Period


@dataclass(frozen=True, slots=True)
class Window:
    """A period in which the sale is open, and whose it is, for the refusal's sake."""

    period: Period
    of: str
    """`event`, `ticket_type` or `promo_code`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One order's lines, charges and draws. `revision` is the edition of the offer it was made
    from.
    """

    organization_id: OrganizationId
    event_id: EventId
    currency: str
    lines: tuple[OrderLine, ...]
    fees: Money
    tax: Money
    draws: tuple[Draw, ...]
    windows: tuple[Window, ...]
    revision: int
    promo_code_id: PromoCodeId | None = None
    promo_code: str | None = None

    def check_windows(self, at: datetime) -> None:
        """Raises SaleNotOpen, SaleClosed."""
        for window in self.windows:
            if not window.period.has_begun(at):
                raise SaleNotOpen(of=window.of, retry_at=window.period.starts)
            if window.period.is_over(at):
                raise SaleClosed(of=window.of, ended_at=window.period.ends)
