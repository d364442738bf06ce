"""What counts as an address."""

import pytest

from adapters.system.emails import read_email
from domain.shared.email import InvalidEmail


def test_a_name_has_64_signs_at_most() -> None:
    assert read_email(f"{'a' * 64}@example.com")
    with pytest.raises(InvalidEmail):
        read_email(f"{'a' * 65}@example.com")


@pytest.mark.parametrize("text", ["a\u200bda@example.com", "\u202eada@example.com", "ada", ""])
def test_what_is_not_seen_belongs_to_no_address(text: str) -> None:
    with pytest.raises(InvalidEmail):
        read_email(text)
