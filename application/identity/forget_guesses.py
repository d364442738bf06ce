"""Counts, links and networks that are of no use any more are forgotten."""

from dataclasses import dataclass
from datetime import timedelta

from application.identity.account_ports import BeginAccounts
from application.shared.scope import SYSTEM

FAMILIAR_FOR = timedelta(days=90)
LINKS_KEPT = timedelta(days=7)
"""After their end, so that a late click is told what happened and not that it never was."""
BATCH = 5_000
"""How many one transaction drops, so that it never takes long."""


@dataclass(frozen=True, slots=True)
class ForgetGuesses:
    """Drop what is too old to count. Answers how many counts were forgotten."""

    begin: BeginAccounts
    batch: int = BATCH

    async def __call__(self) -> int:
        async with self.begin(SYSTEM) as tx:
            await tx.familiar_networks.forget(tx.now - FAMILIAR_FOR)
            await tx.links.forget(tx.now - LINKS_KEPT)
            await tx.registrations.forget(tx.now - LINKS_KEPT)
        forgotten = 0
        while True:
            async with self.begin(SYSTEM) as tx:
                dropped = await tx.attempts.forget(self.batch, at=tx.now)
            forgotten += dropped
            if dropped < self.batch:
                return forgotten
