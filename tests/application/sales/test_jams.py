"""Events whose stock somebody has locked for long."""

from application.sales.jams import JAMMED_SECONDS, Jams
from tests.domain.sales.builders import EVENT


class Ticks:
    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_a_jam_is_noted_for_a_moment() -> None:
    ticks = Ticks()
    jams = Jams(ticks)
    assert not jams.has(EVENT)

    jams.note(EVENT)
    assert jams.has(EVENT)

    ticks.seconds += JAMMED_SECONDS
    assert not jams.has(EVENT)
