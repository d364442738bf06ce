"""Codes of authenticator apps, against the vectors of RFC 6238."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyotp
import pytest

from adapters.tokens.keyring import Keyring
from adapters.tokens.outcome_vault import OutcomeVault
from adapters.totp.app_codes import TotpAppCodes
from domain.identity.errors import SecondFactorUnreadable
from domain.shared.ids import UserId

ADA, EVE = UserId(UUID(int=1)), UserId(UUID(int=2))
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
STEP = timedelta(seconds=30)
VAULT = OutcomeVault(Keyring({1: b"1" * 32}), "second-factor-seed")
APP_CODES = TotpAppCodes(VAULT)
RFC_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    sealed = VAULT.seal(RFC_SEED.encode(), b"second-factor " + ADA.bytes)
    at = datetime.fromtimestamp(seconds, UTC)

    assert APP_CODES.step_of(ADA, sealed, code, at) == seconds // 30


def test_a_clock_may_be_half_a_minute_off() -> None:
    seed = APP_CODES.new_seed(ADA, "ada@example.com")
    code = pyotp.TOTP(seed.secret).at(NOON)
    present = int(NOON.timestamp()) // 30

    for drift in (-1, 0, 1):
        assert APP_CODES.step_of(ADA, seed.sealed, code, NOON + drift * STEP) == present
    for drift in (-2, 2):
        assert APP_CODES.step_of(ADA, seed.sealed, code, NOON + drift * STEP) is None


def test_apps_read_the_address() -> None:
    seed = APP_CODES.new_seed(ADA, "ada@example.com")

    app = pyotp.parse_uri(seed.address)

    assert (app.secret, app.issuer, app.name) == (seed.secret, "Tixmo", "ada@example.com")


def test_seeds_differ_and_open_for_their_owner_alone() -> None:
    first, second = (APP_CODES.new_seed(ADA, "ada@example.com") for _ in range(2))

    assert first.secret != second.secret
    with pytest.raises(SecondFactorUnreadable):
        APP_CODES.step_of(EVE, first.sealed, "000000", NOON)


def test_an_older_key_still_opens_and_another_purpose_does_not() -> None:
    rotated = Keyring({1: b"1" * 32, 2: b"2" * 32})
    seed = APP_CODES.new_seed(ADA, "ada@example.com")
    code = pyotp.TOTP(seed.secret).at(NOON)

    newer = TotpAppCodes(OutcomeVault(rotated, "second-factor-seed"))

    assert newer.step_of(ADA, seed.sealed, code, NOON) is not None
    with pytest.raises(SecondFactorUnreadable):
        TotpAppCodes(OutcomeVault(rotated)).step_of(ADA, seed.sealed, code, NOON)


def test_what_was_resealed_needs_the_older_key_no_more() -> None:
    seed = APP_CODES.new_seed(ADA, "ada@example.com")
    both = TotpAppCodes(OutcomeVault(Keyring({1: b"1" * 32, 2: b"2" * 32}), "second-factor-seed"))
    alone = TotpAppCodes(OutcomeVault(Keyring({2: b"2" * 32}), "second-factor-seed"))
    code = pyotp.TOTP(seed.secret).at(NOON)

    resealed = both.resealed(ADA, seed.sealed)

    assert alone.step_of(ADA, resealed, code, NOON) is not None
    with pytest.raises(SecondFactorUnreadable):
        alone.step_of(ADA, seed.sealed, code, NOON)


@pytest.mark.parametrize("code", ["", "28708", "2870820", "28708x", "٢٨٧٠٨٢", "²87082", "-87082"])
def test_what_is_not_six_digits_is_no_code(code: str) -> None:
    sealed = VAULT.seal(RFC_SEED.encode(), b"second-factor " + ADA.bytes)
    at = datetime.fromtimestamp(59, UTC)

    assert APP_CODES.step_of(ADA, sealed, code, at) is None
    assert APP_CODES.step_of(ADA, sealed, "287 082", at) == 1  # As apps show it.
