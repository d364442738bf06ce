"""The login providers of the settings: a JSON list, checked before anything starts."""

import re
from collections.abc import Sequence
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from msgspec import Struct

from domain.identity.errors import RedirectNotAllowed

Kind = Literal["google", "facebook", "apple", "oidc"]

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class InvalidProviders(Exception):
    """The list of login providers cannot be used; the text says which one and why."""


class Endpoints(Struct, frozen=True, kw_only=True, rename="camel"):
    """Where a provider without a usable discovery document is asked."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Provider(
    Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """One provider: who it is, and who we are there."""

    name: str
    kind: Kind = "oidc"
    label: str = ""
    issuer: str = ""
    client_id: str
    client_secret: str = ""
    team_id: str = ""
    key_id: str = ""
    private_key: str = ""
    """Apple's: an EC P-256 key in PEM, from which a client secret is made for each call."""
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    endpoints: Endpoints | None = None
    """Instead of the discovery document."""
    emails_are_verified: bool = False
    """The operator vouches for the provider's addresses where it does not say `email_verified`."""


class _Preset(Struct, frozen=True, kw_only=True):
    label: str
    issuer: str
    scopes: tuple[str, ...]
    endpoints: Endpoints | None = None


PRESETS: dict[Kind, _Preset] = {
    "google": _Preset(
        label="Google",
        issuer="https://accounts.google.com",
        scopes=("openid", "email", "profile"),
    ),
    "apple": _Preset(
        label="Apple", issuer="https://appleid.apple.com", scopes=("openid", "email", "name")
    ),
    # Its discovery document names no token endpoint; these are in its guide to the code flow.
    "facebook": _Preset(
        label="Facebook",
        issuer="https://www.facebook.com",
        scopes=("openid", "email", "public_profile"),
        endpoints=Endpoints(
            authorization_endpoint="https://www.facebook.com/v23.0/dialog/oauth",
            token_endpoint="https://graph.facebook.com/v23.0/oauth/access_token",
            jwks_uri="https://www.facebook.com/.well-known/oauth/openid/jwks/",
        ),
    ),
}


def read_providers(text: str, *, allow_http: bool = False) -> tuple[Provider, ...]:
    """From the JSON list; none for no text. Raises InvalidProviders."""
    if not text.strip():
        return ()
    try:
        found = msgspec.json.decode(text, type=list[Provider])
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise InvalidProviders(f"a JSON list of providers is needed: {error}") from error
    providers = tuple(_with_preset(one) for one in found)
    for provider in providers:
        fault = _fault_of(provider, allow_http)
        if fault:
            raise InvalidProviders(f"{provider.name!r}: {fault}")
    for what in ("name", "issuer"):
        values = [getattr(one, what) for one in providers]
        if len(set(values)) < len(values):
            raise InvalidProviders(f"two providers have the same {what}")
    return providers


def read_redirect_uris(text: str, *, address: str) -> tuple[str, ...]:
    """Where people may be sent back to; our own address for no text. Raises InvalidProviders."""
    listed = [one.strip() for one in text.split(",") if one.strip()]
    for uri in listed:
        fault = _redirect_fault_of(uri)
        if fault:
            raise InvalidProviders(f"{uri!r}: {fault}")
    return tuple(listed) or (f"{address}/",)


def _with_preset(provider: Provider) -> Provider:
    preset = PRESETS.get(provider.kind)
    if preset is None:
        return provider
    is_default_scopes = provider.scopes == ("openid", "email", "profile")
    return msgspec.structs.replace(
        provider,
        label=provider.label or preset.label,
        issuer=provider.issuer or preset.issuer,
        scopes=preset.scopes if is_default_scopes else provider.scopes,
        # Whoever names another issuer has it described there.
        endpoints=provider.endpoints or (None if provider.issuer else preset.endpoints),
    )


def _fault_of(provider: Provider, allow_http: bool) -> str:
    """Why it cannot be used, empty if it can."""
    if _NAME.fullmatch(provider.name) is None:
        return "a name has 1 to 32 of a-z, 0-9 and -"
    if not provider.client_id:
        return "clientId is needed"
    if "openid" not in provider.scopes:
        return "scopes need openid"
    if not is_address(provider.issuer, allow_http) or urlsplit(provider.issuer).query:
        return "issuer needs an https:// address"
    ends = msgspec.structs.astuple(provider.endpoints) if provider.endpoints else ()
    if not all(is_address(end, allow_http) for end in ends):
        return "endpoints need https:// addresses"
    return _apple_fault_of(provider) if provider.kind == "apple" else _secret_fault_of(provider)


def _secret_fault_of(provider: Provider) -> str:
    if provider.team_id or provider.key_id or provider.private_key:
        return "teamId, keyId and privateKey are Apple's"
    return "" if provider.client_secret else "clientSecret is needed"


def _apple_fault_of(provider: Provider) -> str:
    if provider.client_secret:
        return "for Apple, give teamId, keyId and privateKey instead of clientSecret"
    if not (provider.team_id and provider.key_id and provider.private_key):
        return "teamId, keyId and privateKey are needed"
    try:
        key = load_pem_private_key(provider.private_key.encode(), password=None)
    except (ValueError, TypeError):
        return "privateKey is no PEM without a password"
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        return "privateKey is no EC key on P-256"
    return ""


def is_address(url: str, allow_http: bool) -> bool:
    """Whether a provider may be asked there."""
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.username is None and not parts.fragment
    except ValueError:
        return False
    return is_whole and parts.scheme in (("https", "http") if allow_http else ("https",))


def _redirect_fault_of(uri: str) -> str:
    """RFC 8252: https, a loopback address, or an app's own scheme with a dot in it."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return "this is no address"
    if parts.fragment or parts.username is not None or any(sign <= " " for sign in uri):
        return "an address without fragment, user and blanks is needed"
    if parts.scheme == "https" and parts.hostname:
        return ""
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return ""
    if "." in parts.scheme:
        return ""
    return "use https://, http://localhost, or an app's scheme such as com.example.shop:/login"


class ListedAddresses:
    """Where people may be sent back to: these addresses, letter for letter."""

    def __init__(self, listed: Sequence[str]) -> None:
        self._listed = tuple(listed)

    def allowed(self, redirect_uri: str | None) -> str:
        """The address itself, or the first of the list for none. Raises RedirectNotAllowed."""
        if redirect_uri is None:
            return self._listed[0]
        if redirect_uri not in self._listed:
            raise RedirectNotAllowed
        return redirect_uri
