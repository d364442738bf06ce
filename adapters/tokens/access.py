"""Access tokens: JWTs signed with Ed25519, one algorithm, each for one kind of bearer."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from adapters.tokens.keyring import Keyring
from application.identity.ports import IssuedToken
from application.shared.clock import Clock
from domain.identity.errors import InvalidToken, TokenExpired
from domain.shared.ids import ScannerId, SessionId, UserId

ALGORITHM = "EdDSA"
TYPE = "at+jwt"
ISSUER = "tixmo"
PERSON_AUDIENCE = "api"
SCANNER_AUDIENCE = "scanner"
PURPOSE = "access-tokens"

PERSON_LIFETIME_S = 15 * 60
SCANNER_LIFETIME_S = 12 * 60 * 60
LEEWAY = timedelta(seconds=5)
"""How far the clocks of two of our machines may differ."""

LIFETIMES_S = {PERSON_AUDIENCE: PERSON_LIFETIME_S, SCANNER_AUDIENCE: SCANNER_LIFETIME_S}

LONGEST = 2048
_HEADER = {"alg", "typ", "kid"}
"""All that a header of ours says: whatever else it brings (keys, places of keys) is a forgery."""
_CLAIMS = ("sub", "iss", "aud", "iat", "nbf", "exp")


class PersonClaims(Struct, frozen=True):
    user_id: UserId
    session_id: SessionId
    expires_at: datetime


class ScannerClaims(Struct, frozen=True):
    scanner_id: ScannerId
    expires_at: datetime


class AccessTokenSigner:
    """Issues tokens with the keyring's present key and reads those that any of its keys signed."""

    def __init__(self, keyring: Keyring, clock: Clock) -> None:
        self._keyring = keyring
        self._clock = clock
        self._key_ids = {str(key_id): key_id for key_id in keyring.masters}
        self._key = cache(self._derive)

    def _derive(self, key_id: int) -> Ed25519PrivateKey:
        return self._keyring.signing_key(PURPOSE, key_id)

    def issue(
        self, user_id: UserId, session_id: SessionId, lifetime_s: int = PERSON_LIFETIME_S
    ) -> IssuedToken:
        """For a person: 15 minutes at most, bound to a session."""
        claims = {"sub": str(user_id), "sid": str(session_id), "aud": PERSON_AUDIENCE}
        return self._sign(claims, min(lifetime_s, PERSON_LIFETIME_S))

    def issue_scanner_token(self, scanner_id: ScannerId) -> IssuedToken:
        """For a scanner that showed its key: 12 hours, a day at the door."""
        claims = {"sub": str(scanner_id), "aud": SCANNER_AUDIENCE}
        return self._sign(claims, SCANNER_LIFETIME_S)

    def _sign(self, claims: dict[str, Any], lifetime_s: int) -> IssuedToken:
        at = self._clock()
        now, key_id = int(at.timestamp()), self._keyring.signing_at(at)
        token = jwt.encode(
            {**claims, "iss": ISSUER, "iat": now, "nbf": now, "exp": now + lifetime_s},
            self._key(key_id),
            algorithm=ALGORITHM,
            headers={"typ": TYPE, "kid": str(key_id)},
        )
        return IssuedToken(token, lifetime_s)

    def read(self, token: str) -> PersonClaims | ScannerClaims:
        """Whose token it is. Raises InvalidToken, TokenExpired."""
        claims, key_id = self._verified(token)
        audience = claims.get("aud")
        if not isinstance(audience, str) or audience not in LIFETIMES_S:
            raise InvalidToken
        expires_at = self._in_time(claims, LIFETIMES_S[audience], key_id)
        if audience == SCANNER_AUDIENCE:
            return ScannerClaims(ScannerId(_uuid(claims.get("sub"))), expires_at)
        user_id, session_id = _uuid(claims.get("sub")), _uuid(claims.get("sid"))
        return PersonClaims(UserId(user_id), SessionId(session_id), expires_at)

    def _verified(self, token: str) -> tuple[dict[str, Any], int]:
        """The claims and who signed them, once signature, header and issuer are right."""
        if len(token) > LONGEST:
            raise InvalidToken
        try:
            header = jwt.get_unverified_header(token)
            kid = header.get("kid")
            if header.keys() != _HEADER or header["typ"] != TYPE or not isinstance(kid, str):
                raise InvalidToken
            key_id = self._key_ids[kid]
            claims = jwt.decode(
                token,
                self._key(key_id).public_key(),
                algorithms=[ALGORITHM],
                # Times and audience are checked here by the clock and the words that we use.
                options={
                    "require": list(_CLAIMS),
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                    "verify_aud": False,
                    "verify_iss": False,
                },
            )
        except (jwt.InvalidTokenError, KeyError, ValueError, RecursionError) as error:
            raise InvalidToken from error
        if claims["iss"] != ISSUER:
            raise InvalidToken
        return claims, key_id

    def _in_time(self, claims: dict[str, Any], lifetime_s: int, key_id: int) -> datetime:
        """When it expires. Raises InvalidToken if we cannot have issued it then, TokenExpired."""
        now = self._clock()
        issued_at, not_before, expires_at = (
            _instant(claims[name], now) for name in ("iat", "nbf", "exp")
        )
        if max(issued_at, not_before) > now + LEEWAY:
            raise InvalidToken
        # So that a key that leaked is worth nothing once its successor signed for so long.
        if expires_at - issued_at > timedelta(seconds=lifetime_s):
            raise InvalidToken
        since, until = self._keyring.since(key_id), self._keyring.until(key_id)
        if (since and issued_at < since) or (until and issued_at >= until):
            raise InvalidToken
        if expires_at + LEEWAY <= now:
            raise TokenExpired
        return expires_at


def _uuid(text: object) -> UUID:
    try:
        return UUID(text if isinstance(text, str) else "")
    except ValueError as error:
        raise InvalidToken from error


def _instant(seconds: object, now: datetime) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise InvalidToken
    try:
        return datetime.fromtimestamp(seconds, now.tzinfo)
    except (OverflowError, ValueError, OSError) as error:
        raise InvalidToken from error
