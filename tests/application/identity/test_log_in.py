import dataclasses

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.tokens.passwords import Argon2Passwords
from application.identity.log_in import LogIn, LogInCommand
from application.shared.scope import PUBLIC
from domain.identity.errors import AccountDisabled, HashingBusy, InvalidCredentials
from domain.shared.ids import UserId
from tests.application.identity.people import PASSWORD, PHONE, Society, in_session
from tests.conftest import VirtualClock

COMMAND = LogInCommand(email="ada@example.com", password=PASSWORD)


class CountedPasswords(Argon2Passwords):
    """Remembers against what it was asked to check."""

    def __init__(self) -> None:
        super().__init__("low")
        self.checked: list[str | None] = []

    async def matches(self, password: str, password_hash: str | None) -> bool:
        self.checked.append(password_hash)
        return await super().matches(password, password_hash)


async def test_the_right_password_begins_a_session_of_its_own(
    society: Society, log_in: LogIn, clock: VirtualClock
) -> None:
    registered = await society.joins("ada")

    command = LogInCommand(email="ADA@example.com", password=PASSWORD)
    signed_in = in_session(await log_in(command, PHONE))

    assert signed_in.user_id == registered.user_id
    assert signed_in.session_id != registered.session_id
    assert (await society.actor(signed_in)).user_id == registered.user_id
    assert (await society.user(registered.user_id)).last_login_at == clock()


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com", "no address", ""])
async def test_a_refusal_is_the_same_for_strangers_with_the_same_work(
    society: Society, log_in: LogIn, email: str
) -> None:
    await society.joins("ada")
    passwords = CountedPasswords()

    with pytest.raises(InvalidCredentials) as refused:
        await dataclasses.replace(log_in, passwords=passwords)(
            LogInCommand(email=email, password="wrong"), PHONE
        )

    assert refused.value.facts == {}
    assert len(passwords.checked) == 1


async def test_a_disabled_user_does_not_come_in(
    society: Society, log_in: LogIn, memory: MemoryDatabase
) -> None:
    ada = await society.joins("ada")
    await society.disable(ada.user_id)

    with pytest.raises(AccountDisabled):
        await log_in(LogInCommand(email="ada@example.com", password=PASSWORD), PHONE)
    with pytest.raises(InvalidCredentials):
        await log_in(LogInCommand(email="ada@example.com", password="wrong"), PHONE)

    assert len(list(memory.table("sessions").rows())) == 1


async def test_a_cheap_hash_is_renewed_by_the_way(society: Society, log_in: LogIn) -> None:
    ada = await society.joins("ada")
    dear = Argon2Passwords("normal")
    command = LogInCommand(email="ada@example.com", password=PASSWORD)

    await dataclasses.replace(log_in, passwords=dear)(command, PHONE)

    renewed = (await society.user(ada.user_id)).password_hash
    assert renewed is not None
    assert not dear.is_outdated(renewed)
    assert await dear.matches(PASSWORD, renewed)


class Meanwhile(Argon2Passwords):
    """Once, while the first password is checked, the account's hash becomes another."""

    def __init__(self, society: Society, user_id: UserId, password: str) -> None:
        super().__init__("low")
        self.society, self.user_id, self.password = society, user_id, password
        self.is_changed = False

    async def matches(self, password: str, password_hash: str | None) -> bool:
        matches = await super().matches(password, password_hash)
        if not self.is_changed:
            self.is_changed = True
            async with self.society.begin(PUBLIC) as tx:
                user = await tx.users.get(self.user_id)
                user.password_hash = await self.hash(self.password)
                await tx.users.save(user)
        return matches


async def test_a_password_that_changes_meanwhile_does_not_count(
    society: Society, log_in: LogIn
) -> None:
    ada = await society.joins("ada")
    passwords = Meanwhile(society, ada.user_id, "another password")

    with pytest.raises(InvalidCredentials):
        await dataclasses.replace(log_in, passwords=passwords)(COMMAND, PHONE)


async def test_a_hash_that_is_made_anew_meanwhile_is_of_the_same_password(
    society: Society, log_in: LogIn
) -> None:
    """As another log-in does, when the cost of hashes has changed."""
    ada = await society.joins("ada")
    passwords = Meanwhile(society, ada.user_id, PASSWORD)

    signed_in = in_session(await dataclasses.replace(log_in, passwords=passwords)(COMMAND, PHONE))

    assert signed_in.user_id == ada.user_id


class Busy(Argon2Passwords):
    async def matches(self, password: str, password_hash: str | None) -> bool:
        raise HashingBusy


async def test_what_was_not_checked_was_no_guess(society: Society, log_in: LogIn) -> None:
    ada = await society.joins("ada")

    for _ in range(10):
        with pytest.raises(HashingBusy):
            await dataclasses.replace(log_in, passwords=Busy("low"))(COMMAND, PHONE)

    assert in_session(await log_in(COMMAND, PHONE)).user_id == ada.user_id


class BusyWithHashing(Argon2Passwords):
    async def hash(self, password: str) -> str:
        raise HashingBusy


async def test_who_cannot_have_a_new_hash_now_comes_in_all_the_same(
    society: Society, log_in: LogIn
) -> None:
    ada = await society.joins("ada")
    busy = dataclasses.replace(log_in, passwords=BusyWithHashing("normal"))

    assert in_session(await busy(COMMAND, PHONE)).user_id == ada.user_id
