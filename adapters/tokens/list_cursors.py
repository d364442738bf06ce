"""What readers hold and cannot read: places in lists, and numbers that would tell too much."""

import base64
import binascii
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from adapters.tokens.keyring import Keyring


class SealedWords:
    """AES-SIV under the keyring's present key: the same is sealed to the same, so that pages which
    did not change have the same ETag. Any of its keys opens.

    Sealed: one byte of key id and the ciphertext, in base64url. With another `about` it does not
    open.
    """

    def __init__(self, keyring: Keyring, purpose: str) -> None:
        self._keyring = keyring
        self._purpose = purpose
        self._cipher = cache(self._derive)

    def _derive(self, key_id: int) -> AESSIV:
        return AESSIV(self._keyring.secret_key(self._purpose, key_id))

    def seal(self, plain: bytes, about: bytes) -> str:
        key_id = self._keyring.current
        sealed = bytes([key_id]) + self._cipher(key_id).encrypt(plain, [about])
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, sealed: str, about: bytes) -> bytes:
        """What was sealed. Raises ValueError."""
        try:
            raw = base64.b64decode(f"{sealed}{'=' * (-len(sealed) % 4)}", b"-_", validate=True)
            return self._cipher(raw[0]).decrypt(raw[1:], [about])
        except (InvalidTag, KeyError, IndexError, ValueError, binascii.Error) as error:
            raise ValueError("This was not sealed here, or not for this.") from error


class ListCursors:
    """The cursors of one list, as one reader asked for it."""

    __slots__ = ("_about", "_words")

    def __init__(self, words: SealedWords, about: bytes) -> None:
        self._words = words
        self._about = about

    def seal(self, key: bytes) -> str:
        return self._words.seal(key, self._about)

    def open(self, cursor: str) -> bytes:
        """Raises ValueError."""
        return self._words.open(cursor, self._about)
