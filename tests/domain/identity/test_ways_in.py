from typing import Any
from uuid import UUID

from domain.identity.linked_identity import LinkedIdentity
from domain.identity.user import Email, User
from domain.identity.ways_in import WayIn, ways_in
from domain.shared.ids import LinkedIdentityId, UserId
from tests.conftest import VirtualClock

NOON = VirtualClock().now
ADA = UserId(UUID(int=1))
OFFERED, GONE = "https://id.example", "https://gone.example"


def a_user(**facts: Any) -> User:
    given: dict[str, Any] = {"password_hash": None, "email": Email("ada@example.com")} | facts
    return User(
        id=ADA, first_name="Ada", last_name="Byron", created_at=NOON, updated_at=NOON, **given
    )


def linked(issuer: str = OFFERED) -> LinkedIdentity:
    return LinkedIdentity(
        id=LinkedIdentityId(UUID(int=2)),
        user_id=ADA,
        provider="corp",
        issuer=issuer,
        subject="7",
        email="ada@example.com",
        linked_at=NOON,
    )


def left(user: User, *identities: LinkedIdentity, passkeys: int = 0) -> set[WayIn]:
    return set(ways_in(user, passkeys=passkeys, identities=identities, issuers={OFFERED}))


def test_each_way_counts_by_itself() -> None:
    assert left(a_user()) == set()
    assert left(a_user(password_hash="hash")) == {WayIn.PASSWORD}
    assert left(a_user(), passkeys=1) == {WayIn.PASSKEY}
    assert left(a_user(), linked()) == {WayIn.PROVIDER}


def test_a_verified_address_is_none() -> None:
    assert left(a_user(email_verified_at=NOON)) == set()


def test_a_provider_that_is_no_longer_offered_is_no_way_in() -> None:
    assert left(a_user(), linked(GONE)) == set()
