from datetime import timedelta

import pytest

from adapters.memory.database import MemoryDatabase
from application.identity.account_ports import BeginAccounts
from application.identity.forget_guesses import ForgetGuesses
from application.identity.log_in import LogIn, LogInCommand
from domain.identity.errors import InvalidCredentials
from tests.application.identity.people import PHONE, Society
from tests.conftest import VirtualClock


async def test_what_counts_is_kept_and_the_rest_forgotten_in_batches(
    society: Society,
    log_in: LogIn,
    begin: BeginAccounts,
    memory: MemoryDatabase,
    clock: VirtualClock,
) -> None:
    await society.joins("ada")
    for email in ("a@example.com", "b@example.com", "c@example.com"):
        with pytest.raises(InvalidCredentials):
            await log_in(LogInCommand(email=email, password="wrong"), PHONE)
    forget = ForgetGuesses(begin, batch=2)

    clock.advance(timedelta(minutes=14))
    assert await forget() == 1  # The network's minute is over.
    clock.advance(timedelta(minutes=1))
    assert await forget() == 3
    clock.advance(timedelta(hours=1))
    assert await forget() == 1  # The hour of the letter that verifies an address.

    assert len(memory.table("attempts")) == 0
    assert len(memory.table("account_links")) == 1


async def test_links_and_networks_go_when_nobody_needs_them(
    society: Society, begin: BeginAccounts, memory: MemoryDatabase, clock: VirtualClock
) -> None:
    await society.joins("ada")

    clock.advance(timedelta(days=91))
    await ForgetGuesses(begin)()

    assert len(memory.table("account_links")) == 0
    assert len(memory.table("familiar_networks")) == 0
