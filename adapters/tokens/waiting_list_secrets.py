"""The secrets of waiting lists: an entry's id under a MAC, derived when asked for, never stored."""

from uuid import UUID

from adapters.tokens.keyring import Keyring
from adapters.tokens.sealed_bytes import SealedBytes
from domain.shared.ids import WaitingListEntryId

_ID_SIZE = 16


class DerivedWaitingListSecrets:
    """An entry has one secret, and one for its offer: it is offered only once."""

    def __init__(self, keyring: Keyring) -> None:
        self._entries = SealedBytes(keyring, "waiting-list-entry", _ID_SIZE)
        self._offers = SealedBytes(keyring, "waiting-list-offer", _ID_SIZE)

    def of_entry(self, entry_id: WaitingListEntryId) -> str:
        return self._entries.seal(entry_id.bytes)

    def entry(self, secret: str) -> WaitingListEntryId | None:
        return _named(self._entries, secret)

    def of_offer(self, entry_id: WaitingListEntryId) -> str:
        return self._offers.seal(entry_id.bytes)

    def offered_entry(self, secret: str) -> WaitingListEntryId | None:
        return _named(self._offers, secret)


def _named(sealed: SealedBytes, secret: str) -> WaitingListEntryId | None:
    opened = sealed.open(secret)
    return None if opened is None else WaitingListEntryId(UUID(bytes=opened[1]))
