"""A counter's row as sales decide with it."""

from adapters.memory.stock_rows import MemoryCounter
from domain.sales.allotment import Allotment


def allotment_of(row: MemoryCounter) -> Allotment:
    return Allotment(
        organization_id=row.organization_id,
        id=row.allotment_id,
        capacity=row.capacity,
        held=row.held,
        sold=row.sold,
        blocked=row.blocked,
        revision=row.revision,
        waiting=row.waiting,
    )
