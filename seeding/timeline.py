"""The demo world has a past: its time is set by hand, event after event, up to the present."""

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dependency_injector import providers

from entrypoints.container import Container, make_container
from seeding.data.shapes import Day

SEED = 1969


class Timeline:
    """A clock that stands still until it is set, and knows the present from which days are counted.

    `present` is an aware instant. The same present gives the same instants, at different minutes.
    """

    def __init__(self, present: datetime) -> None:
        self.present = present
        self.now = present
        self._random = random.Random(SEED)

    def __call__(self) -> datetime:
        return self.now

    def moment(self, day: int) -> datetime:
        """In the ten hours before this hour of that day; today is the present itself."""
        earlier = timedelta(seconds=self._random.randrange(36_000)) if day else timedelta()
        return self.present + timedelta(days=day) - earlier

    def date_of(self, day: Day, timezone: str) -> date:
        """The calendar's day at that place."""
        here = self.present.astimezone(ZoneInfo(timezone)).date() + timedelta(days=day.days)
        if day.weekday is None:
            return here
        return here + timedelta(days=(day.weekday - here.weekday()) % 7)

    def at(self, day: Day, hour: time, timezone: str) -> datetime:
        """The instant at which a clock on the wall there shows this hour."""
        return datetime.combine(self.date_of(day, timezone), hour, ZoneInfo(timezone))


def container_on(timeline: Timeline, container: Container) -> Container:
    """The same product on the same connections, in the timeline's time."""
    other = make_container(container.settings())
    for name in ("engine", "jobs", "keyring", "cache_door"):
        shared = getattr(container.core, name)()
        getattr(other.core, name).override(providers.Object(shared))
    other.core.clock.override(providers.Object(timeline))
    other.core.virtual_clock.override(providers.Object(timeline))
    return other
