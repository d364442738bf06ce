from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.identity.errors import AccountDisabled, InvalidPassword, UserNotFound
from domain.identity.password import chosen_password, normal_form
from domain.identity.user import Email, User
from domain.shared.ids import UserId
from domain.shared.text import InvalidText

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def a_user(first_name: str = "Ada", phone: str | None = None, is_active: bool = True) -> User:
    return User(
        id=UserId(UUID(int=1)),
        email=Email("Ada@Example.com"),
        password_hash="",
        first_name=first_name,
        last_name=" Byron ",
        phone=phone,
        is_active=is_active,
        created_at=NOON,
        updated_at=NOON,
    )


def test_an_address_is_one_account_in_any_case() -> None:
    assert Email("Ada@Example.com").key == Email("aDA@example.COM").key
    assert a_user().email.address == "Ada@Example.com"


def test_names_are_trimmed() -> None:
    assert a_user().name == "Ada Byron"


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", "x" * 101])
def test_a_name_that_cannot_be_kept_is_refused(name: str) -> None:
    with pytest.raises(InvalidText):
        a_user(first_name=name)


def test_a_disabled_user_does_not_sign_in() -> None:
    user = a_user(is_active=False)

    with pytest.raises(AccountDisabled):
        user.sign_in(at=NOON)

    assert user.last_login_at is None


@pytest.mark.parametrize("password", ["", "1234567", "x" * 257, "12345678\x00"])
def test_a_password_has_8_to_256_characters_and_no_nul(password: str) -> None:
    with pytest.raises(InvalidPassword):
        chosen_password(password)


def test_a_password_is_the_same_however_its_letters_were_composed() -> None:
    composed, decomposed = "pässwörter", "pa\u0308sswo\u0308rter"

    assert chosen_password(composed) == chosen_password(decomposed) == normal_form(decomposed)


def test_a_closed_account_has_no_person_in_it() -> None:
    user = a_user(phone="+44 1234")
    user.is_platform_admin = True

    user.close(at=NOON)

    for canary in ("Ada", "Byron", "Example", "1234"):
        assert canary not in repr(user)
    assert not user.rules
    assert user.password_hash is None
    with pytest.raises(AccountDisabled):
        user.sign_in(at=NOON)
    with pytest.raises(UserNotFound):
        user.require_open()


def test_two_closed_accounts_have_two_addresses() -> None:
    first, second = a_user(), a_user()
    second.id = UserId(UUID(int=2))

    first.close(at=NOON)
    second.close(at=NOON)

    assert first.email.key != second.email.key
