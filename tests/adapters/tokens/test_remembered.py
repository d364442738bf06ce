"""Verified tokens are remembered: not too long, not too many, and not after somebody changed."""

import asyncio
import gc
import weakref
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.tokens.access import PERSON_LIFETIME_S, AccessTokenSigner
from adapters.tokens.keyring import Keyring
from adapters.tokens.remembered import RememberedAccessTokens, no_devices
from application.shared.actor import Actor, Device
from application.shared.transaction import SessionEnded
from domain.identity.errors import InvalidToken, TokenExpired
from domain.shared.ids import OrganizationId, ScannerId, SessionId, UserId
from tests.conftest import VirtualClock

ADA, BOB = UserId(UUID(int=1)), UserId(UUID(int=2))
PHONE, LAPTOP = SessionId(UUID(int=11)), SessionId(UUID(int=12))
SCANNER = ScannerId(UUID(int=21))
DEVICE = Device(scanner_id=SCANNER, organization_id=OrganizationId(UUID(int=31)))


class CountedPeople:
    """Everybody exists until they are gone; every look is counted."""

    def __init__(self) -> None:
        self.looks = 0
        self.gone: set[SessionId] = set()
        self.meanwhile: Callable[[], None] = lambda: None

    async def actor(self, user_id: UserId, session_id: SessionId) -> Actor:
        self.looks += 1
        self.meanwhile()
        if session_id in self.gone:
            raise SessionEnded
        return Actor(user_id=user_id, session_id=session_id, email="", name="")


@pytest.fixture
def people() -> CountedPeople:
    return CountedPeople()


@pytest.fixture
def signer(clock: VirtualClock) -> AccessTokenSigner:
    return AccessTokenSigner(Keyring({1: b"1" * 32}), clock)


@pytest.fixture
def tokens(
    signer: AccessTokenSigner, people: CountedPeople, clock: VirtualClock
) -> RememberedAccessTokens:
    async def device(_: ScannerId) -> Device:
        return DEVICE

    return RememberedAccessTokens(signer, people, device, clock, entries_max=2)


async def test_a_token_is_looked_up_once_a_minute(
    tokens: RememberedAccessTokens,
    signer: AccessTokenSigner,
    people: CountedPeople,
    clock: VirtualClock,
) -> None:
    token = signer.issue(ADA, PHONE).token

    first, second = await tokens.actor(token), await tokens.actor(token)
    clock.advance(timedelta(seconds=60))
    third = await tokens.actor(token)

    assert first == second == third
    assert people.looks == 2


async def test_an_ended_session_is_refused_within_a_minute(
    tokens: RememberedAccessTokens,
    signer: AccessTokenSigner,
    people: CountedPeople,
    clock: VirtualClock,
) -> None:
    token = signer.issue(ADA, PHONE).token
    await tokens.actor(token)

    people.gone.add(PHONE)
    clock.advance(timedelta(seconds=60))

    with pytest.raises(SessionEnded):
        await tokens.actor(token)


async def test_a_token_is_not_remembered_past_its_end(
    tokens: RememberedAccessTokens, signer: AccessTokenSigner, clock: VirtualClock
) -> None:
    token = signer.issue(ADA, PHONE).token
    clock.advance(timedelta(seconds=PERSON_LIFETIME_S - 1))
    await tokens.actor(token)

    clock.advance(timedelta(seconds=6))

    with pytest.raises(TokenExpired):
        await tokens.actor(token)


async def test_who_is_forgotten_is_looked_up_again_on_every_device(
    tokens: RememberedAccessTokens, signer: AccessTokenSigner, people: CountedPeople
) -> None:
    phone, laptop = signer.issue(ADA, PHONE).token, signer.issue(ADA, LAPTOP).token
    await tokens.actor(phone)
    await tokens.actor(laptop)

    tokens.forget_user(BOB)
    await tokens.actor(phone)
    assert people.looks == 2
    tokens.forget_user(ADA)
    await tokens.actor(phone)
    await tokens.actor(laptop)

    assert people.looks == 4


async def test_a_forgotten_session_leaves_the_other_alone(
    tokens: RememberedAccessTokens, signer: AccessTokenSigner, people: CountedPeople
) -> None:
    phone, laptop = signer.issue(ADA, PHONE).token, signer.issue(ADA, LAPTOP).token
    await tokens.actor(phone)
    await tokens.actor(laptop)

    people.gone.add(PHONE)
    tokens.forget_session(PHONE)

    await tokens.actor(laptop)
    with pytest.raises(SessionEnded):
        await tokens.actor(phone)


