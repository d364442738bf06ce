"""Signs and opens ticket codes with Ed25519; keys are derived from a master key, not stored."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.shared.ticket_code import (
    PAYLOAD_SIZE,
    InvalidTicketCode,
    TicketClaims,
    from_text,
    pack,
    to_text,
    unpack,
)

_CONTEXT = b"TKT1"
_DERIVATION = b"tixmo/ticket/1"
_MASTER_SIZE_MIN = 32
_CACHED_KEYS_MAX = 1024

_KeyPair = tuple[Ed25519PrivateKey, Ed25519PublicKey]


class TicketSeal:
    """One signing key per event and key id; old key ids open for as long as they are listed.

    The text depends on the claims and keys alone, so a code is sealed when it is read, not stored.
    """

    def __init__(self, masters: Mapping[int, bytes], current: int) -> None:
        """`masters`: key id to a secret of 32 bytes or more; `current` seals. Raises ValueError."""
        for key_id, master in masters.items():
            if not 0 <= key_id <= 0xFF:
                raise ValueError(f"ticket key id {key_id} does not fit a byte")
            if len(master) < _MASTER_SIZE_MIN:
                raise ValueError(f"ticket key {key_id} is shorter than {_MASTER_SIZE_MIN} bytes")
        if current not in masters:
            raise ValueError(f"ticket key {current} seals, but is not among the master keys")
        self._masters = dict(masters)
        self._current = current
        self._keys = lru_cache(maxsize=_CACHED_KEYS_MAX)(self._derive)

    def seal(self, claims: TicketClaims) -> str:
        """The text of the QR: the claims under the current key id, whatever theirs was."""
        claims = replace(claims, key_id=self._current)
        payload = pack(claims)
        private, _ = self._keys(claims.key_id, claims.event_short_id)
        return to_text(payload + private.sign(_CONTEXT + payload))

    def open(self, text: str) -> TicketClaims:
        """The claims, once the signature holds. Raises InvalidTicketCode."""
        sealed = from_text(text)
        payload, signature = sealed[:PAYLOAD_SIZE], sealed[PAYLOAD_SIZE:]
        # These two only choose the key. A lie here chooses one that did not sign the payload.
        key_id, event_short_id = payload[1], int.from_bytes(payload[2:6], "big")
        _, public = self._keys(key_id, event_short_id)
        try:
            public.verify(signature, _CONTEXT + payload)
        except InvalidSignature as error:
            raise InvalidTicketCode("The ticket code was not issued here.") from error
        return unpack(payload)

    def public_key(self, event_short_id: int, key_id: int) -> bytes:
        """The 32 raw bytes that check tickets without us. Raises InvalidTicketCode."""
        _, public = self._keys(key_id, event_short_id)
        return public.public_bytes_raw()

    def _derive(self, key_id: int, event_short_id: int) -> _KeyPair:
        master = self._masters.get(key_id)
        if master is None:
            raise InvalidTicketCode("The ticket code was not issued here.")
        info = _DERIVATION + bytes([key_id]) + event_short_id.to_bytes(4, "big")
        seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(master)
        private = Ed25519PrivateKey.from_private_bytes(seed)
        return private, private.public_key()
