"""The secrets of mails: ours to the last bit, and each for one thing."""

from uuid import UUID

import pytest

from adapters.tokens.account_tokens import DerivedAccountTokens
from adapters.tokens.keyring import Keyring
from domain.shared.ids import AccountLinkId, RegistrationId

OLD = Keyring({1: b"1" * 32})
BOTH = Keyring({1: b"1" * 32, 2: b"2" * 32})
LINK = AccountLinkId(UUID(int=7))


def test_a_token_leads_back_to_its_link_also_after_the_keys_were_exchanged() -> None:
    token = DerivedAccountTokens(OLD).of_link(LINK)

    assert DerivedAccountTokens(OLD).link(token) == LINK
    assert DerivedAccountTokens(BOTH).link(token) == LINK
    assert DerivedAccountTokens(Keyring({2: b"2" * 32})).link(token) is None


def test_a_registration_is_no_link() -> None:
    tokens = DerivedAccountTokens(OLD)

    assert tokens.registration(tokens.of_link(LINK)) is None
    assert tokens.link(tokens.of_registration(RegistrationId(LINK))) is None


@pytest.mark.parametrize("position", range(0, 66, 5))
def test_another_sign_anywhere_is_not_ours(position: int) -> None:
    tokens = DerivedAccountTokens(OLD)
    token = tokens.of_link(LINK)
    sign = "A" if token[position] != "A" else "B"

    assert tokens.link(token[:position] + sign + token[position + 1 :]) is None


@pytest.mark.parametrize("text", ["", "x", "ä" * 66, "A" * 66, "A" * 100_000])
def test_nonsense_is_not_ours(text: str) -> None:
    assert DerivedAccountTokens(OLD).link(text) is None
