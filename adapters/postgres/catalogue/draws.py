"""What one ticket of a type takes, beside each row of `ticket_types`."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from adapters.postgres.catalogue.tables import ticket_type_draws, ticket_types

_draws = ticket_type_draws

DRAWN = (
    select(
        func.array_agg(aggregate_order_by(_draws.c.allotment_id, _draws.c.allotment_id)).label(
            "draw_ids"
        ),
        func.array_agg(aggregate_order_by(_draws.c.units, _draws.c.allotment_id)).label(
            "draw_units"
        ),
    )
    .where(
        _draws.c.organization_id == ticket_types.c.organization_id,
        _draws.c.ticket_type_id == ticket_types.c.id,
    )
    .correlate(ticket_types)
    .lateral("drawn")
)
"""One row for each ticket type: `draw_ids` beside `draw_units`, in the order of locking."""
