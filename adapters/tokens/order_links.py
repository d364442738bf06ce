"""The secrets of guest orders: the order's id beside 192 bits that only our keys can make."""

import base64
import binascii
from functools import cache
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest
from uuid import UUID

from adapters.tokens.keyring import Keyring
from domain.shared.ids import OrderId

PURPOSE = "order-links"
_ID_SIZE = 16
_MAC_SIZE = 24
_TEXT_SIZE = 54
"""40 bytes in base64 without padding."""


class DerivedOrderLinks:
    """Nothing is stored, so a mail job can make a link too; the keyring's older keys still open."""

    def __init__(self, keyring: Keyring, address: str) -> None:
        self._keyring = keyring
        self._address = address
        self._key = cache(self._derive)

    def secret_of(self, order_id: OrderId) -> str:
        mac = self._mac(order_id, self._keyring.current)
        return base64.urlsafe_b64encode(order_id.bytes + mac).rstrip(b"=").decode()

    def link_of(self, order_id: OrderId) -> str:
        return f"{self._address}/api/v1/orders/{order_id}?secret={self.secret_of(order_id)}"

    def order_of(self, secret: str) -> OrderId | None:
        if len(secret) != _TEXT_SIZE:
            return None
        try:
            raw = base64.b64decode(secret + "==", altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        order_id, shown = OrderId(UUID(bytes=raw[:_ID_SIZE])), raw[_ID_SIZE:]
        # All of them are compared, so that time tells nobody which one it was.
        fits = [compare_digest(shown, self._mac(order_id, id_)) for id_ in self._keyring.masters]
        return order_id if any(fits) else None

    def _mac(self, order_id: OrderId, key_id: int) -> bytes:
        return hmac_digest(self._key(key_id), order_id.bytes, sha256)[:_MAC_SIZE]

    def _derive(self, key_id: int) -> bytes:
        return self._keyring.secret_key(PURPOSE, key_id)
