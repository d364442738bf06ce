"""Settings of the doors that are lists: proxies, origins, rates. Each reader raises ValueError."""

import ipaddress
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from typing import TypeAlias

from application.shared.rates import Rate

Network: TypeAlias = IPv4Network | IPv6Network

EVERYBODY = "*"

START_VALUES: Mapping[str, Rate] = {
    "network-catalogue": Rate(120, 60),
    "network-read": Rate(120, 60),
    "network-write": Rate(60, 30),
    "network-auth": Rate(60, 30),
    "network-order": Rate(60, 30),
    "network-queue": Rate(1_200, 300),
    "network-export": Rate(10, 5),
    "network-health": Rate(600, 60),
    "network-tokens": Rate(600, 200),
    "user-catalogue": Rate(600, 120),
    "user-read": Rate(600, 120),
    "user-write": Rate(120, 60),
    "user-order": Rate(120, 30),
    "user-queue": Rate(120, 30),
    "user-scan": Rate(1_200, 40),
    "user-export": Rate(10, 5),
    "device-scan": Rate(1_200, 40),
    "device-other": Rate(600, 120),
    "key-standard": Rate(600, 60),
    "key-high": Rate(6_000, 600),
    "key-export": Rate(10, 5),
}
"""By whom and what. `network-tokens` counts tokens that nobody has looked up yet, or that are none.
"""

_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


def networks_in(written: str) -> tuple[Network, ...]:
    """`10.0.0.0/8, 2001:db8::/32, 192.0.2.1`."""
    return tuple(ipaddress.ip_network(one) for one in _parts(written))


def origins_in(written: str) -> frozenset[str]:
    """`https://shop.example, https://admin.example:8443`, or `*`."""
    origins = frozenset(_parts(written))
    for origin in origins - {EVERYBODY}:
        if _ORIGIN.fullmatch(origin) is None:
            raise ValueError(f"{origin!r} is no origin: write https://shop.example, or *")
    return origins


def rates_in(written: str, *, multiplier: int = 1) -> dict[str, Rate]:
    """The start values, but for `network-read=240/60,user-write=60/30`; all times `multiplier`."""
    rates = dict(START_VALUES)
    for one in _parts(written):
        name, _, rate = (part.strip() for part in one.partition("="))
        if name not in rates:
            raise ValueError(f"there is no limit {name!r}")
        rates[name] = Rate.parse(rate)
    return {name: rate.times(multiplier) for name, rate in rates.items()}


def _parts(written: str) -> list[str]:
    return [part.strip() for part in written.split(",") if part.strip()]
