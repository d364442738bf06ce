"""Access tokens: what is ours and in time is read, and nothing else (AU-01, AU-03, AU-04)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.tokens.access import (
    PERSON_LIFETIME_S,
    PURPOSE,
    AccessTokenSigner,
    PersonClaims,
    ScannerClaims,
)
from adapters.tokens.keyring import Keyring
from domain.identity.errors import InvalidToken, TokenExpired
from domain.shared.ids import ScannerId, SessionId, UserId
from tests.adapters.tokens.forgery import encoded, opened, unsigned, with_hmac
from tests.conftest import VirtualClock

ADA, SESSION = UserId(UUID(int=1)), SessionId(UUID(int=2))
SCANNER = ScannerId(UUID(int=3))
KEYRING = Keyring({1: b"1" * 32})
KEY = KEYRING.signing_key(PURPOSE, 1)


@pytest.fixture
def signer(clock: VirtualClock) -> AccessTokenSigner:
    return AccessTokenSigner(KEYRING, clock)


@pytest.fixture
def honest(signer: AccessTokenSigner) -> tuple[dict[str, Any], dict[str, Any]]:
    return opened(signer.issue(ADA, SESSION).token)


def signed(header: dict[str, Any], claims: dict[str, Any], key: Ed25519PrivateKey = KEY) -> str:
    return jwt.encode(claims, key, algorithm="EdDSA", headers=header)


def test_a_persons_token_says_who_and_which_session(
    signer: AccessTokenSigner, clock: VirtualClock
) -> None:
    issued = signer.issue(ADA, SESSION)

    end = clock() + timedelta(seconds=PERSON_LIFETIME_S)
    assert issued.expires_in_s == PERSON_LIFETIME_S
    assert signer.read(issued.token) == PersonClaims(ADA, SESSION, end)


def test_a_scanners_token_is_not_a_persons(signer: AccessTokenSigner) -> None:
    claims = signer.read(signer.issue_scanner_token(SCANNER).token)

    assert isinstance(claims, ScannerClaims)
    assert claims.scanner_id == SCANNER


def test_an_old_token_has_expired(signer: AccessTokenSigner, clock: VirtualClock) -> None:
    token = signer.issue(ADA, SESSION).token

    clock.advance(timedelta(seconds=PERSON_LIFETIME_S + 5))

    with pytest.raises(TokenExpired):
        signer.read(token)


@pytest.mark.parametrize(
    "algorithm",
    [
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        "HS256",
        "ES256",
        "RS256",
        "PS256",
        "eddsa",
        "Ed25519",
        None,
    ],
)
@pytest.mark.parametrize("signature", [b"", bytes(64)])
def test_no_other_algorithm_is_believed(
    signer: AccessTokenSigner,
    honest: tuple[dict[str, Any], dict[str, Any]],
    algorithm: str | None,
    signature: bytes,
) -> None:
    header, claims = honest
    header["alg"] = algorithm
    if algorithm is None:
        del header["alg"]

    with pytest.raises(InvalidToken):
        signer.read(unsigned(header, claims, signature))


@pytest.mark.parametrize(
    ("encoding", "form"),
    [
        (Encoding.Raw, PublicFormat.Raw),
        (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        (Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        (Encoding.OpenSSH, PublicFormat.OpenSSH),
    ],
)
def test_the_public_key_is_no_secret_to_sign_with(
    signer: AccessTokenSigner,
    honest: tuple[dict[str, Any], dict[str, Any]],
    encoding: Encoding,
    form: PublicFormat,
) -> None:
    header, claims = honest
    public = KEY.public_key().public_bytes(encoding, form)

    with pytest.raises(InvalidToken):
        signer.read(with_hmac(header | {"alg": "HS256"}, claims, public))


def test_another_key_does_not_sign(
    signer: AccessTokenSigner, honest: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    other = Keyring({1: b"2" * 32}).signing_key(PURPOSE, 1)

    with pytest.raises(InvalidToken):
        signer.read(signed(*honest, other))


def test_the_key_of_another_purpose_does_not_sign(
    signer: AccessTokenSigner, honest: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    with pytest.raises(InvalidToken):
        signer.read(signed(*honest, KEYRING.signing_key("tickets", 1)))


def _changed(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The dictionary with these changes; what becomes None is left out."""

    def change(values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in (values | changes).items() if value is not None}

    return change


_WRONG: dict[str, list[Any]] = {
    "aud": [None, "", "web", "API", ["api"], ["api", "scanner"], 1],
    "iss": [None, "", "evil", "Tixmo", ["tixmo"]],
    "exp": [None, "soon", 1.5, True, [], 10**30, -(10**30)],
    "iat": [None, "now", 10**30, 4102444800],
    "nbf": [None, "now", 4102444800, []],
    "sub": [None, "", "ada", 1],
    "sid": [None, "", "session", 1, []],
}


