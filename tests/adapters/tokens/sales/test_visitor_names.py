"""Names of visitors: nobody makes one up, and nobody knows or chooses the lot behind it."""

import base64
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.tokens.keyring import Keyring
from adapters.tokens.sales.visitor_names import VisitorNames
from domain.sales.errors import UnknownVisitor
from domain.sales.waiting_room import DRAW_BITS
from domain.shared.ids import EventId, UserId

OLD, NEW = b"an old master key for the tests.", b"a new master key for the tests.."
EVENT, OTHER_EVENT = EventId(UUID(int=1)), EventId(UUID(int=2))
ARRIVAL = datetime(2026, 6, 1, 12, 0, 0, 123_457, tzinfo=UTC)
NAMES = VisitorNames(Keyring({1: OLD}))


def a_name(names: VisitorNames = NAMES) -> str:
    return names.name(EVENT, names.new(EVENT, None), ARRIVAL)


def test_a_name_brings_the_visitor_the_lot_and_the_arrival_back() -> None:
    visitor = NAMES.new(EVENT, None)

    read = NAMES.read(EVENT, NAMES.name(EVENT, visitor, ARRIVAL))

    assert (read.id, read.draw, read.entered_at) == (visitor.id, visitor.draw, ARRIVAL)


def test_names_are_random_and_have_128_bits() -> None:
    ids = {NAMES.new(EVENT, None).id for _ in range(1_000)}

    assert len(ids) == 1_000
    assert {len(id_) for id_ in ids} == {16}


def test_an_account_is_the_same_visitor_whenever_it_comes_and_another_at_each_event() -> None:
    ada, bob = UserId(uuid4()), UserId(uuid4())

    assert NAMES.new(EVENT, ada) == NAMES.new(EVENT, ada)
    assert NAMES.new(EVENT, ada).id != NAMES.new(EVENT, bob).id
    assert NAMES.new(EVENT, ada).id != NAMES.new(OTHER_EVENT, ada).id
    assert ada.bytes not in NAMES.new(EVENT, ada).id


def test_a_visitor_keeps_the_lot_when_the_next_key_takes_over_in_a_running_process() -> None:
    now = ARRIVAL

    def clock() -> datetime:
        return now

    names = VisitorNames(Keyring({1: OLD, 2: NEW}, {2: ARRIVAL + timedelta(hours=1)}, clock))
    before = a_name(names)
    lot = names.read(EVENT, before).draw
    now = ARRIVAL + timedelta(hours=1)
    visitor = names.new(EVENT, None)

    assert names.read(EVENT, before).draw == lot
    assert names.read(EVENT, names.name(EVENT, visitor, ARRIVAL)).draw == visitor.draw


def test_a_name_is_good_for_its_event_alone() -> None:
    with pytest.raises(UnknownVisitor):
        NAMES.read(OTHER_EVENT, a_name())


def test_every_changed_bit_is_refused() -> None:
    name = a_name()
    raw = bytearray(base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)))

    for bit in range(len(raw) * 8):
        raw[bit // 8] ^= 1 << (bit % 8)
        forged = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
        raw[bit // 8] ^= 1 << (bit % 8)
        with pytest.raises(UnknownVisitor):
            NAMES.read(EVENT, forged)


@given(st.text(max_size=120))
@settings(deadline=None)
def test_whatever_is_sent_is_refused(text: str) -> None:
    with pytest.raises(UnknownVisitor):
        NAMES.read(EVENT, text)


def test_after_a_rotation_people_keep_their_names_and_lots() -> None:
    name = a_name()
    rotated = VisitorNames(Keyring({1: OLD, 2: NEW}))

    assert rotated.read(EVENT, name) == NAMES.read(EVENT, name)
    with pytest.raises(UnknownVisitor):
        VisitorNames(Keyring({2: NEW})).read(EVENT, name)


def test_the_lot_is_not_in_the_name() -> None:
    visitor = NAMES.new(EVENT, None)
    name = NAMES.name(EVENT, visitor, ARRIVAL)
    raw = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4))

    bits = f"{int.from_bytes(raw, 'big'):0{len(raw) * 8}b}"
    assert f"{visitor.draw:0{DRAW_BITS}b}" not in bits


def test_the_same_visitor_has_another_lot_at_another_event() -> None:
    fixed = VisitorNames(Keyring({1: OLD}), lambda size: bytes(size))

    assert fixed.new(EVENT, None).draw != fixed.new(OTHER_EVENT, None).draw


def lots_of(names: VisitorNames, people: int) -> list[int]:
    return [names.new(EVENT, None).draw for _ in range(people)]


def chi_square(lots: list[int], bins: int = 64) -> float:
    """How far the lots are from being spread evenly; about `bins - 1` if they are."""
    counts = [0] * bins
    for lot in lots:
        counts[lot * bins >> DRAW_BITS] += 1
    expected = len(lots) / bins
    return sum((count - expected) ** 2 / expected for count in counts)


LIMIT_63 = 103.4
"""Of 63 degrees of freedom one in a thousand fair draws exceeds this; the seed is fixed."""


def test_lots_are_spread_evenly() -> None:
    names = VisitorNames(Keyring({1: OLD}), random.Random(1).randbytes)

    lots = lots_of(names, 10_000)

    assert chi_square(lots) < LIMIT_63
    assert max(lots) < 2**DRAW_BITS
    low_bits = [(lot & 63) << (DRAW_BITS - 6) for lot in lots]
    assert chi_square(low_bits) < LIMIT_63


def test_whoever_comes_first_is_drawn_first_no_more_often_than_others() -> None:
    """In 6,000 draws among 6, each arrival should win about 1,000 times."""
    names = VisitorNames(Keyring({1: OLD}), random.Random(2).randbytes)
    wins = [0] * 6
    for _ in range(6_000):
        lots = lots_of(names, 6)
        wins[lots.index(min(lots))] += 1

    assert sum((count - 1_000) ** 2 / 1_000 for count in wins) < 20.5  # 5 degrees, 1 in 1,000.


def test_a_draw_that_favours_somebody_is_caught() -> None:
    names = VisitorNames(Keyring({1: OLD}), random.Random(1).randbytes)
    lots = lots_of(names, 10_000)

    assert chi_square([min(lot, other) for lot, other in pairwise(lots)]) > 200
