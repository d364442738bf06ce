"""The neighbourhood of an address: whoever has one address in it may have them all."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

IPV4_PREFIX = 24
IPV6_PREFIX = 64
"""So much of an address is one household, office or phone."""
UNKNOWN = "unknown"


# Asked several times in a request, and by the same clients again and again.
@lru_cache(maxsize=4_096)
def network_of(ip: str | None) -> str:
    """An IPv4 address's /24, an IPv6 address's /64; what is no address stands for itself."""
    if not ip:
        return UNKNOWN
    try:
        address: IPv4Address | IPv6Address = ip_address(ip.partition("%")[0])
    except ValueError:
        return ip
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    prefix = IPV4_PREFIX if isinstance(address, IPv4Address) else IPV6_PREFIX
    return str(ip_network((address, prefix), strict=False))


def is_near(one: str | None, other: str | None) -> bool:
    """Whether two addresses are of one neighbourhood."""
    return network_of(one) == network_of(other)
