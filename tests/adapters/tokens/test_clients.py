"""Whose carts are counted together."""

from uuid import UUID

import pytest

from adapters.tokens.clients import ClientDigests
from adapters.tokens.keyring import Keyring
from domain.shared.ids import UserId

CLIENTS = ClientDigests(Keyring({1: b"k" * 32}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_one_client(one: str, other: str) -> None:
    assert CLIENTS.of_address(one) == CLIENTS.of_address(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("192.0.2.1", "192.0.2.2"), ("2001:db8:1:2::1", "2001:db8:1:3::1"), ("192.0.2.1", "")],
)
def test_two_clients(one: str, other: str) -> None:
    assert CLIENTS.of_address(one) != CLIENTS.of_address(other)


def test_the_digest_cannot_be_made_without_the_key() -> None:
    elsewhere = ClientDigests(Keyring({1: b"x" * 32}))

    assert elsewhere.of_address("192.0.2.1") != CLIENTS.of_address("192.0.2.1")
    person = UserId(UUID(int=1))
    assert elsewhere.of_person(person) != CLIENTS.of_person(person)


def test_a_mail_address_is_one_however_it_is_written() -> None:
    assert CLIENTS.of_email("Ada@Example.com") == CLIENTS.of_email("ada@example.com")
    assert CLIENTS.of_email("ada@example.com") != CLIENTS.of_email("bea@example.com")
    assert CLIENTS.of_email("ada@example.com") != CLIENTS.of_token("ada@example.com")
