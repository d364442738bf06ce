"""Zones are places, so that they mean the same on every machine."""

import pytest

from domain.shared.timezone import UnknownTimezone, known_timezone


@pytest.mark.parametrize("name", ["UTC", "Europe/Warsaw", "America/Argentina/Ushuaia"])
def test_places_are_known(name: str) -> None:
    assert known_timezone(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("localtime", "Factory", "posixrules", "posix/Europe/Warsaw", "right/UTC", "EST", "CET"),
        *("", "europe/warsaw", "Europe/Atlantis", "../Europe/Warsaw", "/Europe/Warsaw"),
    ],
)
def test_what_is_no_place_is_refused(name: str) -> None:
    with pytest.raises(UnknownTimezone):
        known_timezone(name)
