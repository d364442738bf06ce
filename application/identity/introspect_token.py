"""An application asks whether a token of its own is still good (RFC 7662)."""

from dataclasses import dataclass

from application.identity.oauth_access import grant_of, proven_client
from application.identity.oauth_ports import (
    Authenticated,
    BeginOAuth,
    GrantTokens,
    IntrospectedToken,
)
from application.shared.scope import SYSTEM
from domain.identity.oauth_errors import InvalidClient, InvalidGrant
from domain.shared.secret_text import SecretKind, hash_of_secret, kind_of


@dataclass(frozen=True, slots=True)
class IntrospectToken:
    """Tells confidential clients of their own tokens alone. Raises InvalidClient."""

    begin: BeginOAuth
    issuer: str
    tokens: GrantTokens

    async def __call__(self, client: Authenticated, token: str) -> IntrospectedToken:
        shown = hash_of_secret(token)
        async with self.begin(SYSTEM) as tx:
            mine = await proven_client(tx, client)
            if not mine.is_confidential:
                raise InvalidClient
            try:
                grant = await grant_of(tx, self.tokens, mine, token)
            except InvalidGrant:
                return IntrospectedToken(active=False)
            if kind_of(token) is SecretKind.ACCESS:
                ends = [one.expires_at for one in grant.tokens if one.hash == shown]
            else:
                ends = [grant.expires_at] if shown == grant.refresh_hash else []
            is_alive = bool(ends) and ends[0] is not None and tx.now < ends[0]
        if grant.ended_at is not None or not is_alive:
            return IntrospectedToken(active=False)
        return IntrospectedToken(
            active=True,
            scope=" ".join(grant.scope.within(mine.scope).words()),
            client_id=str(mine.id),
            sub=str(grant.user_id or mine.id),
            exp=int(ends[0].timestamp()) if ends[0] else 0,
            iss=self.issuer,
        )
