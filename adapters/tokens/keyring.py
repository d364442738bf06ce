"""The platform's signing secrets: numbered, the highest in use, the older ones still believed."""

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class InvalidSecrets(Exception):
    """The signing secrets are not `NUMBER:BASE64` of at least 32 bytes each."""


class Keyring:
    """Master secrets by key id (1 to 255). Every key in use is derived from one of them."""

    def __init__(self, masters: Mapping[int, bytes]) -> None:
        if not masters or any(len(master) < 32 for master in masters.values()):
            raise InvalidSecrets("Each signing secret needs at least 32 bytes.")
        if any(not 0 < key_id < 256 for key_id in masters):
            raise InvalidSecrets("Key ids run from 1 to 255.")
        self.masters = dict(masters)
        self.current = max(masters)

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """From `1:BASE64,2:BASE64`. Raises InvalidSecrets."""
        masters: dict[int, bytes] = {}
        for part in text.split(","):
            number, separator, encoded = part.strip().partition(":")
            try:
                masters[int(number)] = base64.b64decode(encoded, validate=True)
            except (ValueError, binascii.Error) as error:
                raise InvalidSecrets("Signing secrets look like 1:BASE64,2:BASE64.") from error
            if not separator:
                raise InvalidSecrets("Signing secrets look like 1:BASE64,2:BASE64.")
        return cls(masters)

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
