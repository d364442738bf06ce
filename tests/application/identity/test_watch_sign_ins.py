"""AU-09: one password, many accounts, many networks: only the sum shows it."""

from datetime import timedelta

import pytest

from application.identity.account_ports import BeginAccounts
from application.identity.log_in import LogIn, LogInCommand
from application.identity.ports import Client
from application.identity.watch_sign_ins import WatchSignIns
from domain.identity.errors import InvalidCredentials
from tests.application.identity.people import PASSWORD, PHONE, Society
from tests.conftest import VirtualClock


class HeardAlarms:
    def __init__(self) -> None:
        self.heard: list[tuple[int, int]] = []

    def sign_ins_fail(self, *, failures: int, limit: int) -> None:
        self.heard.append((failures, limit))


async def test_au_09_a_spray_is_heard_of_while_it_lasts(
    society: Society, log_in: LogIn, begin: BeginAccounts, clock: VirtualClock
) -> None:
    await society.joins("ada")
    alarms = HeardAlarms()
    watch = WatchSignIns(begin, alarms, failures_per_minute=9)
    for n in range(10):
        with pytest.raises(InvalidCredentials):
            await log_in(
                LogInCommand(email=f"a{n}@example.com", password="Summer2026"),
                Client(ip=f"203.{n}.113.1"),
            )
    await log_in(LogInCommand(email="ada@example.com", password=PASSWORD), PHONE)

    assert await watch() == 10
    clock.advance(timedelta(minutes=1))
    assert await watch() == 0

    assert alarms.heard == [(10, 9)]
