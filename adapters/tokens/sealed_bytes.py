"""A few bytes that we gave away and shall know again: HMAC-SHA256 over them, in URL-safe base64."""

import base64
import binascii
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.tokens.keyring import Keyring

MAC_SIZE = 32


def derived_key(keyring: Keyring, purpose: str, key_id: int) -> bytes:
    """The 32 bytes that one purpose has of one master. Raises KeyError for an unknown key id."""
    derive = HKDF(SHA256(), 32, salt=None, info=f"tixmo/{purpose}/1".encode())
    return derive.derive(keyring.masters[key_id])


class SealedBytes:
    """Seals payloads of one size for one purpose; the first byte says which key did.

    The present key seals and every key of the ring opens, so keys can be exchanged.
    """

    def __init__(self, keyring: Keyring, purpose: str, size: int) -> None:
        self._keys = {id_: derived_key(keyring, purpose, id_) for id_ in keyring.masters}
        self._keyring = keyring
        self._size = 1 + size + MAC_SIZE
        self._length = (self._size * 8 + 5) // 6

    def seal(self, payload: bytes, key_id: int | None = None) -> str:
        """Under this key of the ring, else the present one."""
        key_id = self._keyring.current if key_id is None else key_id
        head = bytes([key_id]) + payload
        return _encoded(head + self._mac(key_id, head))

    def open(self, text: str) -> tuple[int, bytes] | None:
        """The key id and the payload; None for whatever was not sealed here, to the last bit."""
        if len(text) != self._length or not text.isascii():
            return None
        try:
            sealed = base64.b64decode(
                text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
            )
        except (binascii.Error, ValueError):
            return None
        head, mac = sealed[:-MAC_SIZE], sealed[-MAC_SIZE:]
        if len(sealed) != self._size or head[0] not in self._keys:
            return None
        # Base64 can spell the same bytes in several ways; only one of them is ours.
        is_ours = hmac.compare_digest(self._mac(head[0], head), mac)
        return (head[0], head[1:]) if is_ours and _encoded(sealed) == text else None

    def _mac(self, key_id: int, head: bytes) -> bytes:
        return hmac.digest(self._keys[key_id], head, "sha256")


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
