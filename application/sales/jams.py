"""Events whose stock somebody has locked for long: the lane does not queue behind them."""

import time
from collections.abc import Callable

from domain.shared.ids import EventId

JAMMED_SECONDS = 1.0
"""So long nobody of such an event is served; then one batch tries again."""


class Jams:
    """Kept in this process. `ticks` counts seconds."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._until: dict[EventId, float] = {}

    def note(self, event_id: EventId) -> None:
        self._until[event_id] = self._ticks() + JAMMED_SECONDS

    def has(self, event_id: EventId) -> bool:
        until = self._until.get(event_id)
        if until is None:
            return False
        if self._ticks() < until:
            return True
        del self._until[event_id]
        return False
