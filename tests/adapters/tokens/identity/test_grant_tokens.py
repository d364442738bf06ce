"""Refresh tokens of applications name their grant, and bring their access token with them."""

from uuid import UUID

import pytest

from adapters.tokens.identity.grant_tokens import SealedGrantTokens
from adapters.tokens.keyring import Keyring
from adapters.tokens.session_tokens import SealedSessionTokens
from domain.shared.ids import GrantId, SessionId
from domain.shared.secret_text import SecretKind, kind_of, without_secrets
from tests.conftest import VirtualClock

GRANT = GrantId(UUID(int=2))
ONE, TWO = b"1" * 32, b"2" * 32
OURS = SealedGrantTokens(Keyring({1: ONE}))
TOKEN = OURS.first_refresh_token(GRANT, "a secret")


def test_a_token_says_whose_it_is_and_what_it_opens() -> None:
    assert kind_of(TOKEN) is SecretKind.REFRESH
    assert OURS.grant_of(TOKEN) == GRANT
    [heir] = OURS.successors_of(TOKEN, GRANT, "")
    assert OURS.grant_of(heir) == GRANT
    assert heir != TOKEN
    assert SealedGrantTokens(Keyring({1: TWO})).grant_of(TOKEN) is None


def test_a_token_is_hidden_where_secrets_are() -> None:
    for token in (TOKEN, OURS.access_token_with(TOKEN)):
        assert not any(
            part in without_secrets(f"odd {token}") for part in (token[25:45], token[-9:])
        )


@pytest.mark.parametrize("text", ["", "unknown", TOKEN[:-1], TOKEN + "0", TOKEN[:-1] + "x"])
def test_what_is_no_refresh_token_is_nobodys(text: str) -> None:
    assert OURS.grant_of(text) is None


def test_a_token_of_a_session_is_no_token_of_a_grant() -> None:
    """The seals have different purposes: neither opens at the other door."""
    sessions = SealedSessionTokens(Keyring({1: ONE}), VirtualClock())
    sealed = sessions.first_refresh_token(SessionId(GRANT), "a secret")

    assert sealed not in TOKEN
    assert sessions.session_of(TOKEN) is None
    assert OURS.grant_of(TOKEN.replace(TOKEN.split("_", 3)[3][:-9], sealed)) is None


def test_each_asker_has_a_successor_of_their_own() -> None:
    mine, theirs = (OURS.successors_of(TOKEN, GRANT, asker) for asker in ("Diary", "Thief"))

    assert mine == OURS.successors_of(TOKEN, GRANT, "Diary")
    assert mine != theirs
    assert mine != OURS.successors_of(TOKEN, GRANT, "")


def test_each_key_makes_its_own_the_present_one_first() -> None:
    new = SealedGrantTokens(Keyring({2: TWO})).successors_of(TOKEN, GRANT, "")
    both = SealedGrantTokens(Keyring({1: ONE, 2: TWO}))

    assert both.successors_of(TOKEN, GRANT, "") == [*new, *OURS.successors_of(TOKEN, GRANT, "")]


def test_an_access_token_follows_from_the_refresh_token_and_our_key() -> None:
    access = OURS.access_token_with(TOKEN)

    assert kind_of(access) is SecretKind.ACCESS
    assert access == OURS.access_token_with(TOKEN)
    assert access != OURS.access_token_with(OURS.first_refresh_token(GRANT, "another"))
    assert access != SealedGrantTokens(Keyring({1: TWO})).access_token_with(TOKEN)
