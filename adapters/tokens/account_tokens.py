"""The secrets in mails about accounts: an id under a MAC, derived when asked for, never stored."""

from uuid import UUID

from adapters.tokens.keyring import Keyring
from adapters.tokens.sealed_bytes import SealedBytes
from domain.shared.ids import AccountLinkId, RegistrationId

_ID_SIZE = 16


class DerivedAccountTokens:
    """What was not made here, to the last bit, is refused without a look at the database."""

    def __init__(self, keyring: Keyring) -> None:
        self._links = SealedBytes(keyring, "account-link", _ID_SIZE)
        self._registrations = SealedBytes(keyring, "registration", _ID_SIZE)

    def of_link(self, link_id: AccountLinkId) -> str:
        return self._links.seal(link_id.bytes)

    def of_registration(self, registration_id: RegistrationId) -> str:
        return self._registrations.seal(registration_id.bytes)

    def link(self, token: str) -> AccountLinkId | None:
        opened = self._links.open(token)
        return None if opened is None else AccountLinkId(UUID(bytes=opened[1]))

    def registration(self, token: str) -> RegistrationId | None:
        opened = self._registrations.open(token)
        return None if opened is None else RegistrationId(UUID(bytes=opened[1]))
