"""AU-15: what is short, long, known to everybody or about its owner is no password."""

import time

import pytest

from application.identity.choose_password import ChoosePassword
from domain.identity.errors import InvalidPassword, KnownPassword, PersonalPassword
from tests.application.identity.people import PASSWORD

ABOUT = ("Ada.Byron@Example.com", "Augusta", "Lovelace")


@pytest.mark.parametrize("password", ["1234567", "x" * 257, "12345678\x00", "", "\u0308" * 300])
async def test_an_impossible_one_is_refused(choose_password: ChoosePassword, password: str) -> None:
    with pytest.raises(InvalidPassword):
        await choose_password(password, about=ABOUT)


@pytest.mark.parametrize("password", ["password", "PassWord", "iloveyou", "qwertyuiop"])
async def test_a_known_one_is_refused_in_any_case(
    choose_password: ChoosePassword, password: str
) -> None:
    with pytest.raises(KnownPassword):
        await choose_password(password, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    ["ada.byron@example.com", "ADA.BYRON", "lovelace", "AugustaLovelace", "augusta lovelace"],
)
async def test_ones_own_address_or_name_is_refused(
    choose_password: ChoosePassword, password: str
) -> None:
    with pytest.raises(PersonalPassword):
        await choose_password(password, about=ABOUT)


async def test_a_megabyte_is_refused_at_once(choose_password: ChoosePassword) -> None:
    """Not even composed: letters with a million accents would take minutes."""
    for text in ("x" * 1_000_000, "a" + "\u0300\u0316" * 500_000):
        began = time.perf_counter()
        with pytest.raises(InvalidPassword):
            await choose_password(text, about=ABOUT)
        assert time.perf_counter() - began < 0.05


@pytest.mark.parametrize("password", [PASSWORD, "pässwörtlich", "x" * 256, "ada.byron2"])
async def test_any_other_is_hashed(choose_password: ChoosePassword, password: str) -> None:
    kept = await choose_password(password, about=ABOUT)

    assert await choose_password.passwords.matches(password, kept)


async def test_letters_may_be_composed_by_another_keyboard(choose_password: ChoosePassword) -> None:
    kept = await choose_password("pa\u0308sswo\u0308rtlich", about=ABOUT)

    assert await choose_password.passwords.matches("pässwörtlich", kept)
