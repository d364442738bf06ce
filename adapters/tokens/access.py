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

LONGEST = 2048
_CLAIMS = ("sub", "iss", "aud", "iat", "exp")


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
        self._key = cache(self._derive)

    def _derive(self, key_id: int) -> Ed25519PrivateKey:
        return self._keyring.signing_key(PURPOSE, key_id)

    def issue(self, user_id: UserId, session_id: SessionId) -> IssuedToken:
        """For a person: 15 minutes, bound to a session."""
        claims = {"sub": str(user_id), "sid": str(session_id), "aud": PERSON_AUDIENCE}
        return self._sign(claims, PERSON_LIFETIME_S)

    def issue_scanner_token(self, scanner_id: ScannerId) -> IssuedToken:
        """For a scanner that showed its key: 12 hours, a day at the door."""
        claims = {"sub": str(scanner_id), "aud": SCANNER_AUDIENCE}
        return self._sign(claims, SCANNER_LIFETIME_S)

    def _sign(self, claims: dict[str, Any], lifetime_s: int) -> IssuedToken:
        now = int(self._clock().timestamp())
        token = jwt.encode(
            {**claims, "iss": ISSUER, "iat": now, "exp": now + lifetime_s},
            self._key(self._keyring.current),
            algorithm=ALGORITHM,
            headers={"typ": TYPE, "kid": str(self._keyring.current)},
        )
        return IssuedToken(token, lifetime_s)

    def read(self, token: str) -> PersonClaims | ScannerClaims:
        """Whose token it is. Raises InvalidToken, TokenExpired."""
        claims = self._verified(token)
        expires_at = self._in_time(claims)
        match claims.get("aud"):
            case "api":
                user_id, session_id = _uuid(claims.get("sub")), _uuid(claims.get("sid"))
                return PersonClaims(UserId(user_id), SessionId(session_id), expires_at)
            case "scanner":
                return ScannerClaims(ScannerId(_uuid(claims.get("sub"))), expires_at)
            case _:
                raise InvalidToken

    def _verified(self, token: str) -> dict[str, Any]:
        """The claims, once signature, algorithm, type and issuer are right."""
        if len(token) > LONGEST:
            raise InvalidToken
        try:
            header = jwt.get_unverified_header(token)
            if header.get("typ") != TYPE:
                raise InvalidToken
            claims = jwt.decode(
                token,
                self._key(int(header.get("kid", ""))).public_key(),
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
        except (jwt.InvalidTokenError, KeyError, ValueError) as error:
            raise InvalidToken from error
        if claims["iss"] != ISSUER:
            raise InvalidToken
        return claims

    def _in_time(self, claims: dict[str, Any]) -> datetime:
        """When it expires. Raises InvalidToken if it is not valid yet, TokenExpired."""
        now = self._clock()
        issued_at, expires_at = (_instant(claims[name], now) for name in ("iat", "exp"))
        not_before = _instant(claims.get("nbf", claims["iat"]), now)
        if max(issued_at, not_before) > now + LEEWAY:
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
