"""An application gets its tokens: for a code, for a refresh token, or for itself."""

from dataclasses import dataclass

from application.identity.oauth_access import proven_client, said
from application.identity.oauth_ports import (
    BeginOAuth,
    IssuedTokens,
    OAuthTransaction,
    RememberedGrants,
    TokenRequest,
)
from application.shared.ids import IdFactory
from application.shared.scope import SYSTEM
from domain.identity.credential import Credential
from domain.identity.grant import ACCESS_LIFETIME, Grant
from domain.identity.oauth_client import OAuthClient
from domain.identity.oauth_errors import (
    InvalidGrant,
    InvalidOAuthScope,
    ScopeRefused,
    UnauthorizedClient,
    UnsupportedGrantType,
)
from domain.identity.oauth_scope import OAuthScope
from domain.shared.ids import GrantId, SessionId
from domain.shared.secret_text import SecretKind, hash_of_secret, spell

ACCESS_LIFETIME_S = int(ACCESS_LIFETIME.total_seconds())


@dataclass(frozen=True, slots=True)
class IssueToken:
    """Codes and refresh tokens are used once; whatever is shown twice ends all that it gave.

    Refusals, in the words of RFC 6749: InvalidOAuthRequest, InvalidClient, InvalidGrant,
    UnauthorizedClient, UnsupportedGrantType, ScopeRefused.
    """

    begin: BeginOAuth
    ids: IdFactory
    remembered: RememberedGrants

    async def __call__(self, request: TokenRequest) -> IssuedTokens:
        match request.grant_type:
            case "authorization_code":
                return await self._renew(request, said(request.code), SecretKind.CODE)
            case "refresh_token":
                return await self._renew(request, said(request.refresh_token), SecretKind.REFRESH)
            case "client_credentials":
                return await self._for_itself(request)
            case _:
                said(request.grant_type)
                raise UnsupportedGrantType

    async def _renew(self, request: TokenRequest, shown: str, kind: SecretKind) -> IssuedTokens:
        presented, access = hash_of_secret(shown), self._secret(SecretKind.ACCESS)
        refresh, token_id = self._secret(SecretKind.REFRESH), SessionId(self.ids.new())
        # Whose grant it is, is not known before.
        async with self.begin(SYSTEM) as tx:
            client = await proven_client(tx, request.client)
            grant = await _grant(tx, client, presented)
            is_reused = grant.was_used(presented)
            if is_reused:
                grant.end(at=tx.now)
            else:
                token = Credential(
                    id=token_id,
                    hash=hash_of_secret(access),
                    expires_at=tx.now + ACCESS_LIFETIME,
                )
                if kind is SecretKind.CODE:
                    uri, verifier = said(request.redirect_uri), said(request.code_verifier)
                    grant.exchange(
                        client.id, uri, verifier, token, hash_of_secret(refresh), at=tx.now
                    )
                else:
                    _require_same(request.scope, grant.scope)
                    grant.rotate(client.id, presented, token, hash_of_secret(refresh), at=tx.now)
            await tx.grants.save(grant)
        if is_reused:  # Refused only now: raising inside would undo the end of the grant.
            self.remembered.forget_grant(grant.id)
            raise InvalidGrant
        return _issued(access, grant.scope, refresh)

    async def _for_itself(self, request: TokenRequest) -> IssuedTokens:
        access, token_id = self._secret(SecretKind.ACCESS), SessionId(self.ids.new())
        grant_id = GrantId(self.ids.new())
        async with self.begin(SYSTEM) as tx:
            client = await proven_client(tx, request.client)
            if not client.is_confidential:
                raise UnauthorizedClient
            scope = _own_scope(client, request.scope)
            end = tx.now + ACCESS_LIFETIME
            token = Credential(id=token_id, hash=hash_of_secret(access), expires_at=end)
            await tx.grants.forget(client.id, tx.now)
            await tx.grants.add(
                Grant.own(grant_id, client.id, client.organization_id, scope, token, at=tx.now)
            )
        return _issued(access, scope)

    def _secret(self, kind: SecretKind) -> str:
        return spell(kind, self.ids.number(), self.ids.secret())


async def _grant(tx: OAuthTransaction, client: OAuthClient, presented: bytes) -> Grant:
    """Raises InvalidGrant: a stolen code of another client neither works nor ends anything."""
    grant = await tx.grants.lock_by(presented)
    if grant.client_id != client.id:
        raise InvalidGrant
    return grant


def _require_same(words: str | None, given: OAuthScope) -> None:
    if words and sorted(set(words.split())) != given.words():
        raise ScopeRefused("A refreshed token has the scope that was granted.")


def _own_scope(client: OAuthClient, words: str | None) -> OAuthScope:
    """What it asks for, or all; nothing personal, for there is no person."""
    allowed = OAuthScope(client.scope.permissions)
    try:
        scope = OAuthScope.of(words.split()) if words else allowed
    except InvalidOAuthScope as unknown:
        raise ScopeRefused from unknown
    if not scope.permissions or not allowed.covers(scope):
        raise ScopeRefused
    return scope


def _issued(access: str, scope: OAuthScope, refresh: str | None = None) -> IssuedTokens:
    told = {} if refresh is None else {"refresh_token": refresh}
    return IssuedTokens(
        access_token=access,
        token_type="Bearer",  # noqa: S106  # A word of RFC 6750.
        expires_in=ACCESS_LIFETIME_S,
        scope=" ".join(scope.words()),
        **told,
    )
