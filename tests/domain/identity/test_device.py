import pytest

from domain.identity.device import UNKNOWN, device_of
from domain.identity.networks import is_near

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (WINDOWS + "Chrome/140.0 Safari/537.36", "Chrome on Windows"),
        (WINDOWS + "Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        (WINDOWS + "Chrome/140.0 Safari/537.36 OPR/120.0", "Opera on Windows"),
        (IPHONE + "(KHTML, like Gecko) Version/19.0 Mobile Safari/604.1", "Safari on iPhone"),
        (IPHONE + "CriOS/140.0 Mobile Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko Firefox/143.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Linux; Android 16; Pixel) Chrome/140.0 Safari/1", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Safari/605", "Safari on macOS"),
        ("DoorApp/2.1 Android", "Android"),
        ("curl/8.14.1", "curl"),
        ("x" * 300, "x" * 60),
        ("/", UNKNOWN),
        ("", UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_a_device_is_named_as_its_owner_would(user_agent: str | None, device: str) -> None:
    assert device_of(user_agent) == device


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("::ffff:192.0.2.1", "192.0.2.9", True),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("2001:db8::1", "192.0.2.1", False),
        ("testclient", "testclient", True),
        ("testclient", "192.0.2.1", False),
        (None, None, True),
        (None, "192.0.2.1", False),
    ],
)
def test_addresses_of_one_network_are_near(one: str | None, other: str | None, near: bool) -> None:
    assert is_near(one, other) is near
    assert is_near(other, one) is near
