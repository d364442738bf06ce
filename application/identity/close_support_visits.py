"""Visits end by themselves, and whenever the visited person ends the session; somebody says so."""

from dataclasses import dataclass

from application.identity.support_visit_ports import BeginSupportVisit
from application.shared.origin import Origin
from application.shared.scope import SYSTEM, organizations

BATCH = 500
"""How many are looked at at once; the next tick takes the rest."""


@dataclass(frozen=True, slots=True)
class CloseSupportVisits:
    """Write the end of those that are over, each in the log of the organisations it was told to, as
    the doing of who ended it.
    """

    begin: BeginSupportVisit

    async def __call__(self) -> int:
        """Answers how many were over."""
        async with self.begin(SYSTEM) as tx:
            over = await tx.visits.over(tx.now, BATCH)
        for one in over:
            origin = None if one.ended_by is None else Origin(kind="person", id=one.ended_by)
            async with self.begin(organizations(one.organization_ids, origin=origin)) as tx:
                visit = await tx.visits.lock(one.id)
                visit.end(at=one.ended_at)
                await tx.visits.save(visit)
                tx.announce(visit)
        return len(over)
