"""An application that an organisation registered: people let it in, or it acts for its own."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

from domain.identity.oauth_errors import InvalidRedirectUri, NoSecretToRotate
from domain.identity.oauth_scope import OAuthScope
from domain.shared.aggregate import Aggregate
from domain.shared.ids import OAuthClientId, OrganizationId, UserId
from domain.shared.names import clean_name
from domain.shared.secret_text import hash_of_secret

REDIRECTS_MAX = 10
REDIRECT_LONGEST = 500
LIVING_MAX = 50


@dataclass(slots=True, kw_only=True)
class OAuthClient(Aggregate):
    """Comes back to its redirect URIs alone, compared sign by sign. A public one has no secret."""

    organization_id: OrganizationId
    id: OAuthClientId
    name: str
    redirect_uris: tuple[str, ...]
    scope: OAuthScope
    """The most that it may ask for."""
    secret_hash: bytes | None
    created_by: UserId
    created_at: datetime
    revoked_at: datetime | None = None

    @classmethod
    def register(
        cls,
        organization_id: OrganizationId,
        id: OAuthClientId,
        *,
        name: str,
        redirect_uris: Iterable[str],
        scope: OAuthScope,
        secret: str | None,
        by: UserId,
        at: datetime,
    ) -> Self:
        """A new client. Raises InvalidText, InvalidRedirectUri."""
        return cls(
            organization_id=organization_id,
            id=id,
            name=clean_name(name, field="name", longest=100),
            redirect_uris=_checked(redirect_uris),
            scope=scope,
            secret_hash=None if secret is None else hash_of_secret(secret),
            created_by=by,
            created_at=at,
        )

    @property
    def is_confidential(self) -> bool:
        return self.secret_hash is not None

    def rename(self, name: str) -> None:
        self.name = clean_name(name, field="name", longest=100)

    def return_to(self, redirect_uris: Iterable[str]) -> None:
        """From now on to these alone. Raises InvalidRedirectUri."""
        self.redirect_uris = _checked(redirect_uris)

    def rotate(self, secret: str) -> None:
        """The old secret ends now. Raises NoSecretToRotate."""
        if self.secret_hash is None:
            raise NoSecretToRotate
        self.secret_hash = hash_of_secret(secret)

    def require_redirect(self, uri: str) -> None:
        """Raises InvalidRedirectUri. Nobody is sent to an address that was not registered."""
        if uri not in self.redirect_uris:
            raise InvalidRedirectUri

    def revoke(self, *, at: datetime) -> None:
        """For good; revoking it twice changes nothing."""
        if self.revoked_at is None:
            self.revoked_at = at


def _checked(uris: Iterable[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(uris))
    if len(kept) > REDIRECTS_MAX or not all(map(_is_safe, kept)):
        raise InvalidRedirectUri(field="redirectUris", maximum=REDIRECTS_MAX)
    return kept


def _is_safe(uri: str) -> bool:
    if not (uri.isascii() and uri.isprintable()) or len(uri) > REDIRECT_LONGEST:
        return False
    if any(sign in uri for sign in ' \\#<>"`{}|^'):
        return False
    try:
        parts = urlsplit(uri)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
