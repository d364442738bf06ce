"""An application gets its tokens: for a code, for a refresh token, or for itself."""

from dataclasses import dataclass
from datetime import datetime

from application.identity.oauth_access import asker_of, grant_of, proven_client, said
from application.identity.oauth_ports import (
    BeginOAuth,
    GrantTokens,
    IssuedTokens,
    RememberedGrants,
    TokenRequest,
)
from application.identity.refresh_access import living_among
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
from domain.shared.secret_text import SecretKind, hash_of_secret, kind_of, spell

SHUT_OUT_JOB = "accounts.tell_of_shut_out"


@dataclass(frozen=True, slots=True)
class IssueToken:
    """Codes are exchanged once, and refresh tokens for one successor: a code or a replaced token
    that is shown again ends all that it gave, and the person is told by mail.

    Only the client that exchanged a refresh token last may repeat itself for 10 s, because answers
    get lost: it is told the same tokens. Refusals, in the words of RFC 6749: InvalidOAuthRequest,
    InvalidClient, InvalidGrant, UnauthorizedClient, UnsupportedGrantType, ScopeRefused.
    """

    begin: BeginOAuth
    ids: IdFactory
    tokens: GrantTokens
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
        token_id, secret, letter_id = SessionId(self.ids.new()), self.ids.secret(), self.ids.new()
        # Whose grant it is, is not known before.
        async with self.begin(SYSTEM) as tx:
            client = await proven_client(tx, request.client)
            if kind_of(shown) is not kind:
                raise InvalidGrant
            grant = await grant_of(tx, self.tokens, client, shown)
            grant.require_alive(tx.now)
            if kind is SecretKind.CODE:
                given = self._exchange(grant, request, client, token_id, secret, at=tx.now)
            else:
                given = self._rotate(grant, request, client, token_id, at=tx.now)
            if given is None:
                grant.end(at=tx.now)
                told = {"application": client.name, "letter_id": str(letter_id)}
                tx.enqueue(SHUT_OUT_JOB, {"user_id": str(grant.user_id)} | told)
            await tx.grants.save(grant)
        if given is None:  # Refused only now: raising inside would undo the end of the grant.
            self.remembered.forget_grant(grant.id)
            raise InvalidGrant
        return given

    def _exchange(
        self,
        grant: Grant,
        request: TokenRequest,
        client: OAuthClient,
        token_id: SessionId,
        secret: str,
        *,
        at: datetime,
    ) -> IssuedTokens | None:
        """What the code gives; None if it was used before."""
        if grant.exchanged_at is not None:
            return None
        uri, verifier = said(request.redirect_uri), said(request.code_verifier)
        if uri not in client.redirect_uris:  # It was taken away since the code was given.
            raise InvalidGrant
        refresh = self.tokens.first_refresh_token(grant.id, secret)
        access = self.tokens.access_token_with(refresh)
        token = _credential(token_id, access, at)
        grant.exchange(uri, verifier, token, hash_of_secret(refresh), at=at)
        return _issued(access, token, grant.scope.within(client.scope), refresh, at=at)

    def _rotate(
        self,
        grant: Grant,
        request: TokenRequest,
        client: OAuthClient,
        token_id: SessionId,
        *,
        at: datetime,
    ) -> IssuedTokens | None:
        """What this client gets for the refresh token; None if it was used before."""
        shown = request.refresh_token or ""
        presented, asker = hash_of_secret(shown), asker_of(client, request.sent_from)
        successors = self.tokens.successors_of(shown, grant.id, asker)
        is_first = presented == grant.refresh_hash
        refresh = successors[0] if is_first else living_among(successors, grant.refresh_hash)
        if refresh is None or not (is_first or grant.is_asked_again(presented, at=at)):
            return None
        scope = grant.scope.within(client.scope)
        _require_same(request.scope, scope)
        access = self.tokens.access_token_with(refresh)
        token = _credential(token_id, access, at)
        if is_first:
            grant.rotate(presented, token, hash_of_secret(refresh), at=at)
        else:
            token = grant.tell_again(token)
        return _issued(access, token, scope, refresh, at=at)

    async def _for_itself(self, request: TokenRequest) -> IssuedTokens:
        access = spell(SecretKind.ACCESS, self.ids.number(), self.ids.secret())
        grant_id, token_id = GrantId(self.ids.new()), SessionId(self.ids.new())
        async with self.begin(SYSTEM) as tx:
            client = await proven_client(tx, request.client)
            if not client.is_confidential:
                raise UnauthorizedClient
            scope = _own_scope(client, request.scope)
            token, at = _credential(token_id, access, tx.now), tx.now
            await tx.grants.forget(client.id, at)
            await tx.grants.add(
                Grant.own(grant_id, client.id, client.organization_id, scope, token, at=at)
            )
        return _issued(access, token, scope, at=at)


def _credential(id_: SessionId, access: str, at: datetime) -> Credential:
    return Credential(id=id_, hash=hash_of_secret(access), expires_at=at + ACCESS_LIFETIME)


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


def _issued(
    access: str,
    token: Credential,
    scope: OAuthScope,
    refresh: str | None = None,
    *,
    at: datetime,
) -> IssuedTokens:
    told = {} if refresh is None else {"refresh_token": refresh}
    return IssuedTokens(
        access_token=access,
        token_type="Bearer",  # noqa: S106  # A word of RFC 6750.
        expires_in=int(((token.expires_at or at) - at).total_seconds()),
        scope=" ".join(scope.words()),
        **told,
    )
