"""Scanners and their keys."""

from typing import Any
from uuid import UUID

import pytest

from domain.admission.errors import InvalidApiKey, InvalidEvents
from domain.admission.scanner import Scanner, ScannerStatus, hash_of_key
from domain.shared.ids import ScannerId
from domain.shared.text import InvalidText
from tests.domain.admission.builders import EVENT, NOON, ORG, OTHER_EVENT

KEY = "tks_0123456789"


def a_scanner(**facts: Any) -> Scanner:
    usual: dict[str, Any] = {
        "organization_id": ORG,
        "id": ScannerId(UUID(int=41)),
        "name": "Main door",
        "key": KEY,
        "event_ids": None,
        "at": NOON,
    }
    return Scanner.register(**usual | facts)


def test_a_new_scanner_is_in_use_and_keeps_no_key() -> None:
    scanner = a_scanner()

    assert scanner.status is ScannerStatus.ACTIVE
    assert (scanner.key_hash, scanner.key_hint) == (hash_of_key(KEY), "6789")
    assert KEY not in repr(scanner)


def test_events_are_kept_once_and_sorted() -> None:
    assert a_scanner(event_ids=[OTHER_EVENT, EVENT, EVENT]).event_ids == (EVENT, OTHER_EVENT)


def test_a_scanner_for_no_event_is_refused() -> None:
    with pytest.raises(InvalidEvents):
        a_scanner(event_ids=[])


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\x00b"])
def test_a_name_is_one_that_people_can_read(name: str) -> None:
    with pytest.raises(InvalidText):
        a_scanner(name=name)


def test_a_revoked_scanner_is_as_good_as_unknown() -> None:
    scanner = a_scanner()
    scanner.revoke()
    scanner.revoke()

    with pytest.raises(InvalidApiKey):
        scanner.sign_in(at=NOON)

    assert scanner.last_seen_at is None
