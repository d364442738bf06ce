"""The secrets of guest orders are made from keys, fit one order, and outlive a rotation."""

from uuid import UUID

import pytest

from adapters.tokens.keyring import Keyring
from adapters.tokens.order_links import DerivedOrderLinks
from domain.shared.ids import OrderId

ORDER = OrderId(UUID(int=7))
OLD, NEW = b"o" * 32, b"n" * 32
LINKS = DerivedOrderLinks(Keyring({1: OLD}), "https://tickets.example")


def test_the_secret_opens_its_order() -> None:
    assert LINKS.order_of(LINKS.secret_of(ORDER)) == ORDER
    assert LINKS.secret_of(ORDER) == LINKS.secret_of(ORDER)


def test_the_link_has_the_order_and_its_secret() -> None:
    assert LINKS.link_of(ORDER) == (
        f"https://tickets.example/api/v1/orders/{ORDER}?secret={LINKS.secret_of(ORDER)}"
    )


def test_another_orders_secret_is_another() -> None:
    mine, theirs = LINKS.secret_of(ORDER), LINKS.secret_of(OrderId(UUID(int=8)))

    # Its id beside the proof of another order: 128 bits and more would have to be guessed.
    assert LINKS.order_of(mine[:22] + theirs[22:]) is None


@pytest.mark.parametrize("place", range(54))
def test_every_sign_counts(place: int) -> None:
    secret = LINKS.secret_of(ORDER)
    # The last sign carries four bits of nothing; a far one differs in those that count.
    other = chr(ord("A") + (ord(secret[place]) + 13) % 26)
    if other == secret[place]:
        other = "-"

    forged = LINKS.order_of(secret[:place] + other + secret[place + 1 :])

    assert forged is None


@pytest.mark.parametrize("text", ["", "x", "x" * 54, "ä" * 54, "=" * 54, "x" * 10_000, "\0" * 54])
def test_nonsense_opens_nothing(text: str) -> None:
    assert LINKS.order_of(text) is None


def test_older_keys_still_open_and_newer_ones_sign() -> None:
    rotated = DerivedOrderLinks(Keyring({1: OLD, 2: NEW}), "")
    forgotten = DerivedOrderLinks(Keyring({2: NEW}), "")

    assert rotated.order_of(LINKS.secret_of(ORDER)) == ORDER
    assert forgotten.order_of(rotated.secret_of(ORDER)) == ORDER
    assert forgotten.order_of(LINKS.secret_of(ORDER)) is None
