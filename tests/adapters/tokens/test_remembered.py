"""Verified tokens are remembered: not too long, not too many, and not after somebody changed."""

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
