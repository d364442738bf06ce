"""Spellings of one address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity.user import Email
from domain.shared.email import key_of

ONE = "kassel@example.com"


@pytest.mark.parametrize(
    "spelling",
    [
        "KASSEL@Example.com",
        "\u212aassel@example.com",  # The sign of kelvins.
        "Ka\u00dfel@example.com",
        "\uff4b\uff41\uff53\uff53\uff45\uff4c@example.com",  # Full width.
        "\uff2b\uff21\uff33\uff33\uff25\uff2c@example.com",
    ],
)
def test_all_spellings_have_one_key(spelling: str) -> None:
    assert key_of(spelling) == ONE


@given(st.text(max_size=20))
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert key_of(key_of(text)) == key_of(text)


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Ada+News@Example.com", "ada@example.com"),
        ("ada+a+b@example.com", "ada@example.com"),
        ("+tag@example.com", "+tag@example.com"),
        ("ada@ex+ample.com", "ada@ex+ample.com"),
        ("ada@example.com", "ada@example.com"),
    ],
)
def test_a_mailbox_is_one_under_all_its_tags(address: str, mailbox: str) -> None:
    assert Email(address).mailbox == mailbox
