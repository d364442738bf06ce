"""Who opens carts, as something that can be counted and not read back."""

import ipaddress
from functools import cache, lru_cache
from hashlib import sha256
from hmac import digest as hmac_digest
from uuid import UUID

from adapters.tokens.keyring import Keyring
from domain.shared.email import key_of
from domain.shared.ids import UserId

PURPOSE = "cart-clients"
_IPV6_PREFIX = 64
"""One household or phone has at least a /64, and could use another address for each cart."""


class ClientDigests:
    """The same person or address is the same client, for as long as the present key is."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._key = cache(self._derive)

    def of_person(self, user_id: UserId) -> UUID:
        return self._digest(b"person" + user_id.bytes)

    def of_address(self, address: str) -> UUID:
        return self._digest(b"address" + network_of(address).encode())

    def of_token(self, token: str) -> UUID:
        return self._digest(b"token" + token.encode())

    def of_email(self, email: str) -> UUID:
        return self._digest(b"email" + key_of(email).encode())

    def _digest(self, named: bytes) -> UUID:
        key = self._key(self._keyring.current)
        return UUID(bytes=hmac_digest(key, named, sha256)[:16])

    def _derive(self, key_id: int) -> bytes:
        return self._keyring.secret_key(PURPOSE, key_id)


@lru_cache(maxsize=16_384)
def network_of(address: str) -> str:
    """What is counted as one: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address  # A socket without an address, as in tests.
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, _IPV6_PREFIX), strict=False))
    return str(known)
