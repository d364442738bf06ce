"""The secrets of waiting lists are ours alone, each for its own purpose."""

from uuid import uuid4

import pytest

from adapters.tokens.keyring import Keyring
from adapters.tokens.waiting_list_secrets import DerivedWaitingListSecrets
from domain.shared.ids import WaitingListEntryId

OLD, NEW = b"one master secret of enough bytes", b"another master secret of some more"


@pytest.fixture
def secrets() -> DerivedWaitingListSecrets:
    return DerivedWaitingListSecrets(Keyring({1: OLD}))


@pytest.fixture
def entry_id() -> WaitingListEntryId:
    return WaitingListEntryId(uuid4())


def test_each_secret_leads_back_to_its_entry(
    secrets: DerivedWaitingListSecrets, entry_id: WaitingListEntryId
) -> None:
    assert secrets.entry(secrets.of_entry(entry_id)) == entry_id
    assert secrets.offered_entry(secrets.of_offer(entry_id)) == entry_id


def test_the_secret_of_a_place_takes_no_offer(
    secrets: DerivedWaitingListSecrets, entry_id: WaitingListEntryId
) -> None:
    assert secrets.offered_entry(secrets.of_entry(entry_id)) is None
    assert secrets.entry(secrets.of_offer(entry_id)) is None


def test_the_same_secret_is_derived_again(entry_id: WaitingListEntryId) -> None:
    one, other = (DerivedWaitingListSecrets(Keyring({1: OLD})) for _ in range(2))

    assert one.of_offer(entry_id) == other.of_offer(entry_id)


def test_older_keys_are_believed_until_they_are_dropped(entry_id: WaitingListEntryId) -> None:
    before = DerivedWaitingListSecrets(Keyring({1: OLD})).of_offer(entry_id)

    both = DerivedWaitingListSecrets(Keyring({1: OLD, 2: NEW}))
    only_new = DerivedWaitingListSecrets(Keyring({2: NEW}))

    assert both.offered_entry(before) == entry_id
    assert both.of_offer(entry_id) != before
    assert only_new.offered_entry(before) is None


def test_no_letter_of_it_can_be_another(
    secrets: DerivedWaitingListSecrets, entry_id: WaitingListEntryId
) -> None:
    secret = secrets.of_offer(entry_id)

    for position, letter in enumerate(secret):
        other = "A" if letter != "A" else "B"
        assert secrets.offered_entry(secret[:position] + other + secret[position + 1 :]) is None


@pytest.mark.parametrize("nonsense", ["", "A", "A" * 66, "é" * 66, "-" * 10_000, "\x00" * 66])
def test_nonsense_is_nobodys(secrets: DerivedWaitingListSecrets, nonsense: str) -> None:
    assert secrets.entry(nonsense) is None
    assert secrets.offered_entry(nonsense) is None
