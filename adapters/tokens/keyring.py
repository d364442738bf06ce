"""The platform's signing secrets: numbered, the highest that is due in use, the others believed."""

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from application.shared.clock import Clock

_FORM = "Signing secrets look like 1:BASE64,2@2027-01-31T12:00Z:BASE64."


class InvalidSecrets(Exception):
    """The signing secrets are not `NUMBER[@INSTANT]:BASE64` of at least 32 bytes each."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Keyring:
    """Master secrets by key id (1 to 255). Every key in use is derived from one of them.

    A key with an instant signs from then on, in all processes at once, and is believed before: the
    processes that learn of it one after another never refuse each other's work.
    """

    def __init__(
        self,
        masters: Mapping[int, bytes],
        since: Mapping[int, datetime] | None = None,
        clock: Clock = _utc_now,
    ) -> None:
        if not masters or any(len(master) < 32 for master in masters.values()):
            raise InvalidSecrets("Each signing secret needs at least 32 bytes.")
        if any(not 0 < key_id < 256 for key_id in masters):
            raise InvalidSecrets("Key ids run from 1 to 255.")
        self.masters = dict(masters)
        # Tokens tell their time in whole seconds.
        self._since = {id_: at.replace(microsecond=0) for id_, at in (since or {}).items()}
        self._clock = clock

    @property
    def current(self) -> int:
        """The key that signs now."""
        return self.signing_at(self._clock())

    def signing_at(self, at: datetime) -> int:
        due = [id_ for id_ in self.masters if id_ not in self._since or self._since[id_] <= at]
        return max(due) if due else min(self.masters)

    def since(self, key_id: int) -> datetime | None:
        """When it began to sign, or will; None if nobody said."""
        return self._since.get(key_id)

    def until(self, key_id: int) -> datetime | None:
        """When the next key takes over from it, or did; None if there is none, or nobody said."""
        later = [id_ for id_ in self.masters if id_ > key_id]
        return self._since.get(min(later)) if later else None

    @classmethod
    def parse(cls, text: str, clock: Clock = _utc_now) -> "Keyring":
        """From `1:BASE64,2@2027-01-31T12:00Z:BASE64`. Raises InvalidSecrets."""
        masters: dict[int, bytes] = {}
        since: dict[int, datetime] = {}
        for part in text.split(","):
            named, separator, encoded = part.strip().rpartition(":")
            number, at, instant = named.partition("@")
            try:
                masters[int(number)] = base64.b64decode(encoded, validate=True)
                if at:
                    since[int(number)] = _instant(instant)
            except (ValueError, binascii.Error) as error:
                raise InvalidSecrets(_FORM) from error
            if not separator:
                raise InvalidSecrets(_FORM)
        return cls(masters, since, clock)

    @classmethod
    def kept_in(cls, home: Path) -> "Keyring":
        """The secret that this data folder has had since its first start; readable by its owner
        only.
        """
        file = home / "signing-secrets"
        if not file.exists():
            home.mkdir(parents=True, exist_ok=True)
            made = f"1:{base64.b64encode(secrets.token_bytes(32)).decode()}"
            draft = home / f".signing-secrets-{os.getpid()}"
            draft.touch(mode=0o600)
            draft.write_text(made)
            try:
                os.link(draft, file)  # Fails if another process was first; then theirs counts.
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return cls.parse(file.read_text())

    def signing_key(self, purpose: str, key_id: int) -> Ed25519PrivateKey:
        """The Ed25519 key for one purpose. Raises KeyError for an unknown key id."""
        return Ed25519PrivateKey.from_private_bytes(self.secret_key(purpose, key_id))

    def secret_key(self, purpose: str, key_id: int) -> bytes:
        """32 bytes for one purpose. Raises KeyError for an unknown key id."""
        seed = HKDF(SHA256(), 32, salt=None, info=f"tixmo/{purpose}/1".encode())
        return seed.derive(self.masters[key_id])


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("An instant has an offset.")
    return at
