"""An application gives a token back (RFC 7009)."""

from dataclasses import dataclass

from application.identity.oauth_access import grant_of, proven_client
from application.identity.oauth_ports import (
    Authenticated,
    BeginOAuth,
    GrantTokens,
    RememberedGrants,
)
from application.shared.scope import SYSTEM
from domain.identity.oauth_errors import InvalidGrant
from domain.shared.secret_text import SecretKind, hash_of_secret, kind_of


@dataclass(frozen=True, slots=True)
class RevokeToken:
    """An access token ends alone, a refresh token with the whole grant, also one that was replaced.

    What is unknown, or another client's, is answered alike. Raises InvalidClient.
    """

    begin: BeginOAuth
    remembered: RememberedGrants
    tokens: GrantTokens

    async def __call__(self, client: Authenticated, token: str) -> None:
        async with self.begin(SYSTEM) as tx:
            mine = await proven_client(tx, client)
            try:
                grant = await grant_of(tx, self.tokens, mine, token)
            except InvalidGrant:
                return
            if kind_of(token) is SecretKind.ACCESS:
                grant.drop(hash_of_secret(token))
            else:
                grant.end(at=tx.now)
            await tx.grants.save(grant)
        self.remembered.forget_grant(grant.id)
