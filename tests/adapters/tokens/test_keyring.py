"""The signing secrets as operators write them."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from adapters.tokens.keyring import InvalidSecrets, Keyring
from tests.conftest import VirtualClock

SECRET = base64.b64encode(b"1" * 32).decode()
NOON = VirtualClock().now
LATER = "2026-06-01T15:30:00+02:00"
SWITCH = datetime(2026, 6, 1, 13, 30, tzinfo=UTC)


def test_the_highest_number_that_is_due_signs(clock: VirtualClock) -> None:
    ring = Keyring.parse(f"1:{SECRET},2:{SECRET}, 3@{LATER}:{SECRET}", clock)

    assert ring.current == 2
    assert ring.masters.keys() == {1, 2, 3}
    clock.now = SWITCH - timedelta(microseconds=1)
    assert ring.current == 2
    clock.now = SWITCH
    assert ring.current == 3


def test_it_knows_when_each_key_begins_and_ends(clock: VirtualClock) -> None:
    ring = Keyring.parse(f"1:{SECRET},2:{SECRET},3@{LATER}:{SECRET}", clock)

    assert [ring.since(key_id) for key_id in (1, 2, 3)] == [None, None, SWITCH]
    assert [ring.until(key_id) for key_id in (1, 2, 3)] == [None, SWITCH, None]


def test_a_key_that_is_alone_signs_even_if_it_is_not_due(clock: VirtualClock) -> None:
    assert Keyring.parse(f"2@2027-01-31T12:00Z:{SECRET}", clock).current == 2


def test_tokens_are_of_their_key_in_the_second_in_which_it_begins() -> None:
    ring = Keyring({1: b"1" * 32}, {1: NOON + timedelta(milliseconds=700)})

    assert ring.since(1) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "",
        SECRET,
        f"one:{SECRET}",
        f"0:{SECRET}",
        f"256:{SECRET}",
        "1:c2hvcnQ=",
        "1:no base64!",
        f"1@:{SECRET}",
        f"1@soon:{SECRET}",
        f"1@2027-01-31T12:00:{SECRET}",
        f"1@2027-01-31T12:00Z{SECRET}",
        f"1:{SECRET},",
    ],
)
def test_what_is_no_keyring_is_refused(text: str) -> None:
    with pytest.raises(InvalidSecrets):
        Keyring.parse(text)
