"""Keys of requests are remembered for three days; then they are forgotten."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta

from application.shared.scope import SYSTEM, Scope
from application.shared.transaction import Transaction

KEPT = timedelta(hours=72)
BATCH = 5_000
"""How many one transaction drops, so that it never takes long."""


@dataclass(frozen=True, slots=True)
class ForgetRequests:
    """Drop what is older, in batches. A client that comes back later makes a new request."""

    begin: Callable[[Scope], AbstractAsyncContextManager[Transaction]]
    batch: int = BATCH

    async def __call__(self) -> int:
        """Answers how many were forgotten."""
        forgotten = 0
        while True:
            async with self.begin(SYSTEM) as tx:
                dropped = await tx.repeats.forget(tx.now - KEPT, self.batch)
            forgotten += dropped
            if dropped < self.batch:
                return forgotten
