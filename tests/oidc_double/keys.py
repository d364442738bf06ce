"""The provider's keys, and the ID tokens that it signs with them."""

import base64
import hashlib
import hmac
from functools import cache
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from tests.oidc_double.faults import Lie

_ALGORITHMS: dict[str, Any] = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}


@cache
def private_key(algorithm: str, key_id: str) -> Any:
    """Made once for each id, because RSA keys take their time."""
    match algorithm:
        case "RS256":
            return rsa.generate_private_key(public_exponent=65537, key_size=2048)
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case "EdDSA":
            return ed25519.Ed25519PrivateKey.generate()
    raise AssertionError(algorithm)


def public_jwk(algorithm: str, key_id: str) -> dict[str, Any]:
    text = _ALGORITHMS[algorithm].to_jwk(private_key(algorithm, key_id).public_key())
    return {**msgspec.json.decode(text), "kid": key_id, "use": "sig", "alg": algorithm}


def at_hash_of(access_token: str, algorithm: str) -> str:
    name = "sha512" if algorithm == "EdDSA" else "sha256"
    whole = hashlib.new(name, access_token.encode()).digest()
    return base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()


def signed(claims: dict[str, Any], algorithm: str, key_id: str, lie: Lie | None) -> str:
    """The token, signed as it should be or as a liar would."""
    headers: dict[str, Any] = {"kid": key_id, "typ": "JWT"}
    match lie:
        case Lie.ALG_NONE:
            return jwt.encode(claims, "", algorithm="none", headers=headers)
        case Lie.PUBLIC_KEY_AS_SECRET:
            # By hand: the library declines to do this.
            return _hs256(claims, headers, msgspec.json.encode(public_jwk(algorithm, key_id)))
        case Lie.FORGED:
            key = private_key(algorithm, "forger's")
        case Lie.UNKNOWN_KEY:
            headers["kid"] = "never published"
            key = private_key(algorithm, key_id)
        case Lie.ACCESS_TOKEN_TYPE:
            headers["typ"] = "at+jwt"
            key = private_key(algorithm, key_id)
        case _:
            key = private_key(algorithm, key_id)
    return jwt.encode(claims, key, algorithm=algorithm, headers=headers)


def _hs256(claims: dict[str, Any], headers: dict[str, Any], secret: bytes) -> str:
    parts = [msgspec.json.encode(part) for part in ({**headers, "alg": "HS256"}, claims)]
    body = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = hmac.digest(secret, body, "sha256")
    return b".".join((body, base64.urlsafe_b64encode(signature).rstrip(b"="))).decode()
