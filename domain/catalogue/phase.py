"""What an event is at a given moment, from what its organiser wants, its times and its stock."""

from datetime import datetime

from domain.shared.period import Period
from domain.shared.words import Word


class Intent(Word):
    """What the organiser wants; this alone is stored."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Phase(Word):
    """What everybody is shown as the event's `status`."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ON_SALE = "on_sale"
    SOLD_OUT = "sold_out"
    LIVE = "live"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


def sales_window(sales: Period, starts_at: datetime) -> Period:
    """When tickets are sold: unless said otherwise, until the doors open."""
    return Period(sales.starts, sales.ends if sales.ends is not None else starts_at)


def phase(
    intent: Intent,
    *,
    starts_at: datetime,
    ends_at: datetime,
    window: Period,
    available: int | None,
    now: datetime,
) -> Phase:
    """The phase at `now`; `available` is the most that any ticket type on sale now has left.

    None means that none is on sale now. `adapters/postgres/catalogue/phase.py` says the same.
    """
    if intent is not Intent.PUBLISHED:
        return Phase(intent.value)
    if now >= ends_at:
        return Phase.COMPLETED
    if now >= starts_at:
        return Phase.LIVE
    if now not in window or available is None:
        return Phase.PUBLISHED
    return Phase.ON_SALE if available > 0 else Phase.SOLD_OUT
