"""What the owner of an account is written: wanted by identity, sent by messaging."""

from typing import Protocol
from uuid import UUID

from msgspec import Struct

from domain.shared.ids import AccountLinkId, RegistrationId
from domain.shared.words import Word

SEND_JOB = "messaging.send_account_letter"


class AccountLetterKind(Word):
    OPEN_ACCOUNT = "open_account"
    VERIFY_EMAIL = "verify_email"
    CHANGE_EMAIL = "change_email"
    ALREADY_REGISTERED = "already_registered"
    RESET_PASSWORD = "reset_password"  # noqa: S105  # A letter, and no password.
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    EMAIL_CHANGED = "email_changed"
    ACCOUNT_CLOSED = "account_closed"
    SECOND_FACTOR_ENABLED = "second_factor_enabled"
    SECOND_FACTOR_DISABLED = "second_factor_disabled"
    SECOND_FACTOR_RESET = "second_factor_reset"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    APPLICATION_SHUT_OUT = "application_shut_out"


class AccountLetter(Struct, frozen=True, kw_only=True):
    """As a job carries it: no secret, but the id of which the secret is derived."""

    id: UUID
    kind: AccountLetterKind
    to_name: str
    """Nothing where it would be what a stranger typed."""
    to_address: str
    link_id: AccountLinkId | None = None
    registration_id: RegistrationId | None = None
    about: str | None = None
    """Which passkey, which account at which provider, or which application."""


class AccountTokens(Protocol):
    """The secrets in mails: derived from an id, so that a job can make them and no row has them."""

    def of_link(self, link_id: AccountLinkId) -> str: ...
    def of_registration(self, registration_id: RegistrationId) -> str: ...
    def link(self, token: str) -> AccountLinkId | None: ...
    def registration(self, token: str) -> RegistrationId | None: ...
