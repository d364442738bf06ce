"""An allotment against one integer per pile, which is obviously right."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.sales.allotment import Allotment
from domain.sales.errors import SoldOut, StockMismatch
from domain.shared.ids import AllotmentId, OrganizationId

ORG = OrganizationId(UUID(int=1))
ID = AllotmentId(UUID(int=2))


def an_allotment(capacity: int | None, **counts: int) -> Allotment:
    return Allotment(organization_id=ORG, id=ID, capacity=capacity, **counts)


class AllotmentMachine(RuleBasedStateMachine):
    """The model is one integer: how many units are free."""

    @initialize(capacity=st.one_of(st.none(), st.integers(0, 12)))
    def begin(self, capacity: int | None) -> None:
        self.allotment = an_allotment(capacity)
        self.free = 10**9 if capacity is None else capacity
        self.capacity = self.free
        self.piles = {"held": 0, "sold": 0, "blocked": 0}

    @rule(units=st.integers(-1, 6), kind=st.sampled_from(["hold", "block"]))
    def take(self, units: int, kind: str) -> None:
        pile = "held" if kind == "hold" else "blocked"
        if units < 1:
            with pytest.raises(StockMismatch):
                getattr(self.allotment, kind)(units)
        elif units > self.free:
            with pytest.raises(SoldOut):
                getattr(self.allotment, kind)(units)
        else:
            getattr(self.allotment, kind)(units)
            self.free -= units
            self.piles[pile] += units

    @rule(
        units=st.integers(-1, 6),
        kind=st.sampled_from([("release", "held"), ("give_back", "sold"), ("unblock", "blocked")]),
    )
    def free_again(self, units: int, kind: tuple[str, str]) -> None:
        verb, pile = kind
        if not 1 <= units <= self.piles[pile]:
            with pytest.raises(StockMismatch):
                getattr(self.allotment, verb)(units)
        else:
            getattr(self.allotment, verb)(units)
            self.free += units
            self.piles[pile] -= units

    @rule(units=st.integers(-1, 6))
    def sell(self, units: int) -> None:
        if not 1 <= units <= self.piles["held"]:
            with pytest.raises(StockMismatch):
                self.allotment.sell(units)
        else:
            self.allotment.sell(units)
            self.piles["held"] -= units
            self.piles["sold"] += units

    @invariant()
    def nothing_is_lost_or_oversold(self) -> None:
        if not hasattr(self, "allotment"):
            return
        found = self.allotment
        assert {"held": found.held, "sold": found.sold, "blocked": found.blocked} == self.piles
        assert self.free + sum(self.piles.values()) == self.capacity
        if found.capacity is not None:
            assert found.available == self.free >= 0


TestAllotment = AllotmentMachine.TestCase


@given(st.integers(0, 5), st.integers(-2, 5), st.integers(-2, 5), st.integers(-2, 5))
def test_a_corrupt_row_does_not_become_an_allotment(
    capacity: int, held: int, sold: int, blocked: int
) -> None:
    is_sound = min(held, sold, blocked) >= 0 and held + sold + blocked <= capacity

    if is_sound:
        an_allotment(capacity, held=held, sold=sold, blocked=blocked)
    else:
        with pytest.raises(StockMismatch):
            an_allotment(capacity, held=held, sold=sold, blocked=blocked)


def test_a_copy_is_the_same_and_goes_its_own_way() -> None:
    original = an_allotment(9, held=1, sold=2, blocked=3)
    original.revision, original.waiting = 4, 1

    copy = original.copy()
    assert copy == original
    copy.hold(1)

    assert (copy.held, original.held) == (2, 1)
