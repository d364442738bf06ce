"""The lines of waiting rooms in this process: without Redis, and while it is down."""

from application.shared.clock import Clock
from domain.sales.waiting_line import Line
from domain.sales.waiting_room import Attendance, Terms, Turn, Visitor, micros
from domain.shared.ids import EventId

LINES_MAX = 1_000


class MemoryWaitingLines:
    """One line per event; the one that was made first goes first when there are too many."""

    def __init__(self, clock: Clock, *, lines_max: int = LINES_MAX) -> None:
        self._clock = clock
        self._lines_max = lines_max
        self._lines: dict[EventId, Line] = {}

    async def visit(self, terms: Terms, visitor: Visitor) -> Turn:
        return self._line(terms.event_id).visit(terms, visitor, micros(self._clock()))

    async def attendance(self, terms: Terms) -> Attendance:
        line = self._lines.get(terms.event_id)
        if line is None:
            return Attendance(waiting=0, admitted=0, per_minute=None)
        return line.attendance(terms, micros(self._clock()))

    def _line(self, event_id: EventId) -> Line:
        line = self._lines.get(event_id)
        if line is None:
            while len(self._lines) >= self._lines_max:
                del self._lines[next(iter(self._lines))]
            line = self._lines[event_id] = self._new_line()
        return line

    def _new_line(self) -> Line:
        return Line()
