import pytest

from domain.identity.networks import network_of


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("192.0.2.255", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("192.0.2.7.9", "192.0.2.7.9"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_neighbours_are_one_network(ip: str | None, network: str) -> None:
    assert network_of(ip) == network
