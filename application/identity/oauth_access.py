"""What a client may ask for, and whether it is who it says."""

from hmac import compare_digest

from application.identity.api_key_access import require_own
from application.identity.oauth_ports import (
    Authenticated,
    AuthorizationWish,
    GrantTokens,
    OAuthTransaction,
)
from application.identity.ports import Client
from application.shared.actor import Actor
from domain.identity.grant import Grant, require_challenge
from domain.identity.networks import network_of
from domain.identity.oauth_client import OAuthClient
from domain.identity.oauth_errors import (
    InvalidClient,
    InvalidGrant,
    InvalidOAuthRequest,
    InvalidOAuthScope,
    OAuthClientNotFound,
    StateRequired,
)
from domain.identity.oauth_scope import OAuthScope
from domain.shared.ids import OrganizationId
from domain.shared.secret_text import hash_of_secret

STATE_SHORTEST, STATE_LONGEST = 8, 500

MEANING = {
    "profile": "See your name, your e-mail address and where you work",
    "orders_read": "See your orders and payments",
    "tickets_read": "See your tickets and their codes",
}
"""In words for the person who is asked. Permissions say what they are."""


def meaning_of(word: str) -> str:
    return MEANING.get(word, f"In organisations where you may: {word.replace('_', ' ')}")


def scope_to_register(
    actor: Actor, organization_id: OrganizationId, words: list[str]
) -> OAuthScope:
    """Raises InvalidOAuthScope, ScopesNotYours: a client could act for the organisation with it."""
    scope = OAuthScope.of(words)
    require_own(actor, organization_id, scope.permissions)
    return scope


async def checked_wish(
    tx: OAuthTransaction, wish: AuthorizationWish
) -> tuple[OAuthClient, OAuthScope, str]:
    """The client, what it asks for, and its challenge.

    Client and address come first: until both are right nobody is sent anywhere. Raises
    OAuthClientNotFound, InvalidRedirectUri, PkceRequired, StateRequired, InvalidOAuthScope.
    """
    client = await tx.oauth_clients.living(wish.client_id)
    client.require_redirect(wish.redirect_uri)
    if wish.response_type != "code":
        raise InvalidOAuthScope("The only response type is code.", field="responseType")
    challenge = require_challenge(wish.code_challenge, wish.code_challenge_method)
    if not STATE_SHORTEST <= len(wish.state) <= STATE_LONGEST:
        raise StateRequired
    scope = OAuthScope.of(wish.scope.split())
    if not client.scope.covers(scope):
        raise InvalidOAuthScope("The client was not registered for this scope.")
    return client, scope, challenge


async def proven_client(tx: OAuthTransaction, shown: Authenticated) -> OAuthClient:
    """A confidential client by its secret, a public one by its id. Raises InvalidClient."""
    if shown.client_id is None:
        raise InvalidClient
    try:
        client = await tx.oauth_clients.living(shown.client_id)
    except OAuthClientNotFound as unknown:
        raise InvalidClient from unknown
    if (client.secret_hash is None) != (shown.secret is None):
        raise InvalidClient
    if client.secret_hash is not None:
        hashed = hash_of_secret(shown.secret or "")
        if not compare_digest(hashed, client.secret_hash):
            raise InvalidClient
    return client


async def grant_of(
    tx: OAuthTransaction, tokens: GrantTokens, client: OAuthClient, text: str
) -> Grant:
    """The client's grant that the text is of, or was, alone until the commit.

    Raises InvalidGrant, also for another client's: what was stolen neither works nor ends anything
    in other hands.
    """
    grant_id = tokens.grant_of(text)
    if grant_id is None:  # No refresh token, or one under a key that we gave up.
        grant = await tx.grants.lock_by(hash_of_secret(text))
    else:
        grant = await tx.grants.lock(grant_id)
    if grant.client_id != client.id:
        raise InvalidGrant
    return grant


def asker_of(client: OAuthClient, sent_from: Client) -> str:
    """Who may repeat an exchange: whoever proves itself with the secret, or else the same program
    on the same network.
    """
    if client.is_confidential:
        return ""
    return f"{sent_from.user_agent}\n{network_of(sent_from.ip)}"


def said(value: str | None) -> str:
    """Raises InvalidOAuthRequest for a parameter that is missing."""
    if not value:
        raise InvalidOAuthRequest
    return value
