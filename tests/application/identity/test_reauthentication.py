"""Whoever changes how they sign in shows who they are; its guesses are those of a sign-in."""

import dataclasses
from uuid import UUID

import msgspec
import pytest

from adapters.tokens.passwords import Argon2Passwords
from application.identity.log_in import LogIn, LogInCommand
from application.identity.ports import Client
from application.identity.reauthentication_access import Reauthentication
from application.shared.idempotency import KeyedRequest, RequestKey
from application.shared.origin import Origin
from domain.identity.errors import HashingBusy, InvalidCredentials, TooManyGuesses
from tests.application.identity.people import PASSWORD, PHONE, Society


async def test_guesses_of_a_sign_in_and_of_a_change_are_counted_together(
    society: Society, log_in: LogIn, reauthenticate: Reauthentication
) -> None:
    await society.joins("ada")
    ada = await society.actor(await society.logs_in("ada"))
    wrong = LogInCommand(email=ada.email, password="wrong")
    for number in range(5):
        with pytest.raises(InvalidCredentials):
            await log_in(wrong, Client(ip=f"203.0.{number}.1"))
    thief = msgspec.structs.replace(ada, origin=Origin(kind="person", ip="198.51.100.1"))
    owner = msgspec.structs.replace(ada, origin=Origin(kind="person", ip=PHONE.ip))

    with pytest.raises(TooManyGuesses):
        await reauthenticate(thief, PASSWORD)

    assert (await reauthenticate(owner, PASSWORD)).id == ada.user_id


@pytest.mark.parametrize("password", [None, PASSWORD])
async def test_the_key_of_the_request_is_left_to_the_change(
    society: Society, reauthenticate: Reauthentication, password: str | None
) -> None:
    """Or what is refused afterwards would be told as done to whoever asks again."""
    keyed = KeyedRequest(RequestKey(UUID(int=1), UUID(int=2)))
    ada = await society.actor(await society.joins("ada"))

    await reauthenticate(msgspec.structs.replace(ada, keyed=keyed), password)

    assert not keyed.is_taken


class Busy(Argon2Passwords):
    async def matches(self, password: str, password_hash: str | None) -> bool:
        raise HashingBusy


async def test_what_was_not_checked_was_no_guess(
    society: Society, reauthenticate: Reauthentication
) -> None:
    ada = await society.actor(await society.joins("ada"))
    busy = dataclasses.replace(reauthenticate, passwords=Busy("low"))

    for _ in range(10):
        with pytest.raises(HashingBusy):
            await busy(ada, PASSWORD)

    assert (await reauthenticate(ada, PASSWORD)).id == ada.user_id
