"""A counter that went astray is set right by movements."""

from hypothesis import given
from hypothesis import strategies as st

from domain.sales.box_office import MovementKind
from domain.sales.stock_repair import Tally, corrections

_UNITS = st.integers(min_value=0, max_value=50)
_TALLIES = st.builds(Tally, _UNITS, _UNITS, _UNITS)
_EFFECTS = {
    MovementKind.HOLD: (1, 0, 0),
    MovementKind.RELEASE: (-1, 0, 0),
    MovementKind.SELL: (-1, 1, 0),
    MovementKind.GIVE_BACK: (0, -1, 0),
    MovementKind.BLOCK: (0, 0, 1),
    MovementKind.UNBLOCK: (0, 0, -1),
}


@given(_TALLIES, _TALLIES)
def test_the_corrections_lead_from_what_is_counted_to_what_is_right(
    found: Tally, right: Tally
) -> None:
    held, sold, blocked = found.held, found.sold, found.blocked
    for kind, units in corrections(found, right):
        of_held, of_sold, of_blocked = _EFFECTS[kind]
        held, sold, blocked = (
            held + of_held * units,
            sold + of_sold * units,
            blocked + of_blocked * units,
        )
        assert units > 0
        assert held >= 0

    assert Tally(held, sold, blocked) == right


def test_what_is_right_needs_no_correction() -> None:
    assert corrections(Tally(1, 2, 3), Tally(1, 2, 3)) == []
    assert Tally(1, 2, 3).taken == 6
