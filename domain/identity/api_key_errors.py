"""What API keys refuse, and why."""

from domain.shared.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated


class InvalidApiKey(Unauthenticated):
    """The API key is unknown, revoked or expired."""

    code = "invalid_api_key"


class ApiKeyNotFound(NotFound):
    """There is no such API key, or it is not yours to see."""

    code = "api_key_not_found"


class InvalidScopes(Invalid):
    """A key has at least one scope, and none with which it could make itself at home."""

    code = "invalid_scopes"
    field = "scopes"


class ScopesNotYours(Forbidden):
    """Nobody gives a key more than they may do themselves."""

    code = "scopes_not_yours"


class InvalidKeyEvents(Invalid):
    """A key works for every event, or for 1 to 1000 of its organisation."""

    code = "invalid_events"
    field = "eventIds"


class InvalidExpiry(Invalid):
    """A key expires in the future."""

    code = "invalid_expiry"
    field = "expiresAt"


class InvalidOverlap(Invalid):
    """The old secret of a key goes on for 0 to 168 hours."""

    code = "invalid_overlap"
    field = "overlapHours"


class ApiKeyRevoked(Conflict):
    """The API key has been revoked, and stays so; make a new one."""

    code = "api_key_revoked"


class RateTierNotYours(Forbidden):
    """The platform decides who may ask more often; write to us."""

    code = "rate_tier_not_yours"


class TooManyApiKeys(Conflict):
    """An organisation has at most 100 living API keys; revoke one."""

    code = "too_many_api_keys"
