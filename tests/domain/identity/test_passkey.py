from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.identity.errors import PasskeySuspected
from domain.identity.passkey import Passkey
from domain.shared.ids import PasskeyId, UserId
from domain.shared.text import InvalidText

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def a_passkey(sign_count: int = 0) -> Passkey:
    return Passkey(
        id=PasskeyId(UUID(int=1)),
        user_id=UserId(UUID(int=2)),
        credential_id=b"credential",
        public_key=b"key",
        sign_count=sign_count,
        name="Phone",
        created_at=NOON,
    )


@pytest.mark.parametrize(("known", "said"), [(0, 0), (0, 1), (5, 6), (5, 900)])
def test_a_count_that_grows_or_never_was_is_trusted(known: int, said: int) -> None:
    passkey = a_passkey(known)

    assert passkey.use(said, at=NOON)

    passkey.require_trusted()
    assert (passkey.sign_count, passkey.last_used_at) == (said, NOON)


@pytest.mark.parametrize(("known", "said"), [(5, 5), (5, 4), (5, 0)])
def test_a_count_that_was_seen_before_ends_its_trust(known: int, said: int) -> None:
    passkey = a_passkey(known)

    assert not passkey.use(said, at=NOON)

    assert (passkey.sign_count, passkey.suspected_at) == (known, NOON)
    with pytest.raises(PasskeySuspected):
        passkey.require_trusted()


def test_its_name_is_clean() -> None:
    passkey = a_passkey()
    passkey.rename("  Laptop ")

    assert passkey.name == "Laptop"
    with pytest.raises(InvalidText):
        passkey.rename("\x07")
