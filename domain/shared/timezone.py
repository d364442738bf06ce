"""IANA time zones by name."""

from functools import cache
from zoneinfo import available_timezones

from domain.shared.errors import Invalid


class UnknownTimezone(Invalid):
    """A time zone is UTC or an area and a place of the IANA database, such as Europe/Berlin."""

    code = "unknown_timezone"
    field = "timezone"


@cache
def _names() -> frozenset[str]:
    """Without `localtime`, `Factory` and the old names: what they mean depends on the machine."""
    return frozenset(name for name in available_timezones() if "/" in name) | {"UTC"}


def known_timezone(name: str) -> str:
    """The name itself. Raises UnknownTimezone."""
    if name not in _names():
        raise UnknownTimezone(timezone=name)
    return name
