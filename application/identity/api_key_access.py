"""Who may hand out what: nobody gives a key more than they may do themselves."""

from collections.abc import Collection

from application.shared.actor import Actor
from domain.identity.api_key_errors import RateTierNotYours, ScopesNotYours
from domain.shared.ids import OrganizationId
from domain.shared.permissions import Permission, RateTier


def require_own(
    actor: Actor, organization_id: OrganizationId, scopes: Collection[Permission]
) -> None:
    """Raises ScopesNotYours. Also asked of whoever is told a secret: they could use it."""
    missing = [scope.value for scope in scopes if not actor.can(scope, organization_id)]
    if missing:
        raise ScopesNotYours(scopes=sorted(missing))


def require_tier(actor: Actor, tier: RateTier, *, present: RateTier) -> None:
    """Raises RateTierNotYours."""
    if tier is not present and not actor.is_platform_admin:
        raise RateTierNotYours
