"""Everything scarce is an allotment: a ticket type, an event's room, a code's uses, a seat."""

from dataclasses import dataclass

from domain.sales.errors import SoldOut, StockMismatch
from domain.shared.ids import AllotmentId, OrganizationId


@dataclass(slots=True, kw_only=True)
class Allotment:
    """So many units, each free, held, sold or blocked.

    Always: `held + sold + blocked <= capacity`, and none of them below zero; a capacity of None is
    without limit. The database holds the same rule as a CHECK.
    """

    organization_id: OrganizationId
    id: AllotmentId
    capacity: int | None
    held: int = 0
    sold: int = 0
    blocked: int = 0
    revision: int = 0
    """How often the offer was edited; counted on an event's allotment alone."""
    waiting: int = 0
    """Units that the waiting list is owed before the public; free ones, if there are so many."""

    def __post_init__(self) -> None:
        taken = self.held + self.sold + self.blocked
        if min(self.held, self.sold, self.blocked) < 0 or not self._fits(taken):
            raise StockMismatch(allotment_id=self.id)

    def copy(self) -> "Allotment":
        """Another one of the same, to try things on. It is in order already, so nothing is checked:
        the on-sale minute makes a thousand of them a second.
        """
        twin = object.__new__(Allotment)
        twin.organization_id, twin.id, twin.capacity = self.organization_id, self.id, self.capacity
        twin.held, twin.sold, twin.blocked = self.held, self.sold, self.blocked
        twin.revision, twin.waiting = self.revision, self.waiting
        return twin

    @property
    def available(self) -> int | None:
        """Units that are free; None is without limit."""
        if self.capacity is None:
            return None
        return self.capacity - self.held - self.sold - self.blocked

    @property
    def open_to_all(self) -> int | None:
        """Units that are free and not owed to the waiting list; None is without limit."""
        return None if self.available is None else max(self.available - self.waiting, 0)

    def hold(self, units: int) -> None:
        """Take free units aside for an order. Raises SoldOut."""
        self._positive(units)
        if self.available is not None and units > self.available:
            raise SoldOut(allotment_id=self.id, wanted=units, available=self.available)
        self.held += units

    def release(self, units: int) -> None:
        """Held units are free again. Raises StockMismatch."""
        self._positive(units)
        self.held = self._less(self.held, units)

    def sell(self, units: int) -> None:
        """Held units are sold. Raises StockMismatch."""
        self._positive(units)
        self.held = self._less(self.held, units)
        self.sold += units

    def give_back(self, units: int) -> None:
        """Sold units are free again. Raises StockMismatch."""
        self._positive(units)
        self.sold = self._less(self.sold, units)

    def block(self, units: int) -> None:
        """Take free units off sale. Raises SoldOut."""
        self._positive(units)
        if self.available is not None and units > self.available:
            raise SoldOut(allotment_id=self.id, wanted=units, available=self.available)
        self.blocked += units

    def unblock(self, units: int) -> None:
        """Blocked units are free again. Raises StockMismatch."""
        self._positive(units)
        self.blocked = self._less(self.blocked, units)

    def check_blocked(self, units: int) -> None:
        """Raises StockMismatch unless so many are blocked."""
        self._less(self.blocked, units)

    def _fits(self, taken: int) -> bool:
        return self.capacity is None or taken <= self.capacity

    def _positive(self, units: int) -> None:
        if units < 1:
            raise StockMismatch("Only one unit or more can be moved.", allotment_id=self.id)

    def _less(self, counter: int, units: int) -> int:
        if units > counter:
            raise StockMismatch(allotment_id=self.id, wanted=units, counted=counter)
        return counter - units
