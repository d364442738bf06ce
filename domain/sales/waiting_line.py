"""The line of one waiting room: a calculation that is told the time with every visit.

The Lua script of the Redis adapter makes the same calculation, step by step, and one suite of
promises compares them. All times are whole microseconds since 1970.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass, field

from domain.sales.waiting_room import Attendance, Terms, Turn, Visitor, instant_of, micros, place_of

SECOND = 1_000_000
MINUTE = 60 * SECOND

BURST = 5 * SECOND
"""What is saved up while nobody waits: the admissions of so much time, and never less than one."""
ABSENT = 90 * SECOND
"""Who has not asked for so long is not counted and not let in; the place is kept."""
PATIENCE = 15 * MINUTE
"""Who stays away longer after the opening comes back behind everybody who is here."""
GATHERING = 30 * SECOND
"""After a loss of memory nobody is let in for so long: all come back and find their places."""
GRACE = 30 * SECOND
"""A pass begins when its bearer is let in, who learns it at most so much later."""
REMEMBERED = 24 * 60 * MINUTE
"""Who was let in, or left, is known for so long."""
WARMING_UP = 15 * SECOND
"""A rate that was measured for less is not worth much."""
LEAVING_AT_ONCE_MAX = 100
ADMITTED_AT_ONCE_MAX = 500
"""One visit does a bounded amount of work; the rest is left to the next one."""


@dataclass(slots=True)
class Line:
    """Who stands where, who is in, and how much may still go in: one leaky bucket."""

    standing: list[tuple[int, bytes]] = field(default_factory=list)
    """Places in order; the visitor's id decides between equal ones."""
    places: dict[bytes, int] = field(default_factory=dict)
    here: dict[bytes, int] = field(default_factory=dict)
    """Who stands in line, by the time they last asked, longest ago first."""
    left: dict[bytes, int] = field(default_factory=dict)
    """Who did and went away."""
    late: dict[bytes, int] = field(default_factory=dict)
    """Who lost their place and stands where this says."""
    admitted: dict[bytes, int] = field(default_factory=dict)
    """Until when."""
    born: int = 0
    """When this memory began."""
    began: int = 0
    """The same, or the first visit after the latest pause."""
    gathering_until: int = 0
    visited: int = 0
    credit: int = MINUTE
    """How many may go in now, times MINUTE: whole numbers are exact."""
    admitted_total: int = 0
    busy_since: int = 0
    """Since when there were always people left over; 0 while there are none."""
    window: int = 0
    window_count: int = 0
    window_before: float = -1.0
    """Admissions per minute in the window before; negative if there was none."""

    def visit(self, terms: Terms, visitor: Visitor, now: int) -> Turn:
        """The visitor asks: takes or keeps a place, and whoever's turn it is goes in."""
        opens = micros(terms.opens_at)
        if visitor.entered_at is None:
            entered = self._arrival(visitor.id, opens, now)
        else:
            entered = micros(visitor.entered_at)
        self._wake(entered, now)
        if self.admitted.get(visitor.id, 0) <= now:
            self._stand(visitor, terms, entered, now)
        self._see_off(now)
        self._fill(terms, opens, now)
        if now >= opens and now >= self.gathering_until:
            self._let_in(terms, now)
            self._measure(now)
        self.visited = max(self.visited, now)
        return self._turn(terms, visitor, entered, now)

    def attendance(self, terms: Terms, now: int) -> Attendance:
        """The numbers, without a visit."""
        is_awake = now - self.visited <= ABSENT
        return Attendance(
            waiting=len(self.standing) if is_awake else 0,
            admitted=self.admitted_total,
            per_minute=self._rate(terms, now) if is_awake and self.busy_since else None,
        )

    def _arrival(self, id_: bytes, opens: int, now: int) -> int:
        """Now, or when an account that stands here under another name arrived."""
        place = self.places.get(id_)
        if place is None:
            return now
        return place if place >= 0 else min(now, opens - 1)

    def _wake(self, entered: int, now: int) -> None:
        if not self.visited:
            self.born = self.began = self.visited = now
        elif now - self.visited > ABSENT:
            # People stood here and nobody could ask: they come back, each when it suits them.
            self.gathering_until = now + GATHERING if self.standing else 0
            self.began = now
            self.busy_since = 0
        if entered < self.born - SECOND and now < self.born + GATHERING:
            # Somebody was here before this memory began: it was lost, and others will come too.
            self.gathering_until = self.born + GATHERING

    def _stand(self, visitor: Visitor, terms: Terms, entered: int, now: int) -> None:
        id_, opens = visitor.id, micros(terms.opens_at)
        last = self.here.pop(id_, None) or self.left.pop(id_, None) or entered
        was_admitted = self.admitted.pop(id_, None) is not None
        if was_admitted or now - max(last, opens, self.began) > PATIENCE:
            self.late.pop(id_, None)  # So that the dictionary stays in order of time.
            self.late[id_] = now
        place = self.late.get(id_)
        if place is None:
            place = place_of(visitor, terms.opens_at, instant_of(entered))
        before = self.places.get(id_)
        if before != place:
            if before is not None:
                del self.standing[bisect_left(self.standing, (before, id_))]
            insort(self.standing, (place, id_))
            self.places[id_] = place
        self.here[id_] = now

    def _see_off(self, now: int) -> None:
        """Who has not asked for a while leaves the line; what is long over is forgotten."""
        for _ in range(LEAVING_AT_ONCE_MAX):
            id_ = next(iter(self.here), None)
            if id_ is None or self.here[id_] >= now - ABSENT:
                break
            del self.standing[bisect_left(self.standing, (self.places.pop(id_), id_))]
            self.left[id_] = self.here.pop(id_)
        for kept in (self.left, self.late, self.admitted):
            for _ in range(LEAVING_AT_ONCE_MAX):
                id_ = next(iter(kept), None)
                if id_ is None or kept[id_] >= now - REMEMBERED:
                    break
                del kept[id_]

    def _fill(self, terms: Terms, opens: int, now: int) -> None:
        """The bucket: what drips in is capped, so that quiet times are not made up for."""
        if now < opens:
            self.credit = MINUTE
            return
        passed = min(max(0, now - max(self.visited, opens)), ABSENT)
        most = max(MINUTE, terms.per_minute * BURST)
        self.credit = min(most, self.credit + passed * terms.per_minute)

    def _let_in(self, terms: Terms, now: int) -> None:
        until = now + terms.pass_minutes * MINUTE + GRACE
        for _ in range(ADMITTED_AT_ONCE_MAX):
            if self.credit < MINUTE or not self.standing:
                break
            _, id_ = self.standing.pop(0)
            del self.places[id_]
            last = self.here.pop(id_)
            if last < now - ABSENT:
                self.left[id_] = last
                continue
            self.late.pop(id_, None)
            self.admitted[id_] = until
            self.admitted_total += 1
            self.window_count += 1
            self.credit -= MINUTE

    def _measure(self, now: int) -> None:
        """Only while people wait: an empty room says nothing about how fast a full one moves."""
        if not self.standing:
            self.busy_since = 0
        elif not self.busy_since:
            self.busy_since = self.window = now
            self.window_count = 0
            self.window_before = -1.0
        elif now - self.window >= MINUTE:
            self.window_before = self.window_count * MINUTE / (now - self.window)
            self.window, self.window_count = now, 0

    def _rate(self, terms: Terms, now: int) -> float:
        """Admissions per minute over the last one; never more than the organiser allows."""
        passed = now - self.window
        if not self.busy_since or (self.window_before < 0 and passed < WARMING_UP):
            return float(terms.per_minute)
        if self.window_before < 0:
            measured = self.window_count * MINUTE / passed
        else:
            rest = max(0, MINUTE - passed) / MINUTE
            measured = self.window_count * MINUTE / max(passed, MINUTE) + self.window_before * rest
        return min(measured, float(terms.per_minute))

    def _turn(self, terms: Terms, visitor: Visitor, entered: int, now: int) -> Turn:
        until = self.admitted.get(visitor.id, 0)
        is_known = now >= micros(terms.opens_at) and now >= self.gathering_until
        place = self.places.get(visitor.id)
        ahead = bisect_left(self.standing, (place, visitor.id)) if place is not None else None
        return Turn(
            at=instant_of(now),
            entered_at=instant_of(entered),
            admitted_until=instant_of(until) if until > now else None,
            ahead=ahead if is_known else None,
            waiting=len(self.standing),
            per_minute=self._rate(terms, now),
        )
