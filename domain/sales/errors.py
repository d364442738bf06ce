"""What sales refuses, and why."""

from domain.shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)


class OrderNotFound(NotFound):
    """There is no such order, or it is not yours to see."""

    code = "order_not_found"


class TicketNotFound(NotFound):
    """There is no such ticket, or it is not yours to see."""

    code = "ticket_not_found"


class EventNotFound(NotFound):
    """There is no such event."""

    code = "event_not_found"


class TicketTypeNotFound(NotFound):
    """There is no such ticket type on sale."""

    code = "ticket_type_not_found"


class SoldOut(Conflict):
    """There are not that many left."""

    code = "sold_out"


class EventBusy(Unavailable):
    """Somebody is changing this event's stock; try again in a moment."""

    code = "event_busy"


class Reserved(Conflict):
    """The last ones are in other people's carts; some may come back."""

    code = "reserved"


class CustomerLimitReached(Conflict):
    """You have as many of these as one customer may have."""

    code = "customer_limit_reached"


class PriceChanged(Conflict):
    """The order would cost something else than you were shown; look at it again."""

    code = "price_changed"


class CartNotFound(NotFound):
    """There is no such cart, or it is not yours."""

    code = "cart_not_found"


class CartExpired(Conflict):
    """The cart's time is over; its tickets went back."""

    code = "cart_expired"


class CartItemNotFound(NotFound):
    """There are no tickets of this type in the cart."""

    code = "cart_item_not_found"


class CartOrdered(Conflict):
    """The cart became an order."""

    code = "cart_ordered"


class CartExtensionRefused(Conflict):
    """The cart cannot be kept any longer."""

    code = "cart_extension_refused"


class NoSeats(Invalid):
    """This event has no numbered seats."""

    code = "no_seats"
    field = "seats"


class TooManyCarts(TooManyRequests):
    """You have as many carts as one buyer may have."""

    code = "too_many_carts"


class TooManyTicketsInCarts(TooManyRequests):
    """You have as many tickets in carts as a buyer may have without signing in."""

    code = "too_many_tickets_in_carts"


class GuestCartsFull(TooManyRequests):
    """Carts of people who have not signed in hold all that they may; sign in, or try again."""

    code = "guest_carts_full"


class OfferNotFound(NotFound):
    """There is no such offer from the waiting list."""

    code = "offer_not_found"


class OfferLapsed(Conflict):
    """The offer from the waiting list is over, or was taken."""

    code = "offer_lapsed"


class AlreadyWaiting(Conflict):
    """This address is on the waiting list for these tickets already."""

    code = "already_waiting"


class NotSoldOut(Conflict):
    """There are tickets to be had; nobody needs to wait."""

    code = "not_sold_out"


class NeverFits(Conflict):
    """There will never be that many at once."""

    code = "never_fits"


class TooManyJoins(TooManyRequests):
    """You joined as many waiting lists as one may in an hour."""

    code = "too_many_joins"


class WaitingListEntryNotFound(NotFound):
    """There is no such place on a waiting list, or it is not yours to see."""

    code = "waiting_list_entry_not_found"


class WaitingStatusConflict(Conflict):
    """This place on the waiting list is past this point."""

    code = "waiting_status_conflict"


class InvalidPriority(Invalid):
    """A priority is a whole number that is not too large."""

    code = "invalid_priority"
    field = "priority"


class AdmissionPassNeeded(Forbidden):
    """This event has a waiting room; wait for your turn and send the admission pass."""

    code = "admission_pass_needed"


class GuestCheckoutNotAllowed(Unauthenticated):
    """This organiser sells to people with an account only; sign in first."""

    code = "guest_checkout_not_allowed"


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


class SeveralBaskets(Invalid):
    """An order is made of items, or of a cart, or of an offer from the waiting list."""

    code = "several_baskets"
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


class UnknownVisitor(Invalid):
    """The waiting room did not give this name, or it is too old; enter the queue anew."""

    code = "unknown_visitor"
    field = "header.X-Visitor"


class InvalidAdmissionRate(Invalid):
    """A waiting room lets in 1 to 100,000 people a minute."""

    code = "invalid_admission_rate"
    field = "perMinute"


class InvalidPassTime(Invalid):
    """An admission pass is good for 1 to 1,440 minutes."""

    code = "invalid_pass_time"
    field = "passMinutes"


class InvalidOpening(Invalid):
    """A waiting room opens between the years 2000 and 2199."""

    code = "invalid_opening"
    field = "opensAt"
