"""IANA time zones by name."""

from functools import cache
from zoneinfo import available_timezones

from domain.shared.errors import Invalid


class UnknownTimezone(Invalid):
    """The time zone is not in the IANA database."""

    code = "unknown_timezone"
    field = "timezone"


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def known_timezone(name: str) -> str:
    """The name itself. Raises UnknownTimezone."""
    if name not in _names():
        raise UnknownTimezone(timezone=name)
    return name
