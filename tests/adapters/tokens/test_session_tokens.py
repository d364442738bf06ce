"""Refresh tokens name their session under our seal, and make their successor under our key."""

from uuid import UUID

import pytest

from adapters.tokens.keyring import Keyring
from adapters.tokens.session_tokens import SealedSessionTokens
from domain.shared.ids import SessionId
from tests.conftest import VirtualClock

SESSION = SessionId(UUID(int=2))
ONE, TWO = b"1" * 32, b"2" * 32


def tokens_of(**masters: bytes) -> SealedSessionTokens:
    ring = Keyring({int(name.removeprefix("k")): master for name, master in masters.items()})
    return SealedSessionTokens(ring, VirtualClock())


OURS = tokens_of(k1=ONE)
TOKEN = OURS.first_refresh_token(SESSION, "a secret")


def test_a_token_says_whose_it_is() -> None:
    assert OURS.session_of(TOKEN) == SESSION
    [heir] = OURS.successors_of(TOKEN, SESSION)
    assert OURS.session_of(heir) == SESSION
    assert OURS.session_of(tokens_of(k1=TWO).first_refresh_token(SESSION, "a secret")) is None


@pytest.mark.parametrize("place", range(0, 108, 9))
def test_a_token_with_one_other_letter_is_not_ours(place: int) -> None:
    other = "A" if TOKEN[place] != "A" else "B"

    assert OURS.session_of(TOKEN[:place] + other + TOKEN[place + 1 :]) is None


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], TOKEN + "A", "é" * 108, "=" * 108])
def test_what_is_no_token_is_nobodys(token: str) -> None:
    assert OURS.session_of(token) is None


def test_the_same_token_has_the_same_successor_and_another_has_another() -> None:
    other = OURS.first_refresh_token(SESSION, "another secret")

    assert OURS.successors_of(TOKEN, SESSION) == tokens_of(k1=ONE).successors_of(TOKEN, SESSION)
    assert OURS.successors_of(TOKEN, SESSION) != OURS.successors_of(other, SESSION)
    assert OURS.successors_of(TOKEN, SESSION) != tokens_of(k1=TWO).successors_of(TOKEN, SESSION)


def test_each_key_makes_its_own_the_present_one_first() -> None:
    old, new = OURS.successors_of(TOKEN, SESSION), tokens_of(k2=TWO).successors_of(TOKEN, SESSION)

    assert tokens_of(k1=ONE, k2=TWO).successors_of(TOKEN, SESSION) == [*new, *old]


def test_a_long_chain_repeats_nothing() -> None:
    chain = [TOKEN]
    for _ in range(50):
        chain += OURS.successors_of(chain[-1], SESSION)

    assert len(set(chain)) == 51
