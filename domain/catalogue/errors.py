"""How the catalogue refuses."""

from domain.shared.errors import Conflict, Invalid, NotFound


class EventNotFound(NotFound):
    """There is no such event."""

    code = "event_not_found"


class TicketTypeNotFound(NotFound):
    """There is no such ticket type."""

    code = "ticket_type_not_found"


class PoolNotFound(NotFound):
    """There is no such pool."""

    code = "pool_not_found"


class OrganizerNotFound(NotFound):
    """There is no such organisation."""

    code = "organizer_not_found"


class UnknownVenue(NotFound):
    """The organisation has no such venue."""

    code = "unknown_venue"


class InvalidSchedule(Invalid):
    """The event's times do not fit together."""

    code = "invalid_schedule"
    field = "endDatetime"


class InvalidEventCapacity(Invalid):
    """An event has room for 1 to 1,000,000 people."""

    code = "invalid_event_capacity"
    field = "capacity"


class InvalidQuantity(Invalid):
    """A ticket type has 1 to 1,000,000 tickets."""

    code = "invalid_quantity"
    field = "quantity"


class InvalidPrice(Invalid):
    """A price is zero or more, in the currency's own decimal places."""

    code = "invalid_price"
    field = "price"


class InvalidOrderLimits(Invalid):
    """An order takes at least one and at most 100 tickets of a type."""

    code = "invalid_order_limits"
    field = "maxPerOrder"


class InvalidCustomerLimit(Invalid):
    """A customer may have at least as many tickets as an order takes, and at most 1,000,000."""

    code = "invalid_customer_limit"
    field = "maxPerCustomer"


class InvalidDraws(Invalid):
    """A ticket takes 1 to 100 units of the event and of each pool that it names."""

    code = "invalid_draws"
    field = "pools"


class InvalidSortOrder(Invalid):
    """A place in the list is between 0 and 10,000."""

    code = "invalid_sort_order"
    field = "sortOrder"


class TooManyTags(Invalid):
    """An event has at most 20 tags."""

    code = "too_many_tags"
    field = "tags"


class InvalidDocument(Invalid):
    """Free-form data is too large or nested too deeply."""

    code = "invalid_document"


class TooManyTicketTypes(Conflict):
    """An event has at most 100 ticket types."""

    code = "too_many_ticket_types"


class TooManyPools(Conflict):
    """An event has at most 50 pools."""

    code = "too_many_pools"


class PoolNameTaken(Conflict):
    """The event has a pool of this name already."""

    code = "pool_name_taken"


class PoolInUse(Conflict):
    """Ticket types draw on this pool, or did; it can be renamed and resized but not deleted."""

    code = "pool_in_use"


class DrawsFixed(Conflict):
    """Tickets of this type are sold, held or waited for: what one takes is fixed."""

    code = "draws_fixed"


class EventStatusConflict(Conflict):
    """The event's status does not allow this."""

    code = "event_status_conflict"


class EventIsOver(Conflict):
    """The event has ended, so it cannot be published."""

    code = "event_is_over"


class NoTicketTypes(Conflict):
    """A published event needs at least one ticket type."""

    code = "no_ticket_types"


class NoWayToPay(Conflict):
    """Tickets that cost something need a way to take money."""

    code = "no_way_to_pay"


class OrganizerNotActive(Conflict):
    """The organisation is not active, so it cannot offer events."""

    code = "organizer_not_active"


class CurrencyFixed(Conflict):
    """The currency is fixed once the event has ticket types."""

    code = "currency_fixed"


class TicketTypeNameTaken(Conflict):
    """The event has a ticket type of this name already."""

    code = "ticket_type_name_taken"


class EventHasOrders(Conflict):
    """Tickets of this event were ordered, so it can be cancelled but not deleted."""

    code = "event_has_orders"


class TicketTypeHasSales(Conflict):
    """Tickets of this type were ordered, so it can be hidden but not deleted."""

    code = "ticket_type_has_sales"


class CapacityBelowSold(Conflict):
    """More is sold, held or blocked already than this would leave room for."""

    code = "capacity_below_sold"
