"""The list of providers: every mistake is named before anything starts."""

from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapters.oidc.configuration import (
    PRESETS,
    InvalidProviders,
    ListedAddresses,
    read_providers,
    read_redirect_uris,
)
from domain.identity.errors import RedirectNotAllowed

GOOGLE = {"name": "google", "kind": "google", "clientId": "x", "clientSecret": "s"}
CORP = {"name": "corp", "issuer": "https://id.example", "clientId": "x", "clientSecret": "s"}


def pem(curve: ec.EllipticCurve) -> str:
    key = ec.generate_private_key(curve)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


APPLE = {
    "name": "apple",
    "kind": "apple",
    "clientId": "com.example.web",
    "teamId": "T",
    "keyId": "K",
    "privateKey": pem(ec.SECP256R1()),
}


def read(*listed: dict[str, Any]) -> Any:
    return read_providers(msgspec.json.encode(listed).decode())


def test_no_text_is_no_provider() -> None:
    assert read_providers("") == read_providers(" ") == read_providers("[]") == ()


def test_presets_fill_what_everybody_would_write_the_same() -> None:
    facebook = {"name": "facebook", "kind": "facebook", "clientId": "1", "clientSecret": "s"}

    google, apple, meta, corp = read(GOOGLE, APPLE, facebook, CORP)

    assert (google.label, google.issuer) == ("Google", "https://accounts.google.com")
    assert google.endpoints is None
    assert apple.scopes == ("openid", "email", "name")
    assert meta.endpoints == PRESETS["facebook"].endpoints
    assert (corp.label, corp.scopes) == ("", ("openid", "email", "profile"))


def test_what_is_said_wins_over_the_preset() -> None:
    [google] = read(GOOGLE | {"label": "G", "scopes": ["openid"], "issuer": "https://id.example"})

    assert (google.label, google.scopes) == ("G", ("openid",))
    assert google.issuer == "https://id.example"


@pytest.mark.parametrize(
    ("listed", "fault"),
    [
        ([CORP | {"name": "No Name"}], "a name has"),
        ([CORP | {"clientId": ""}], "clientId is needed"),
        ([CORP | {"clientSecret": ""}], "clientSecret is needed"),
        ([CORP | {"scopes": ["email"]}], "scopes need openid"),
        ([CORP | {"issuer": "http://id.example"}], "issuer needs"),
        ([CORP | {"issuer": "https://id.example?x=1"}], "issuer needs"),
        ([CORP | {"issuer": "https://me@id.example"}], "issuer needs"),
        ([CORP | {"issuer": "https://[x"}], "issuer needs"),
        ([CORP | {"issuer": ""}], "issuer needs"),
        ([CORP | {"teamId": "T"}], "are Apple's"),
        ([CORP | {"kind": "myspace"}], "Invalid enum value"),
        ([CORP | {"secret": "s"}], "unknown field"),
        ([{"name": "corp"}], "missing required field"),
        (
            [CORP | {"endpoints": {"authorizationEndpoint": "x", "tokenEndpoint": "https://x",
                                   "jwksUri": "https://x"}}],
            "endpoints need",
        ),
        ([APPLE | {"keyId": ""}], "keyId"),
        ([APPLE | {"clientSecret": "s"}], "instead of clientSecret"),
        ([APPLE | {"privateKey": "key"}], "no PEM"),
        ([APPLE | {"privateKey": pem(ec.SECP384R1())}], "P-256"),
        ([CORP, CORP | {"issuer": "https://other.example"}], "the same name"),
        ([CORP, CORP | {"name": "other"}], "the same issuer"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(listed: list[dict[str, Any]], fault: str) -> None:
    with pytest.raises(InvalidProviders, match=fault) as refused:
        read(*listed)

    assert "PRIVATE" not in str(refused.value)


@pytest.mark.parametrize("text", ["x", "{}", "null", '[{"name": 1}]', "["])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(InvalidProviders):
        read_providers(text)


def test_people_are_sent_back_to_us_if_nothing_is_said() -> None:
    assert read_redirect_uris(" ", address="https://tickets.example") == (
        "https://tickets.example/",
    )


def test_shops_and_apps_may_be_listed() -> None:
    text = "https://shop.example/in, http://localhost:3000/in,com.example.shop:/in"

    assert len(read_redirect_uris(text, address="https://tickets.example")) == 3


@pytest.mark.parametrize(
    "uri",
    ["http://shop.example/", "shop.example", "https://shop.example/#x", "https://a@shop.example/",
     "javascript:alert(1)", "https://", "https://[x/", "https://shop.example/a b"],
)  # fmt: skip
def test_what_nobody_should_be_sent_to_is_refused(uri: str) -> None:
    with pytest.raises(InvalidProviders):
        read_redirect_uris(uri, address="https://tickets.example")


@pytest.mark.parametrize(
    "uri",
    [
        "https://shop.example/in/",
        "https://shop.example/in?next=https://evil.example",
        "https://shop.example.evil.example/in",
        "https://shop.example@evil.example/in",
        "https://evil.example/https://shop.example/in",
        "https://shop.example\\@evil.example/in",
        "HTTPS://shop.example/in",
        "//shop.example/in",
        "/in",
        "null",
        "",
    ],
)
def test_in_10_an_address_is_on_the_list_letter_for_letter(uri: str) -> None:
    listed = ListedAddresses(["https://shop.example/in", "https://other.example/"])

    assert listed.allowed(None) == listed.allowed("https://shop.example/in")
    with pytest.raises(RedirectNotAllowed):
        listed.allowed(uri)
