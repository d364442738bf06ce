"""Sessions that are over say where somebody was; after a while that is nobody's business."""

from dataclasses import dataclass
from datetime import timedelta

from application.identity.ports import BeginIdentity
from application.shared.scope import SYSTEM

KEPT = timedelta(days=30)
"""So long one can still ask when and why a session ended."""
BATCH = 5_000
"""How many one transaction drops, so that it never takes long."""


@dataclass(frozen=True, slots=True)
class ForgetSessions:
    """Drop those that expired longer ago, in batches; one that was ended expires as well."""

    begin: BeginIdentity
    batch: int = BATCH

    async def __call__(self) -> int:
        """Answers how many were forgotten."""
        forgotten = 0
        while True:
            async with self.begin(SYSTEM) as tx:
                dropped = await tx.sessions.forget(tx.now - KEPT, self.batch)
            forgotten += dropped
            if dropped < self.batch:
                return forgotten
