"""ID tokens: read with the provider's keys, and believed only if they answer our own question."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import jwt

LONGEST = 16_384
LEEWAY = timedelta(seconds=60)
"""How far a provider's clock may be from ours."""
SUBJECT_LONGEST = 255

_HASHES = {"RS256": "sha256", "ES256": "sha256", "EdDSA": "sha512"}


class NotBelieved(Exception):
    """The text says why, for the log."""


class Question(NamedTuple):
    """What the token has to answer."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str | None


def key_id_of(token: str, algorithms: Sequence[str]) -> str | None:
    """Which key signed it, as it says. Raises NotBelieved."""
    if len(token) > LONGEST:
        raise NotBelieved("longer than any")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise NotBelieved("no token") from error
    if header.get("alg") not in algorithms:
        raise NotBelieved("alg")
    if str(header.get("typ", "JWT")).upper() != "JWT":
        raise NotBelieved("typ")
    return header.get("kid")


def read(
    token: str, key: jwt.PyJWK | None, algorithms: Sequence[str], asked: Question, now: datetime
) -> dict[str, Any]:
    """The claims. Raises NotBelieved."""
    if key is None:
        raise NotBelieved("kid")
    if key.algorithm_name not in algorithms:
        raise NotBelieved("alg of the key")
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            # Times, audience and issuer are checked here, by the clock and the words that we use.
            options={
                "require": ["iss", "aud", "sub", "exp", "iat", "nonce"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_aud": False,
                "verify_iss": False,
                "verify_sub": False,
            },
        )
    except jwt.InvalidTokenError as error:
        raise NotBelieved(type(error).__name__) from error
    _check_parties(claims, asked)
    _check_times(claims, now)
    _check_bindings(claims, asked, _HASHES[key.algorithm_name])
    return claims


def _check_parties(claims: dict[str, Any], asked: Question) -> None:
    if claims["iss"] != asked.issuer:
        raise NotBelieved("iss")
    audience = claims["aud"]
    audiences = audience if isinstance(audience, list) else [audience]
    if asked.client_id not in audiences:
        raise NotBelieved("aud")
    # OpenID Connect Core 3.1.3.7: for several audiences the token says for whom it was made.
    if len(audiences) > 1 and "azp" not in claims:
        raise NotBelieved("azp")
    if claims.get("azp", asked.client_id) != asked.client_id:
        raise NotBelieved("azp")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LONGEST:
        raise NotBelieved("sub")
    if not subject.isprintable():
        raise NotBelieved("sub")


def _check_times(claims: dict[str, Any], now: datetime) -> None:
    issued_at, expires_at = (_instant(claims[name], now) for name in ("iat", "exp"))
    not_before = _instant(claims.get("nbf", claims["iat"]), now)
    if max(issued_at, not_before) > now + LEEWAY:
        raise NotBelieved("iat")
    if expires_at + LEEWAY <= now:
        raise NotBelieved("exp")


def _check_bindings(claims: dict[str, Any], asked: Question, digest: str) -> None:
    nonce = claims["nonce"]
    if not isinstance(nonce, str) or not _is_same(nonce, asked.nonce):
        raise NotBelieved("nonce")
    at_hash = claims.get("at_hash")
    if at_hash is None:
        return
    whole = hashlib.new(digest, (asked.access_token or "").encode()).digest()
    expected = urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()
    if not isinstance(at_hash, str) or not _is_same(at_hash.rstrip("="), expected):
        raise NotBelieved("at_hash")


def _is_same(told: str, expected: str) -> bool:
    return hmac.compare_digest(told.encode("utf-8", "replace"), expected.encode())


def _instant(seconds: object, now: datetime) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise NotBelieved("times")
    try:
        return datetime.fromtimestamp(seconds, now.tzinfo)
    except (OverflowError, ValueError, OSError) as error:
        raise NotBelieved("times") from error
