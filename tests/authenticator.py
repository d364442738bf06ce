"""A device with passkeys, in software: what browsers and security keys do, and what thieves try."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

RP_ID = "localhost"
ORIGIN = "http://localhost:8000"

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40

Json = dict[str, Any]


def text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Credential:
    """One key pair, and whom it is for."""

    id: bytes
    key: ec.EllipticCurvePrivateKey
    user_handle: bytes
    count: int = 0


@dataclass
class SoftAuthenticator:
    """Signs with ES256 and counts. Each argument that a test gives is something gone wrong."""

    origin: str = ORIGIN
    rp_id: str = RP_ID
    framed: Json = field(default_factory=lambda: {"crossOrigin": False})
    """What the browser says of the page around ours."""
    credentials: list[Credential] = field(default_factory=list)

    def create(
        self,
        options: Json,
        *,
        origin: str | None = None,
        rp_id: str | None = None,
        is_verified: bool = True,
        credential_id: bytes | None = None,
    ) -> Json:
        """What `navigator.credentials.create` would give."""
        made = Credential(
            credential_id or os.urandom(32),
            ec.generate_private_key(ec.SECP256R1()),
            bytes_of(options["user"]["id"]),
        )
        self.credentials.append(made)
        attested = bytes(16) + len(made.id).to_bytes(2) + made.id + _cose(made.key)
        flags = _PRESENT | _ATTESTED | (_VERIFIED if is_verified else 0)
        data = self._data(rp_id, flags, made.count) + attested
        said = self._client_data("webauthn.create", options["challenge"], origin)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": text_of(said),
            "attestationObject": text_of(attestation),
            "transports": ["internal", "telepathy"],
            "publicKeyAlgorithm": -7,
        }
        return _answer(made.id, response)

    def get(
        self,
        options: Json,
        *,
        origin: str | None = None,
        rp_id: str | None = None,
        is_verified: bool = True,
        count: int | None = None,
        user_handle: bytes | None = None,
        with_handle: bool = True,
        key: ec.EllipticCurvePrivateKey | None = None,
    ) -> Json:
        """What `navigator.credentials.get` would give, with the newest passkey."""
        used = self.credentials[-1]
        used.count += 1
        flags = _PRESENT | (_VERIFIED if is_verified else 0)
        data = self._data(rp_id, flags, used.count if count is None else count)
        said = self._client_data("webauthn.get", options["challenge"], origin)
        signed = data + hashlib.sha256(said).digest()
        response = {
            "clientDataJSON": text_of(said),
            "authenticatorData": text_of(data),
            "signature": text_of((key or used.key).sign(signed, ec.ECDSA(SHA256()))),
        }
        if with_handle:
            response["userHandle"] = text_of(user_handle or used.user_handle)
        return _answer(used.id, response)

    def _data(self, rp_id: str | None, flags: int, count: int) -> bytes:
        site = hashlib.sha256((rp_id or self.rp_id).encode()).digest()
        return site + bytes([flags]) + count.to_bytes(4)

    def _client_data(self, kind: str, challenge: str, origin: str | None) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": origin or self.origin}
        return json.dumps(said | self.framed).encode()


def _cose(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public key as COSE has it: EC2, ES256, P-256."""
    numbers = key.public_key().public_numbers()
    x, y = numbers.x.to_bytes(32), numbers.y.to_bytes(32)
    return bytes(cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y}))


def _answer(credential_id: bytes, response: Json) -> Json:
    name = text_of(credential_id)
    return {
        "id": name,
        "rawId": name,
        "type": "public-key",
        "response": response,
        "clientExtensionResults": {},
        "authenticatorAttachment": "platform",
    }
