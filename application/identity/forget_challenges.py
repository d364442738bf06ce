"""Challenges that are over need not be remembered as spent."""

from dataclasses import dataclass

from application.identity.factor_ports import BeginFactors
from application.shared.scope import SYSTEM

BATCH = 5_000
"""How many one transaction drops, so that it never takes long."""


@dataclass(frozen=True, slots=True)
class ForgetChallenges:
    """Drop them in batches."""

    begin: BeginFactors
    batch: int = BATCH

    async def __call__(self) -> int:
        """Answers how many were forgotten."""
        forgotten = 0
        while True:
            async with self.begin(SYSTEM) as tx:
                dropped = await tx.spent_challenges.forget(tx.now, self.batch)
            forgotten += dropped
            if dropped < self.batch:
                return forgotten
