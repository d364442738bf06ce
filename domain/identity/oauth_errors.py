"""What the OAuth provider refuses, and why."""

from typing import ClassVar

from domain.shared.errors import Conflict, Invalid, NotFound


class OAuthClientNotFound(NotFound):
    """There is no such OAuth client, or it is not yours to see."""

    code = "oauth_client_not_found"


class AuthorizationNotFound(NotFound):
    """You have given no such authorisation."""

    code = "authorization_not_found"


class InvalidRedirectUri(Invalid):
    """A redirect URI is https (http on this machine alone), without a fragment, and registered."""

    code = "invalid_redirect_uri"
    field = "redirectUri"


class InvalidOAuthScope(Invalid):
    """The scope is unknown, or more than the client may ask for."""

    code = "invalid_scope"
    field = "scope"


class PkceRequired(Invalid):
    """Send a codeChallenge with codeChallengeMethod S256; nothing else is taken."""

    code = "pkce_required"
    field = "codeChallenge"


class StateRequired(Invalid):
    """Send a state of 8 to 500 characters and compare it when the person comes back."""

    code = "state_required"
    field = "state"


class NoSecretToRotate(Conflict):
    """A public client has no secret."""

    code = "no_secret_to_rotate"


class TooManyOAuthClients(Conflict):
    """An organisation has at most 50 OAuth clients; revoke one."""

    code = "too_many_oauth_clients"


class OAuthRefusal(Invalid):
    """The token endpoint refused; it says so in the words of RFC 6749."""

    error: ClassVar[str] = "invalid_request"


class InvalidOAuthRequest(OAuthRefusal):
    """A parameter is missing, sent twice or wrong."""

    code = "oauth_invalid_request"


class InvalidClient(OAuthRefusal):
    """The client is unknown, revoked, or did not prove who it is."""

    code = "oauth_invalid_client"
    error = "invalid_client"


class InvalidGrant(OAuthRefusal):
    """The code or refresh token is unknown, used, expired, or another client's."""

    code = "oauth_invalid_grant"
    error = "invalid_grant"


class UnauthorizedClient(OAuthRefusal):
    """This client may not use this grant type."""

    code = "oauth_unauthorized_client"
    error = "unauthorized_client"


class UnsupportedGrantType(OAuthRefusal):
    """Grant types are authorization_code, refresh_token and client_credentials."""

    code = "oauth_unsupported_grant_type"
    error = "unsupported_grant_type"


class ScopeRefused(OAuthRefusal):
    """The scope is unknown, or more than was allowed."""

    code = "oauth_invalid_scope"
    error = "invalid_scope"
