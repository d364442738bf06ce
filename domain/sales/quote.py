"""What an order would cost and take: worked out before any lock, from one edition of the offer."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from domain.sales.errors import SaleClosed, SaleNotOpen
from domain.sales.order import Draw, OrderLine
from domain.shared.email import key_of
from domain.shared.ids import AllotmentId, EventId, OrganizationId, PromoCodeId, TicketTypeId
from domain.shared.money import Money
from domain.shared.period import Period

NEAR = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Window:
    """A period in which the sale is open, and whose it is, for the refusal's sake."""

    period: Period
    of: str
    """`event`, `ticket_type` or `promo_code`."""


@dataclass(frozen=True, slots=True)
class PerCustomer:
    """How many tickets of a type one customer may have, over all orders."""

    ticket_type_id: TicketTypeId
    quantity: int
    """What this order takes of it."""
    maximum: int

    def allotment_of(self, email: str) -> AllotmentId:
        """The allotment that counts this customer's tickets; the same for every spelling.

        It sorts behind every event and ticket type, so it is locked after them by everybody.
        """
        named = b"customer" + self.ticket_type_id.bytes + key_of(email).encode()
        return AllotmentId(UUID(bytes=b"\xff" + sha256(named).digest()[:15]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One order's lines, charges and draws. `revision` is the edition of the offer it was made
    from.
    """

    organization_id: OrganizationId
    event_id: EventId
    event_name: str = ""
    currency: str
    lines: tuple[OrderLine, ...]
    fees: Money
    tax: Money
    draws: tuple[Draw, ...]
    windows: tuple[Window, ...]
    revision: int
    promo_code_id: PromoCodeId | None = None
    promo_code: str | None = None
    per_customer: tuple[PerCustomer, ...] = ()
    needs_pass: bool = False
    """The event has a waiting room that is switched on."""
    is_for_guests: bool = True
    """The organisation sells to people without an account."""

    subtotal: Money = field(init=False)
    discount: Money = field(init=False)
    total: Money = field(init=False)
    allotments: frozenset[AllotmentId] = field(init=False)
    """Whatever decides about it: what it draws from, and the event's room."""

    def __post_init__(self) -> None:
        # Once for every order that is placed from it.
        subtotal = Money.sum((line.subtotal for line in self.lines), self.currency)
        discount = Money.sum((line.discount for line in self.lines), self.currency)
        object.__setattr__(self, "subtotal", subtotal)
        object.__setattr__(self, "discount", discount)
        object.__setattr__(self, "total", subtotal - discount + self.fees + self.tax)
        drawn = {draw.allotment_id for draw in self.draws}
        object.__setattr__(self, "allotments", frozenset({AllotmentId(self.event_id), *drawn}))

    def has_edge_near(self, at: datetime) -> bool:
        """A sale opens or closes so soon that only the database's own clock may tell."""
        return any(
            edge is not None and abs(edge - at) < NEAR
            for window in self.windows
            for edge in (window.period.starts, window.period.ends)
        )

    def is_open(self, at: datetime) -> bool:
        """The sale is open, and no clock would say otherwise."""
        return not self.has_edge_near(at) and all(at in w.period for w in self.windows)

    def check_windows(self, at: datetime) -> None:
        """Raises SaleNotOpen, SaleClosed."""
        for window in self.windows:
            if not window.period.has_begun(at):
                raise SaleNotOpen(of=window.of, retry_at=window.period.starts)
            if window.period.is_over(at):
                raise SaleClosed(of=window.of, ended_at=window.period.ends)
