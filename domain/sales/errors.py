"""What sales refuses, and why."""

from domain.shared.errors import Conflict, Invalid, NotFound


class OrderNotFound(NotFound):
    """There is no such order, or it is not yours to see."""

    code = "order_not_found"


class TicketNotFound(NotFound):
    """There is no such ticket, or it is not yours to see."""

    code = "ticket_not_found"


class TicketTypeNotFound(NotFound):
    """There is no such ticket type on sale."""

    code = "ticket_type_not_found"


class SoldOut(Conflict):
    """There are not that many left."""

    code = "sold_out"


class PromoCodeExhausted(Conflict):
    """The promo code has been used as often as it may be."""

    code = "promo_code_exhausted"


class NotOnSale(Conflict):
    """This is not on sale."""

    code = "not_on_sale"


class SaleNotOpen(Conflict):
    """The sale has not begun yet."""

    code = "sale_not_open"


class SaleClosed(Conflict):
    """The sale has ended."""

    code = "sale_closed"


class OfferChanged(Conflict):
    """The offer changed while you were ordering; look at it again."""

    code = "offer_changed"


class EmptyOrder(Invalid):
    """An order names at least one ticket."""

    code = "empty_order"
    field = "items"


class InvalidQuantity(Invalid):
    """A quantity is a whole number of one or more."""

    code = "invalid_quantity"
    field = "items"


class QuantityOutOfRange(Invalid):
    """An order takes more or fewer of this ticket type."""

    code = "quantity_out_of_range"
    field = "items"


class SeveralEvents(Invalid):
    """An order is for tickets of one event."""

    code = "several_events"
    field = "items"


class OrderStatusConflict(Conflict):
    """The order is past this point."""

    code = "order_status_conflict"


class CancellationNotAllowed(Conflict):
    """A paid order is cancelled by its organiser."""

    code = "cancellation_not_allowed"


class StockMismatch(Conflict):
    """The stock does not hold what is to be moved."""

    code = "stock_mismatch"


class TicketCancelled(Conflict):
    """The ticket is cancelled."""

    code = "ticket_cancelled"
