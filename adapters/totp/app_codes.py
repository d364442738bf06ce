"""Codes of authenticator apps by pyotp; their seeds are sealed by whoever is given."""

from datetime import datetime
from typing import Protocol

import pyotp
from pyotp.utils import strings_equal

from application.identity.factor_ports import NewSeed
from domain.identity.errors import SecondFactorUnreadable
from domain.shared.ids import UserId

ISSUER = "Tixmo"
DIGITS = 6
STEP_SECONDS = 30
DRIFT_STEPS = 1
"""How far a phone's clock may be off, either way."""


class Vault(Protocol):
    """Seals what has to be read again; `about` is whose row it is."""

    def seal(self, plain: bytes, about: bytes) -> bytes: ...
    def open(self, sealed: bytes, about: bytes) -> bytes: ...


class TotpAppCodes:
    """SHA-1, six digits, 30 seconds: what every app understands."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def new_seed(self, user_id: UserId, account: str) -> NewSeed:
        secret = pyotp.random_base32()
        return NewSeed(
            secret=secret,
            address=_totp(secret).provisioning_uri(name=account, issuer_name=ISSUER),
            sealed=self._vault.seal(secret.encode(), _about(user_id)),
        )

    def step_of(self, user_id: UserId, sealed: bytes, code: str, at: datetime) -> int | None:
        said = "".join(code.split())
        if len(said) != DIGITS or not (said.isascii() and said.isdigit()):
            return None
        totp = _totp(self._opened(user_id, sealed).decode())
        present = int(at.timestamp()) // STEP_SECONDS
        found = None
        for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
            if strings_equal(totp.generate_otp(step), said):  # All are looked at, for equal time.
                found = step
        return found

    def resealed(self, user_id: UserId, sealed: bytes) -> bytes:
        return self._vault.seal(self._opened(user_id, sealed), _about(user_id))

    def _opened(self, user_id: UserId, sealed: bytes) -> bytes:
        try:
            return self._vault.open(sealed, _about(user_id))
        except ValueError as error:  # Of another row, or of a key that was given up too early.
            raise SecondFactorUnreadable from error


def _totp(secret: str) -> pyotp.TOTP:
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)


def _about(user_id: UserId) -> bytes:
    return b"second-factor " + user_id.bytes
