"""Where a request comes from. The one place that reads forwarded headers, and it believes them only
from the proxies that are named in the settings.
"""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Any, TypeAlias

from litestar import Request
from litestar.datastructures import State
from litestar.types import HTTPScope

from entrypoints.door_settings import Network

Address: TypeAlias = IPv4Address | IPv6Address

STANDARD = "forwarded"
USUAL = "x-forwarded-for"
HOPS_MAX = 32
REMEMBERED_BYTES_MAX = 256


def address_of(request: Request[Any, Any, State]) -> str:
    """The client's IP address; empty where there is none, as on a Unix socket."""
    return request.client.host if request.client else ""


class Proxies:
    """Who may say for whom it asks, and in which header: the one that they all write."""

    def __init__(self, networks: Sequence[Network], header: str = USUAL) -> None:
        self._networks = tuple(networks)
        self._header = header.encode()
        # The same few proxies, and the same clients again and again.
        self._client = lru_cache(maxsize=16_384)(self._find_client)

    def believe(self, scope: HTTPScope) -> None:
        """Put the client's address into the scope, for everybody who asks for it there."""
        peer = scope["client"]
        if peer is None or not (self._networks or peer[0].startswith("::ffff:")):
            return
        chain = b",".join(value for name, value in scope["headers"] if name == self._header)
        find = self._client if len(chain) <= REMEMBERED_BYTES_MAX else self._find_client
        address = find(peer[0], chain)
        if address != peer[0]:
            scope["client"] = (address, peer[1])

    def _find_client(self, peer: str, chain: bytes) -> str:
        """From the right, over the proxies, to the first that is none; what stands left of it was
        said by nobody we know. A chain that cannot be read counts as none.
        """
        known = _address(peer)
        if known is None:
            return peer
        nearest = known
        if chain and self._is_proxy(known):
            read = _standard_hop if self._header == STANDARD.encode() else _hop
            for written in reversed(chain.decode("latin-1").split(",")[-HOPS_MAX:]):
                hop = read(written)
                if hop is None:
                    return str(known)
                nearest = hop
                if not self._is_proxy(hop):
                    break
        return str(nearest)

    def _is_proxy(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def _standard_hop(written: str) -> Address | None:
    """One element of RFC 7239: `for="[2001:db8::1]:4711";proto=https`."""
    for pair in written.split(";"):
        name, _, value = pair.strip().partition("=")
        if name.lower() == "for":
            return _hop(value.strip('"'))
    return None


def _hop(written: str) -> Address | None:
    """`192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`."""
    written = written.strip()
    if written.startswith("["):
        written = written[1:].partition("]")[0]
    elif written.count(":") == 1:
        written = written.partition(":")[0]
    return _address(written)


def _address(written: str) -> Address | None:
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
