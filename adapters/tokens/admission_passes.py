"""Admission passes: who may order at a hot event, and until when; checked without asking anyone."""

import hmac
from datetime import datetime
from hashlib import sha256

from adapters.tokens.keyring import Keyring
from adapters.tokens.sealed_bytes import SealedBytes
from application.shared.clock import Clock
from domain.shared.ids import EventId

PURPOSE = "admission-passes"
_EXPIRY_SIZE = 5
_DIGEST_SIZE = 16
_PAYLOAD_SIZE = _EXPIRY_SIZE + 16 + _DIGEST_SIZE


class AdmissionPassSigner:
    """Seals expiry, event and visitor. Whoever shows the pass shows the visitor's name with it."""

    def __init__(self, keyring: Keyring, clock: Clock) -> None:
        self._seal = SealedBytes(keyring, PURPOSE, _PAYLOAD_SIZE)
        self._clock = clock

    def issue(self, event_id: EventId, visitor: str, expires_at: datetime) -> str:
        """Good until then, to the second. The same facts make the same pass in every process."""
        expiry = int(expires_at.timestamp()).to_bytes(_EXPIRY_SIZE, "big")
        return self._seal.seal(expiry + event_id.bytes + _digest(visitor))

    def admits(self, admission_pass: str, event_id: EventId, visitor: str) -> bool:
        opened = self._seal.open(admission_pass)
        if opened is None:
            return False
        _, payload = opened
        expiry_s = int.from_bytes(payload[:_EXPIRY_SIZE], "big")
        is_theirs = hmac.compare_digest(payload[_EXPIRY_SIZE:], event_id.bytes + _digest(visitor))
        return is_theirs and self._clock().timestamp() < expiry_s


def _digest(visitor: str) -> bytes:
    # Headers may hold any bytes; what is no name of ours only has to differ from one.
    return sha256(visitor.encode(errors="surrogatepass")).digest()[:_DIGEST_SIZE]