async def test_who_changes_while_we_look_is_not_remembered_as_before(
    tokens: RememberedAccessTokens, signer: AccessTokenSigner, people: CountedPeople
) -> None:
    token = signer.issue(ADA, PHONE).token
    people.meanwhile = lambda: tokens.forget_user(ADA)
    await tokens.actor(token)
    people.meanwhile = lambda: None

    await tokens.actor(token)

    assert people.looks == 2


async def test_only_so_many_are_remembered_and_nothing_is_left_of_the_others(
    tokens: RememberedAccessTokens, signer: AccessTokenSigner
) -> None:
    for number in range(10):
        await tokens.actor(signer.issue(UserId(UUID(int=number)), PHONE).token)

    assert len(tokens._entries) == 2
    assert len(tokens._by_owner) == 3


async def test_a_scanners_token_opens_its_door_and_no_persons(
    tokens: RememberedAccessTokens, signer: AccessTokenSigner
) -> None:
    token = signer.issue_scanner_token(SCANNER).token

    assert await tokens.bearer(token) == DEVICE
    with pytest.raises(InvalidToken):
        await tokens.actor(token)


async def test_where_no_scanners_are_known_none_is_believed(
    signer: AccessTokenSigner, people: CountedPeople, clock: VirtualClock
) -> None:
    tokens = RememberedAccessTokens(signer, people, no_devices, clock)

    with pytest.raises(InvalidToken):
        await tokens.bearer(signer.issue_scanner_token(SCANNER).token)


async def test_whose_token_it_was_is_known_until_it_expires(
    tokens: RememberedAccessTokens,
    signer: AccessTokenSigner,
    people: CountedPeople,
    clock: VirtualClock,
) -> None:
    token = signer.issue(ADA, PHONE).token
    assert tokens.known(token) is None
    ada = await tokens.actor(token)

    assert tokens.known(token) == (ada, True)
    clock.advance(timedelta(seconds=60))  # Too old to be believed, and still hers.
    assert tokens.known(token) == (ada, False)
    assert tokens.known(token[:-1]) is None
    assert people.looks == 1
    clock.advance(timedelta(seconds=PERSON_LIFETIME_S))
    assert tokens.known(token) is None
    await tokens.actor(fresh := signer.issue(ADA, PHONE).token)
    tokens.forget_session(PHONE)
    assert tokens.known(fresh) is None


class SlowPeople(CountedPeople):
    """Who answers when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()

    async def actor(self, user_id: UserId, session_id: SessionId) -> Actor:
        found = await super().actor(user_id, session_id)
        await self.gate.wait()
        return found


@pytest.fixture
def slow(
    signer: AccessTokenSigner, clock: VirtualClock
) -> tuple[RememberedAccessTokens, SlowPeople]:
    people = SlowPeople()
    return RememberedAccessTokens(signer, people, no_devices, clock), people


async def test_who_asks_meanwhile_is_told_the_same_and_may_give_up(
    slow: tuple[RememberedAccessTokens, SlowPeople], signer: AccessTokenSigner
) -> None:
    """A request asks twice at once: breaking off one query would cost the connection."""
    tokens, people = slow
    token = signer.issue(ADA, PHONE).token
    asked = [asyncio.create_task(tokens.actor(token)) for _ in range(3)]
    await asyncio.sleep(0)

    asked[0].cancel()
    await asyncio.sleep(0)
    people.gate.set()

    assert (await asked[1]).user_id == (await asked[2]).user_id == ADA
    assert asked[0].cancelled()
    assert people.looks == 1
    assert not tokens._asked


async def test_who_asks_after_somebody_was_forgotten_is_told_anew(
    slow: tuple[RememberedAccessTokens, SlowPeople], signer: AccessTokenSigner
) -> None:
    tokens, people = slow
    token = signer.issue(ADA, PHONE).token
    before = asyncio.create_task(tokens.actor(token))
    await asyncio.sleep(0)  # It begins,
    await asyncio.sleep(0)  # and so does its look.

    tokens.forget_user(ADA)
    people.gone.add(PHONE)
    people.gate.set()

    with pytest.raises(SessionEnded):
        await tokens.actor(token)
    assert (await before).user_id == ADA
    assert people.looks == 2


async def test_a_refusal_leaves_nothing_for_the_garbage_collector(
    tokens: RememberedAccessTokens, signer: AccessTokenSigner, people: CountedPeople
) -> None:
    people.gone.add(PHONE)

    async def refusal() -> "weakref.ref[SessionEnded]":
        try:
            await tokens.actor(signer.issue(ADA, PHONE).token)
        except SessionEnded as ended:
            return weakref.ref(ended)
        raise AssertionError

    gc.disable()
    try:
        told = await refusal()
        await asyncio.sleep(0)
        assert told() is None
    finally:
        gc.enable()
