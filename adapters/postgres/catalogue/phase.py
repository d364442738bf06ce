"""What `domain.catalogue.phase` says, in SQL, so that lists can be filtered (a test compares)."""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Text,
    any_,
    bindparam,
    case,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import DateTime, Uuid

from adapters.postgres.catalogue.tables import events, ticket_type_draws, ticket_types
from application.shared.scope import Scope
from domain.catalogue.event import Visibility
from domain.catalogue.phase import Intent, Phase

T = TypeVar("T")

NOW = bindparam("now", type_=DateTime(timezone=True))
MINE = bindparam("mine", type_=ARRAY(Uuid))
"""The organisations whose drafts are seen."""
MY_EVENTS = bindparam("my_events", type_=ARRAY(Uuid))
"""The events whose drafts are seen in other organisations."""

WITHOUT_END = 2**31 - 1
"""What is left of stock that has no capacity."""

counters = table(
    "allotment_counters",
    column("organization_id", Uuid),
    column("allotment_id", Uuid),
    column("capacity", Integer),
    column("held", Integer),
    column("sold", Integer),
    column("blocked", Integer),
    column("waiting", Integer),
)
_free = counters.c.capacity - counters.c.held - counters.c.sold - counters.c.blocked
# What the waiting list is owed is not for everybody. Not `greatest` alone: it overlooks the null of
# what has no capacity.
# Typed, because what SQLAlchemy does not know to be an integer it divides into a float.
LEFT = case(
    (counters.c.capacity.is_(None), None),
    else_=func.greatest(_free - counters.c.waiting, 0, type_=Integer),
)
"""The units of a counter that anybody may have; null without a capacity."""


def of_draws(wanted: ColumnElement[T]) -> ScalarSelect[T]:
    """An aggregate over the draws of a row of `ticket_types` and their counters."""
    drawn = ticket_type_draws
    return (
        select(wanted)
        .join_from(
            drawn,
            counters,
            (counters.c.organization_id == drawn.c.organization_id)
            & (counters.c.allotment_id == drawn.c.allotment_id),
        )
        .where(
            drawn.c.organization_id == ticket_types.c.organization_id,
            drawn.c.ticket_type_id == ticket_types.c.id,
        )
        .correlate(ticket_types)
        .scalar_subquery()
    )


AVAILABLE = of_draws(
    func.coalesce(func.min(LEFT // ticket_type_draws.c.units), WITHOUT_END, type_=Integer)
)
"""How many tickets of a type are left: the scarcest of its draws."""

_TYPE_IS_SOLD_NOW = func.coalesce(ticket_types.c.sales_start <= NOW, true()) & func.coalesce(
    ticket_types.c.sales_end > NOW, true()
)

OFFER = (
    select(
        func.max(AVAILABLE).filter(_TYPE_IS_SOLD_NOW).label("available"),
        func.min(ticket_types.c.price_minor).label("min_minor"),
        func.max(ticket_types.c.price_minor).label("max_minor"),
    )
    .where(
        ticket_types.c.organization_id == events.c.organization_id,
        ticket_types.c.event_id == events.c.id,
        ticket_types.c.status == "active",
    )
    .correlate(events)
    .lateral("offer")
)
"""One row for each event: what its active ticket types cost, and those on sale now have left."""

PHASE: ColumnElement[str] = case(
    (events.c.intent != Intent.PUBLISHED.value, events.c.intent),
    (events.c.ends_at <= NOW, Phase.COMPLETED.value),
    (events.c.starts_at <= NOW, Phase.LIVE.value),
    (
        or_(
            events.c.sales_start > NOW,
            func.coalesce(events.c.sales_end, events.c.starts_at) <= NOW,
            OFFER.c.available.is_(None),
        ),
        Phase.PUBLISHED.value,
    ),
    (OFFER.c.available > 0, Phase.ON_SALE.value),
    else_=literal(Phase.SOLD_OUT.value),
)

_MINE = (events.c.organization_id == any_(MINE)) | (events.c.id == any_(MY_EVENTS))
organizations = table("organizations", column("id", Uuid), column("status", Text))
SELLER_IS_ACTIVE = (
    exists()
    .where(organizations.c.id == events.c.organization_id, organizations.c.status == "active")
    .correlate(events)
)
"""What others offer is not for sale, and the public does not see it."""
_IS_PUBLIC = (events.c.intent == Intent.PUBLISHED.value) | (
    (events.c.intent == Intent.CANCELLED.value) & events.c.published_at.is_not(None)
)
_WAS_PUBLISHED = _IS_PUBLIC & SELLER_IS_ACTIVE
VISIBLE = _MINE | (_WAS_PUBLISHED & (events.c.visibility != Visibility.PRIVATE.value))
"""To whoever knows the id."""
LISTED = _MINE | (_WAS_PUBLISHED & (events.c.visibility == Visibility.PUBLIC.value))
OFFERED = _MINE | (ticket_types.c.status == "active")
"""Ticket types that are shown; hidden ones are the organisation's own business."""

IS_ON_SALE: ColumnElement[bool] = (
    (events.c.intent == Intent.PUBLISHED.value)
    & (events.c.ends_at > NOW)
    & (ticket_types.c.status == "active")
    & func.coalesce(events.c.sales_start <= NOW, true())
    & (func.coalesce(events.c.sales_end, events.c.starts_at) > NOW)
    & _TYPE_IS_SOLD_NOW
    & SELLER_IS_ACTIVE
    & (AVAILABLE > 0)
)
"""Whether an order for a ticket of the type would be taken now."""


def keys_of(scope: Scope, now: datetime) -> dict[str, Any]:
    """The parameters of all these."""
    return {"now": now, "mine": list(scope.whole), "my_events": list(scope.event_ids)}
