"""How we show a provider's token endpoint who we are."""

from typing import NamedTuple
from urllib.parse import quote

import jwt

from adapters.oidc.configuration import Provider
from adapters.oidc.documents import Description
from application.shared.clock import Clock

APPLE_SECRET_S = 300
"""Apple takes up to half a year; ours is made for one call."""


class Credentials(NamedTuple):
    """Fields of the form, or user and password of the Authorization header."""

    form: dict[str, str]
    basic: tuple[str, str] | None


def credentials_for(provider: Provider, description: Description, clock: Clock) -> Credentials:
    """In the form where the provider takes that, which all but the strictest do."""
    secret = apple_secret(provider, clock) if provider.kind == "apple" else provider.client_secret
    methods = description.token_endpoint_auth_methods_supported
    if "client_secret_post" in methods or provider.kind == "apple":
        return Credentials({"client_id": provider.client_id, "client_secret": secret}, None)
    # RFC 6749, 2.3.1: both are form-encoded before they are joined.
    return Credentials({}, (quote(provider.client_id, safe=""), quote(secret, safe="")))


def apple_secret(provider: Provider, clock: Clock) -> str:
    """A JWT signed with the team's key, as Apple wants for a client secret."""
    now = int(clock().timestamp())
    claims = {
        "iss": provider.team_id,
        "sub": provider.client_id,
        "aud": provider.issuer,
        "iat": now,
        "exp": now + APPLE_SECRET_S,
    }
    headers = {"kid": provider.key_id}
    return jwt.encode(claims, provider.private_key, algorithm="ES256", headers=headers)
