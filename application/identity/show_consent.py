"""A person looks at what an application asks for, before they say yes or no."""

from dataclasses import dataclass

from application.identity.oauth_access import checked_wish, meaning_of
from application.identity.oauth_ports import AskedScope, AuthorizationWish, BeginOAuth, ConsentView
from application.identity.queries import OAuthQueries
from application.shared.actor import Actor, authorize_person
from application.shared.scope import SYSTEM


@dataclass(frozen=True, slots=True)
class ShowConsent:
    """Who asks, and for what, in words. Nothing changes, so a prefetched link is harmless.

    Raises PersonRequired, OAuthClientNotFound, InvalidRedirectUri, PkceRequired, StateRequired,
    InvalidOAuthScope.
    """

    begin: BeginOAuth
    queries: OAuthQueries

    async def __call__(self, actor: Actor, wish: AuthorizationWish) -> ConsentView:
        authorize_person(actor)
        # Whose client it is, is not known before.
        async with self.begin(SYSTEM) as tx:
            client, scope, _ = await checked_wish(tx, wish)
        return ConsentView(
            client_id=client.id,
            client_name=client.name,
            organization_name=await self.queries.organization_name(client.organization_id),
            redirect_uri=wish.redirect_uri,
            scopes=[AskedScope(scope=word, meaning=meaning_of(word)) for word in scope.words()],
        )
