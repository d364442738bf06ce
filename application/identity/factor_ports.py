"""What second factors and passkeys ask of the world."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec
from msgspec import Struct

from application.identity.ports import KnownPasskey
from application.identity.provider_ports import LinkedAccountTransaction
from application.shared.scope import Scope
from domain.identity.challenge import Challenge
from domain.identity.passkey import Passkey
from domain.shared.ids import PasskeyId, UserId


class NewSeed(Struct, frozen=True, kw_only=True):
    """What an app is to keep; only `sealed` is written down."""

    secret: str
    address: str
    """The same as an otpauth:// address, for a QR symbol."""
    sealed: bytes


class AppCodes(Protocol):
    """The codes that authenticator apps show: six digits, another each 30 seconds (RFC 6238)."""

    # `account` is what the app calls it; the seed opens for this user alone.
    def new_seed(self, user_id: UserId, account: str) -> NewSeed: ...

    # The latest time step, of the present one and its two neighbours, that has this code.
    # Raises SecondFactorUnreadable if the seed does not open.
    def step_of(self, user_id: UserId, sealed: bytes, code: str, at: datetime) -> int | None: ...

    # The same seed under the present key, so that older keys can be given up.
    def resealed(self, user_id: UserId, sealed: bytes) -> bytes: ...


class SignInChallenges(Protocol):
    """Challenges as clients carry them: nobody else can make or change one."""

    def seal(self, challenge: Challenge) -> str: ...
    def open(self, text: str) -> Challenge: ...  # Raises ChallengeOver for whatever is not ours.


class BrowserAnswer(Struct, frozen=True, kw_only=True, rename="camel"):
    """A `PublicKeyCredential` as browsers write it (`toJSON`); what else they add is not read."""

    id: str
    raw_id: str
    type: Literal["public-key"]


class CreatedResponse(Struct, frozen=True, kw_only=True, rename="camel"):
    client_data_json: str = msgspec.field(name="clientDataJSON")
    attestation_object: str
    transports: list[str] = []


class CreatedPasskey(BrowserAnswer, frozen=True):
    """What `navigator.credentials.create` gave."""

    response: CreatedResponse


class SignedResponse(Struct, frozen=True, kw_only=True, rename="camel"):
    client_data_json: str = msgspec.field(name="clientDataJSON")
    authenticator_data: str
    signature: str
    user_handle: str | None = None


class SignedPasskey(BrowserAnswer, frozen=True):
    """What `navigator.credentials.get` gave."""

    response: SignedResponse


class NewCredential(Struct, frozen=True, kw_only=True):
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]


class Signature(Struct, frozen=True, kw_only=True):
    """Who signed, if the passkey says so, and the count of its device."""

    user_handle: bytes | None
    sign_count: int


class PasskeyCeremonies(Protocol):
    """WebAuthn: what browsers are asked, and whether their answers are signed for this site."""

    def creation_options(
        self, user_id: UserId, account: str, name: str, challenge: str, known: Sequence[bytes]
    ) -> dict[str, Any]: ...

    # Without `allowed` the device offers what it has for this site, and verifies its owner.
    def request_options(
        self, challenge: str, allowed: Sequence[KnownPasskey] | None
    ) -> dict[str, Any]: ...

    # The challenge that was answered, still to be believed; empty if there is none to be read.
    def challenge_in(self, answer: CreatedPasskey | SignedPasskey) -> str: ...

    # Raises InvalidPasskey.
    def credential_id_in(self, answer: SignedPasskey) -> bytes: ...

    # Raises PasskeyUnusable; the owner was verified.
    def created(self, answer: CreatedPasskey, challenge: str) -> NewCredential: ...

    # Raises InvalidPasskey. Whether the count grew is not for it to say.
    def signed(
        self, answer: SignedPasskey, challenge: str, public_key: bytes, *, is_verified: bool
    ) -> Signature: ...


class Passkeys(Protocol):
    # Somebody's own, alone until the commit. Raises PasskeyNotFound.
    async def lock(self, user_id: UserId, passkey_id: PasskeyId) -> Passkey: ...

    # The same by what the device calls it. Raises InvalidPasskey.
    async def lock_by_credential(self, user_id: UserId, credential_id: bytes) -> Passkey: ...

    # Whose it is, before anything is locked. Raises InvalidPasskey.
    async def owner_of(self, credential_id: bytes) -> UserId: ...

    async def count_of(self, user_id: UserId) -> int: ...
    async def add(self, passkey: Passkey) -> None: ...  # PasskeyKnown, at the latest on leaving.
    async def save(self, passkey: Passkey) -> None: ...  # Raises StaleVersion.
    async def remove(self, passkey: Passkey) -> None: ...
    async def remove_all(self, user_id: UserId) -> None: ...


class FactorTransaction(LinkedAccountTransaction, Protocol):
    @property
    def passkeys(self) -> Passkeys: ...


BeginFactors = Callable[[Scope], AbstractAsyncContextManager[FactorTransaction]]
