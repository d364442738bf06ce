from typing import Any
from uuid import UUID

import pytest

from domain.identity.errors import ProviderEmailUnverified
from domain.identity.linked_identity import (
    NOT_TOLD,
    LinkedIdentity,
    ProvenIdentity,
    names_for,
)
from domain.identity.user import Email, User
from domain.shared.ids import LinkedIdentityId, UserId
from tests.conftest import VirtualClock

NOON = VirtualClock().now
ADA = UserId(UUID(int=1))


def proven(**changes: Any) -> ProvenIdentity:
    facts: dict[str, Any] = {
        "provider": "corp",
        "issuer": "https://id.example",
        "subject": "7",
        "email": "ada@example.com",
        "is_email_verified": True,
    }
    return ProvenIdentity(**facts | changes)


def linked(number: int, issuer: str = "https://id.example") -> LinkedIdentity:
    identity_id = LinkedIdentityId(UUID(int=number))
    return proven(issuer=issuer, subject=str(number)).linked_to(ADA, identity_id, at=NOON)


def a_user(password_hash: str | None) -> User:
    return User(
        id=ADA,
        email=Email("ada@example.com"),
        password_hash=password_hash,
        first_name="Ada",
        last_name="Byron",
        created_at=NOON,
        updated_at=NOON,
    )


@pytest.mark.parametrize(
    ("told", "said", "names"),
    [
        (("Ada", "Byron"), ("Eve", "Doe"), ("Ada", "Byron")),
        ((None, None), ("Eve", "Doe"), ("Eve", "Doe")),
        (("Ada", None), (None, "Doe"), ("Ada", "Doe")),
        ((None, None), (None, None), (NOT_TOLD, NOT_TOLD)),
        (("  ", "\x00\n"), ("", " "), (NOT_TOLD, NOT_TOLD)),
        (("A" * 200, "B\u2028C"), (None, None), ("A" * 100, "BC")),
    ],
)
def test_whatever_is_told_makes_a_name_that_can_be_kept(
    told: tuple[str | None, str | None],
    said: tuple[str | None, str | None],
    names: tuple[str, str],
) -> None:
    one = proven(first_name=told[0], last_name=told[1])

    first, last = names_for(one, first_name=said[0], last_name=said[1])

    assert (first, last) == names
    kept = a_user(None)
    kept.first_name, kept.last_name = first, last
    kept.__post_init__()


@pytest.mark.parametrize("facts", [{"email": None}, {"is_email_verified": False}])
def test_au_16_an_address_counts_only_if_the_provider_vouches_for_it(facts: Any) -> None:
    assert proven().verified_email() == "ada@example.com"

    with pytest.raises(ProviderEmailUnverified):
        proven(**facts).verified_email()
