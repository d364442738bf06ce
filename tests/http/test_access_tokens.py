"""Forged, foreign and expired tokens at a real door (AU-01, AU-03)."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container
from tests.adapters.tokens.forgery import encoded, opened, unsigned, with_hmac
from tests.http.test_auth import registered

Client = AsyncTestClient[Litestar]
Forge = Callable[[dict[str, Any], dict[str, Any], Ed25519PrivateKey], str]


def _signed(header: dict[str, Any], claims: dict[str, Any], key: Ed25519PrivateKey) -> str:
    return jwt.encode(claims, key, algorithm="EdDSA", headers=header)


def _raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _without(claims: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in claims.items() if key != name}


def _with_own_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    theirs = Ed25519PrivateKey.generate()
    brought = {"kty": "OKP", "crv": "Ed25519", "x": encoded(_raw(theirs))}
    return _signed(header | {"jwk": brought}, claims, theirs)


FORGERIES: dict[str, tuple[Forge, str]] = {
    "alg none": (lambda h, c, k: unsigned(h | {"alg": "none"}, c), "invalid_token"),
    "alg None": (lambda h, c, k: unsigned(h | {"alg": "None"}, c), "invalid_token"),
    "alg missing": (
        lambda h, c, k: unsigned({"typ": h["typ"], "kid": h["kid"]}, c),
        "invalid_token",
    ),
    "kid of a path": (
        lambda h, c, k: _signed(h | {"kid": "../../dev/null"}, c, k),
        "invalid_token",
    ),
    "kid of SQL": (lambda h, c, k: _signed(h | {"kid": "1' or '1'='1"}, c, k), "invalid_token"),
    "kid of a huge number": (
        lambda h, c, k: _signed(h | {"kid": "9" * 900}, c, k),
        "invalid_token",
    ),
    "kid below nothing": (lambda h, c, k: _signed(h | {"kid": "-1"}, c, k), "invalid_token"),
    "its own key": (lambda h, c, k: _with_own_key(h, c), "invalid_token"),
    "jku": (
        lambda h, c, k: _signed(h | {"jku": "https://evil.example/keys"}, c, k),
        "invalid_token",
    ),
    "nbf in future": (lambda h, c, k: _signed(h, c | {"nbf": c["exp"]}, k), "invalid_token"),
    "no nbf": (lambda h, c, k: _signed(h, _without(c, "nbf"), k), "invalid_token"),
    "no exp": (lambda h, c, k: _signed(h, _without(c, "exp"), k), "invalid_token"),
    "no iat": (lambda h, c, k: _signed(h, _without(c, "iat"), k), "invalid_token"),
    "no aud": (lambda h, c, k: _signed(h, _without(c, "aud"), k), "invalid_token"),
    "no iss": (lambda h, c, k: _signed(h, _without(c, "iss"), k), "invalid_token"),
    "no typ": (lambda h, c, k: _signed(h | {"typ": None}, c, k), "invalid_token"),
    "a year long": (
        lambda h, c, k: _signed(h, c | {"exp": c["exp"] + 31_536_000}, k),
        "invalid_token",
    ),
    "as long as it can be": (
        lambda h, c, k: _signed(h, c | {"more": "x" * 4000}, k),
        "invalid_token",
    ),
    "alg nOnE": (lambda h, c, k: unsigned(h | {"alg": "nOnE"}, c), "invalid_token"),
    "HS256 with the public key": (
        lambda h, c, k: with_hmac(h | {"alg": "HS256"}, c, _raw(k)),
        "invalid_token",
    ),
    "ES256 with a blank signature": (
        lambda h, c, k: unsigned(h | {"alg": "ES256"}, c, bytes(64)),
        "invalid_token",
    ),
    "another key": (
        lambda h, c, k: _signed(h, c, Ed25519PrivateKey.generate()),
        "invalid_token",
    ),
    "aud web": (lambda h, c, k: _signed(h, c | {"aud": "web"}, k), "invalid_token"),
    "aud scanner": (lambda h, c, k: _signed(h, c | {"aud": "scanner"}, k), "invalid_token"),
    "iss evil": (lambda h, c, k: _signed(h, c | {"iss": "evil"}, k), "invalid_token"),
    "typ JWT": (lambda h, c, k: _signed(h | {"typ": "JWT"}, c, k), "invalid_token"),
    "expired": (lambda h, c, k: _signed(h, c | {"exp": c["iat"] - 60}, k), "token_expired"),
    "iat in future": (lambda h, c, k: _signed(h, c | {"iat": c["exp"]}, k), "invalid_token"),
    "somebody else's session": (
        lambda h, c, k: _signed(h, c | {"sub": c["sid"]}, k),
        "session_ended",
    ),
    "changed claims": (
        lambda h, c, k: unsigned(h, c | {"sub": c["sid"]}, bytes(64)),
        "invalid_token",
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_forgery_opens_no_door(client: Client, container: Container, forgery: str) -> None:
    forge, refusal = FORGERIES[forgery]
    header, claims = opened((await registered(client))["accessToken"])
    key = container.core.keyring().signing_key("access-tokens", 1)
    token = forge(header, claims, key)

    response = await client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})

    assert (response.status_code, response.json()["code"]) == (401, refusal)


async def test_a_scanners_token_is_no_persons(client: Client, container: Container) -> None:
    session = await registered(client)
    token = container.core.token_signer().issue_scanner_token(session["user"]["id"]).token

    response = await client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == 401


async def test_a_refresh_token_is_no_access_token(client: Client) -> None:
    session = await registered(client)
    headers = {"Authorization": f"Bearer {session['refreshToken']}"}

    response = await client.get("/api/v1/auth/me", headers=headers)

    assert (response.status_code, response.json()["code"]) == (401, "invalid_token")
