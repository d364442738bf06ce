"""Refresh tokens rotate; who shows an old one ends the session for thief and owner (AU-06)."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.tokens.keyring import Keyring
from adapters.tokens.remembered import RememberedAccessTokens
from adapters.tokens.session_tokens import SealedSessionTokens
from application.identity.ports import BeginIdentity, Client, SignedIn
from application.identity.refresh_session import (
    WARNING,
    RefreshSession,
    RefreshSessionCommand,
)
from application.shared.scope import PUBLIC
from application.shared.transaction import SessionEnded
from domain.identity.errors import AccountDisabled, InvalidRefreshToken, RefreshTokenReused
from domain.identity.session import Ending, Session, refresh_hash_of
from domain.shared.ids import SessionId
from tests.application.identity.people import PHONE, Society
from tests.conftest import VirtualClock

THIEF = Client(ip="198.51.100.66", user_agent="Opera")
SOON = timedelta(seconds=10)
LATER = timedelta(seconds=10, milliseconds=1)


def showing(refresh_token: str) -> RefreshSessionCommand:
    return RefreshSessionCommand(refresh_token=refresh_token)


async def the_session(begin: BeginIdentity, session_id: SessionId) -> Session:
    async with begin(PUBLIC) as tx:
        return await tx.sessions.lock(session_id)


async def test_a_refresh_token_is_exchanged_for_the_next(
    society: Society, refresh_session: RefreshSession, clock: VirtualClock
) -> None:
    ada = await society.joins("ada")
    clock.advance(timedelta(minutes=20))

    second = await refresh_session(showing(ada.refresh_token), PHONE)
    third = await refresh_session(showing(second.refresh_token), PHONE)

    assert len({ada.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert third.session_id == ada.session_id
    assert (await society.actor(third)).user_id == ada.user_id


async def test_it_notes_where_it_is_used_from(
    society: Society, refresh_session: RefreshSession, begin: BeginIdentity, clock: VirtualClock
) -> None:
    ada = await society.joins("ada")
    clock.advance(timedelta(days=1))

    await refresh_session(showing(ada.refresh_token), Client(ip="203.0.113.9", user_agent="Door"))

    session = await the_session(begin, ada.session_id)
    assert (session.ip, session.user_agent) == ("203.0.113.9", "Door")
    assert session.last_used_at == clock()


@pytest.mark.parametrize("exchanges", [1, 2, 3, 9])
async def test_any_earlier_token_ends_the_session_for_thief_and_owner(
    society: Society,
    refresh_session: RefreshSession,
    begin: BeginIdentity,
    clock: VirtualClock,
    exchanges: int,
) -> None:
    ada = latest = await society.joins("ada")
    for _ in range(exchanges):
        clock.advance(timedelta(days=1))
        latest = await refresh_session(showing(latest.refresh_token), PHONE)
    await society.actor(latest)
    clock.advance(LATER)

    with pytest.raises(RefreshTokenReused):
        await refresh_session(showing(ada.refresh_token), PHONE)

    with pytest.raises(InvalidRefreshToken):
        await refresh_session(showing(latest.refresh_token), PHONE)
    with pytest.raises(SessionEnded):
        await society.actor(latest)
    assert (await the_session(begin, ada.session_id)).ended_because is Ending.REUSED


async def test_the_owner_is_told_once(
    society: Society, refresh_session: RefreshSession, memory: MemoryDatabase
) -> None:
    ada = await society.joins("ada")
    await refresh_session(showing(ada.refresh_token), PHONE)

    for refusal in (RefreshTokenReused, InvalidRefreshToken, InvalidRefreshToken):
        with pytest.raises(refusal):
            await refresh_session(showing(ada.refresh_token), THIEF)

    warnings = [job for job in memory.jobs if job[0] == WARNING]
    assert warnings == [(WARNING, {"session_id": ada.session_id})]


async def test_the_thief_comes_first_and_the_owner_ends_it(
    society: Society, refresh_session: RefreshSession
) -> None:
    ada = await society.joins("ada")
    stolen = await refresh_session(showing(ada.refresh_token), THIEF)

    with pytest.raises(RefreshTokenReused):
        await refresh_session(showing(ada.refresh_token), PHONE)

    with pytest.raises(InvalidRefreshToken):
        await refresh_session(showing(stolen.refresh_token), THIEF)


async def test_the_owner_comes_first_and_the_thief_ends_it(
    society: Society, refresh_session: RefreshSession
) -> None:
    ada = await society.joins("ada")
    mine = await refresh_session(showing(ada.refresh_token), PHONE)

    with pytest.raises(RefreshTokenReused):
        await refresh_session(showing(ada.refresh_token), THIEF)

    with pytest.raises(InvalidRefreshToken):
        await refresh_session(showing(mine.refresh_token), PHONE)


async def test_a_lost_answer_is_told_again_to_the_same_client(
    society: Society, refresh_session: RefreshSession, clock: VirtualClock
) -> None:
    ada = await society.joins("ada")
    lost = await refresh_session(showing(ada.refresh_token), PHONE)

    clock.advance(SOON)
    neighbour = Client(ip="192.0.2.200", user_agent=PHONE.user_agent)  # The same /24.
    again = await refresh_session(showing(ada.refresh_token), neighbour)

    assert again.refresh_token == lost.refresh_token
    assert (await refresh_session(showing(again.refresh_token), PHONE)).session_id == ada.session_id


async def test_a_repeat_after_the_successor_was_used_is_reuse(
    society: Society, refresh_session: RefreshSession
) -> None:
    ada = await society.joins("ada")
    second = await refresh_session(showing(ada.refresh_token), PHONE)
    await refresh_session(showing(second.refresh_token), PHONE)

    with pytest.raises(RefreshTokenReused):
        await refresh_session(showing(ada.refresh_token), PHONE)


@pytest.mark.parametrize(
    ("client", "after"),
    [
        (PHONE, LATER),
        (THIEF, timedelta(0)),
        (Client(ip="192.0.3.7", user_agent="Opera"), timedelta(0)),
        (Client(ip="192.0.2.7", user_agent="Opera 2"), timedelta(0)),
        (Client(ip="192.0.2.7"), timedelta(0)),
        (Client(user_agent="Opera"), timedelta(0)),
    ],
)
async def test_a_late_or_another_client_has_no_grace(
    society: Society,
    refresh_session: RefreshSession,
    clock: VirtualClock,
    client: Client,
    after: timedelta,
) -> None:
    ada = await society.joins("ada")
    await refresh_session(showing(ada.refresh_token), PHONE)
    clock.advance(after)

    with pytest.raises(RefreshTokenReused):
        await refresh_session(showing(ada.refresh_token), client)


async def test_fifty_at_once_by_one_client_get_one_successor(
    society: Society, refresh_session: RefreshSession
) -> None:
    ada = await society.joins("ada")

    told = await asyncio.gather(
        *(refresh_session(showing(ada.refresh_token), PHONE) for _ in range(50))
    )

    assert len({one.refresh_token for one in told}) == 1


async def test_a_repeat_is_told_the_same_under_the_next_key(
    society: Society,
    refresh_session: RefreshSession,
    begin: BeginIdentity,
    tokens: RememberedAccessTokens,
    clock: VirtualClock,
) -> None:
    ada = await society.joins("ada")
    lost = await refresh_session(showing(ada.refresh_token), PHONE)
    ring = Keyring({1: b"1" * 32, 2: b"2" * 32})
    rotated = RefreshSession(begin, SealedSessionTokens(ring, clock), tokens)

    again = await rotated(showing(ada.refresh_token), PHONE)

    assert again.refresh_token == lost.refresh_token


async def test_a_key_that_left_the_ring_signs_nobody_out(
    society: Society,
    begin: BeginIdentity,
    tokens: RememberedAccessTokens,
    clock: VirtualClock,
) -> None:
    ada = await society.joins("ada")
    rotated = RefreshSession(begin, SealedSessionTokens(Keyring({2: b"2" * 32}), clock), tokens)

    second = await rotated(showing(ada.refresh_token), PHONE)

    with pytest.raises(RefreshTokenReused):
        await rotated(showing(ada.refresh_token), THIEF)
    with pytest.raises(InvalidRefreshToken):
        await rotated(showing(second.refresh_token), PHONE)


async def test_a_token_from_before_the_seals_is_exchanged(
    society: Society, refresh_session: RefreshSession, begin: BeginIdentity
) -> None:
    ada = await society.joins("ada")
    async with begin(PUBLIC) as tx:
        session = await tx.sessions.lock(ada.session_id)
        session.refresh_hash = refresh_hash_of("an old one")
        await tx.sessions.save(session)

    second = await refresh_session(showing("an old one"), PHONE)

    assert second.session_id == ada.session_id
    with pytest.raises(RefreshTokenReused):
        await refresh_session(showing("an old one"), THIEF)


async def test_an_unknown_token_is_refused_and_ends_nothing(
    society: Society, refresh_session: RefreshSession, clock: VirtualClock
) -> None:
    ada = await society.joins("ada")
    foreign = SealedSessionTokens(Keyring({1: b"x" * 32}), clock)
    forged = foreign.first_refresh_token(ada.session_id, "secret")
    access = ada.access.token

    for token in ("nothing", "", forged, access, ada.refresh_token + "A", str(ada.session_id)):
        with pytest.raises(InvalidRefreshToken):
            await refresh_session(showing(token), THIEF)

    assert (await society.actor(ada)).user_id == ada.user_id


async def test_a_sealed_token_of_no_session_is_refused(
    refresh_session: RefreshSession, signer: SealedSessionTokens
) -> None:
    gone = signer.first_refresh_token(SessionId(UUID(int=7)), "x")

    with pytest.raises(InvalidRefreshToken):
        await refresh_session(showing(gone), PHONE)


async def test_a_token_that_waited_too_long_is_refused(
    society: Society, refresh_session: RefreshSession, clock: VirtualClock
) -> None:
    ada = await society.joins("ada")

    clock.advance(timedelta(days=7))

    with pytest.raises(InvalidRefreshToken):
        await refresh_session(showing(ada.refresh_token), PHONE)


async def test_a_session_ends_of_age_however_often_it_is_refreshed(
    society: Society, refresh_session: RefreshSession, clock: VirtualClock
) -> None:
    latest: SignedIn = await society.joins("ada")
    for _ in range(15):
        clock.advance(timedelta(days=5, hours=23))
        latest = await refresh_session(showing(latest.refresh_token), PHONE)

    clock.advance(timedelta(days=1))

    with pytest.raises(InvalidRefreshToken):
        await refresh_session(showing(latest.refresh_token), PHONE)


async def test_a_disabled_user_gets_no_new_tokens(
    society: Society, refresh_session: RefreshSession
) -> None:
    ada = await society.joins("ada")
    await society.disable(ada.user_id)

    with pytest.raises(AccountDisabled):
        await refresh_session(showing(ada.refresh_token), PHONE)
