"""How many carts a client may have, and what guests may hold together."""

from datetime import timedelta

import pytest

from domain.sales.errors import GuestCartsFull, TooManyCarts, TooManyTicketsInCarts
from domain.sales.hoarding import CartLimits, ClientCart, GuestCarts
from tests.domain.sales.builders import NOON

LIMITS = CartLimits(opened_per_minute=6, live=3, guest_places=10, guest_share_percent=20)


def closed(seconds_ago: int) -> ClientCart:
    return ClientCart(NOON - timedelta(seconds=seconds_ago), None)


def live(minutes_left: int, places: int = 1) -> ClientCart:
    hour_ago = NOON - timedelta(hours=1)
    return ClientCart(hour_ago, NOON + timedelta(minutes=minutes_left), places)


def test_six_new_carts_a_minute() -> None:
    LIMITS.check_opening([closed(second) for second in (1, 2, 3, 4, 50)], NOON)
    LIMITS.check_opening([closed(second) for second in (1, 2, 3, 4, 50, 60, 61)], NOON)

    with pytest.raises(TooManyCarts) as refusal:
        LIMITS.check_opening([closed(second) for second in (50, 4, 3, 2, 1, 0)], NOON)

    assert refusal.value.facts["retry_at"] == NOON + timedelta(seconds=10)
    assert refusal.value.facts["retry_after"] == 11


def test_three_at_a_time() -> None:
    LIMITS.check_opening([live(1), live(2)], NOON)

    with pytest.raises(TooManyCarts) as refusal:
        LIMITS.check_opening([live(7), live(2), live(9)], NOON)

    assert refusal.value.facts["retry_at"] == NOON + timedelta(minutes=2)


def test_ten_tickets_without_signing_in() -> None:
    LIMITS.check_guest([live(5, 4), live(3, 4)], 2, NOON)
    LIMITS.check_guest([closed(5)], 10, NOON)

    with pytest.raises(TooManyTicketsInCarts) as refusal:
        LIMITS.check_guest([live(5, 4), live(3, 4)], 3, NOON)

    assert refusal.value.facts["retry_at"] == NOON + timedelta(minutes=3)


def test_what_can_never_fit_has_no_time_to_come_back() -> None:
    with pytest.raises(TooManyTicketsInCarts) as refusal:
        LIMITS.check_guest([live(5)], 11, NOON)

    assert refusal.value.facts == {"maximum": 10}


@pytest.mark.parametrize(("room", "share"), [(100, 20), (99, 19), (4, 1), (None, None)])
def test_guests_have_a_fifth_of_the_room(room: int | None, share: int | None) -> None:
    assert LIMITS.guest_share(room) == share


def test_the_share_is_all_guests_together() -> None:
    soon = NOON + timedelta(seconds=30)
    LIMITS.check_share(GuestCarts(18, soon), 2, 100, NOON)
    LIMITS.check_share(GuestCarts(10**6, soon), 2, None, NOON)

    with pytest.raises(GuestCartsFull) as refusal:
        LIMITS.check_share(GuestCarts(18, soon), 3, 100, NOON)

    assert refusal.value.facts["retry_at"] == soon