@pytest.mark.parametrize(
    "change",
    [_changed(**{name: value}) for name, values in _WRONG.items() for value in values],
)
def test_a_signed_token_with_a_wrong_claim_is_refused(
    signer: AccessTokenSigner,
    honest: tuple[dict[str, Any], dict[str, Any]],
    change: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    header, claims = honest

    with pytest.raises(InvalidToken):
        signer.read(signed_by_hand(header, change(claims)))


@pytest.mark.parametrize("typ", [None, "JWT", "jwt", "AT+JWT", "refresh+jwt", "id_token"])
def test_a_token_of_another_type_is_refused(
    signer: AccessTokenSigner, honest: tuple[dict[str, Any], dict[str, Any]], typ: str | None
) -> None:
    header, claims = honest

    with pytest.raises(InvalidToken):
        signer.read(signed(header | {"typ": typ}, claims))


def signed_by_hand(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """With our key, whatever it says: the library would refuse to make some of them."""
    body = unsigned(header, claims).rpartition(".")[0]
    return unsigned(header, claims, KEY.sign(body.encode()))


@pytest.mark.parametrize(
    "kid",
    [
        "",
        "2",
        "0",
        "-1",
        "01",
        "+1",
        " 1",
        "1 ",
        "1.0",
        "1_",
        "\u0661",
        "one",
        "../../../../dev/null",
        "1' or '1'='1",
        "1\u0000",
        "9" * 900,
        str(2**63),
        1,
        -1,
        10**30,
        True,
        ["1"],
        {"1": 1},
        None,
    ],
)
def test_a_key_that_we_do_not_have_is_not_believed(
    signer: AccessTokenSigner, honest: tuple[dict[str, Any], dict[str, Any]], kid: object
) -> None:
    header, claims = honest

    with pytest.raises(InvalidToken):
        signer.read(signed_by_hand(header | {"kid": kid}, claims))


@pytest.mark.parametrize(
    "more",
    [
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}},
        {"jku": "https://evil.example/jwks.json"},
        {"x5u": "https://evil.example/key.pem"},
        {"x5c": ["MIIB"]},
        {"crit": ["exp"]},
        {"b64": False},
        {"zip": "DEF"},
        {"cty": "JWT"},
    ],
)
def test_a_header_that_says_more_than_ours_is_refused(
    signer: AccessTokenSigner, honest: tuple[dict[str, Any], dict[str, Any]], more: dict[str, Any]
) -> None:
    header, claims = honest
    assert isinstance(signer.read(signed_by_hand(header, claims)), PersonClaims)

    with pytest.raises(InvalidToken):
        signer.read(signed_by_hand(header | more, claims))


def test_a_token_signed_with_the_key_that_it_brings_is_refused(
    signer: AccessTokenSigner, honest: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    header, claims = honest
    theirs = Ed25519PrivateKey.generate()
    raw = theirs.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    brought = {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": encoded(raw)}}

    with pytest.raises(InvalidToken):
        signer.read(signed(header | brought, claims, theirs))


def test_a_token_that_lasts_longer_than_ours_is_refused(
    signer: AccessTokenSigner, honest: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    header, claims = honest

    with pytest.raises(InvalidToken):
        signer.read(signed_by_hand(header, claims | {"exp": claims["exp"] + 1}))


@pytest.mark.parametrize("deep", ["[" * 1400, '{"a":' * 250])
def test_a_token_that_is_nested_too_deeply_is_refused(signer: AccessTokenSigner, deep: str) -> None:
    with pytest.raises(InvalidToken):
        signer.read(f"{encoded(deep.encode())}.e30.AA")


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "....", "é.è.ê", "x" * 100_000])
def test_what_is_no_token_is_refused(signer: AccessTokenSigner, token: str) -> None:
    with pytest.raises(InvalidToken):
        signer.read(token)


def test_an_older_key_is_believed_until_it_leaves_the_ring(clock: VirtualClock) -> None:
    old = AccessTokenSigner(KEYRING, clock).issue(ADA, SESSION).token
    both = AccessTokenSigner(Keyring({1: b"1" * 32, 2: b"2" * 32}), clock)
    after = AccessTokenSigner(Keyring({2: b"2" * 32}), clock)

    assert both.read(old) == both.read(both.issue(ADA, SESSION).token)
    with pytest.raises(InvalidToken):
        after.read(old)
