"""A stretch of time with open ends allowed: when something is on sale or valid."""

from dataclasses import dataclass
from datetime import datetime

from domain.shared.errors import Invalid


class InvalidPeriod(Invalid):
    """The period ends before it begins."""

    code = "invalid_period"


@dataclass(frozen=True, slots=True)
class Period:
    """From `starts` (inclusive) to `ends` (exclusive), both aware instants; None is open."""

    starts: datetime | None = None
    ends: datetime | None = None

    def __post_init__(self) -> None:
        if self.starts is not None and self.ends is not None and self.ends <= self.starts:
            raise InvalidPeriod(starts=self.starts, ends=self.ends)

    def has_begun(self, at: datetime) -> bool:
        return self.starts is None or self.starts <= at

    def is_over(self, at: datetime) -> bool:
        return self.ends is not None and self.ends <= at

    def __contains__(self, at: datetime) -> bool:
        return self.has_begun(at) and not self.is_over(at)
