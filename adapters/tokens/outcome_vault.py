"""Seals what has to be read again, such as the secrets of repeated requests: rows tell nobody."""

import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.tokens.keyring import Keyring

PURPOSE = "idempotency"
_NONCE_SIZE = 12


class OutcomeVault:
    """AES-256-GCM under the keyring's present key; any of its keys opens.

    Sealed: one byte of key id, the nonce, the ciphertext. `about` is whose row it is; in another
    row it does not open.
    """

    def __init__(self, keyring: Keyring, purpose: str = PURPOSE) -> None:
        self._keyring = keyring
        self._purpose = purpose
        self._cipher = cache(self._derive)

    def _derive(self, key_id: int) -> AESGCM:
        return AESGCM(self._keyring.secret_key(self._purpose, key_id))

    def seal(self, plain: bytes, about: bytes) -> bytes:
        key_id, nonce = self._keyring.current, os.urandom(_NONCE_SIZE)
        return bytes([key_id]) + nonce + self._cipher(key_id).encrypt(nonce, plain, about)

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """What was sealed. Raises ValueError."""
        nonce, kept = sealed[1 : 1 + _NONCE_SIZE], sealed[1 + _NONCE_SIZE :]
        try:
            return self._cipher(sealed[0]).decrypt(nonce, kept, about)
        except (InvalidTag, KeyError, IndexError, ValueError) as error:
            raise ValueError("This was not sealed here, or not for this row.") from error
