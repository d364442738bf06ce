"""Somebody tries one password on many accounts from many places: no single limit sees it."""

from dataclasses import dataclass

from application.identity.account_ports import Alarms, BeginAccounts
from application.identity.guessing_access import NETWORK_KIND, NETWORK_WINDOW
from application.shared.scope import SYSTEM


@dataclass(frozen=True, slots=True)
class WatchSignIns:
    """Count the failures of the last minute, whoever failed and wherever, and raise the alarm.

    Answers how many there were.
    """

    begin: BeginAccounts
    alarms: Alarms
    failures_per_minute: int = 200

    async def __call__(self) -> int:
        async with self.begin(SYSTEM) as tx:
            failures = await tx.attempts.count(NETWORK_KIND, since=tx.now - NETWORK_WINDOW)
        if failures > self.failures_per_minute:
            self.alarms.sign_ins_fail(failures=failures, limit=self.failures_per_minute)
        return failures
