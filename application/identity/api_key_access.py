"""Who may hand out what: nobody gives a key more than they may do themselves."""

from collections.abc import Collection

from application.identity.api_key_ports import ApiKeyTransaction
from application.shared.actor import Actor
from domain.identity.api_key_errors import InvalidKeyEvents, RateTierNotYours, ScopesNotYours
from domain.shared.ids import EventId, OrganizationId
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


async def refuse_foreign(
    tx: ApiKeyTransaction,
    organization_id: OrganizationId,
    event_ids: Collection[EventId] | None,
) -> None:
    """Raises InvalidKeyEvents for events of others, and for what is no event."""
    unknown = set(event_ids or ()) - await tx.events_of(organization_id, event_ids or ())
    if unknown:
        raise InvalidKeyEvents(
            "The organisation has no such event.", event_ids=sorted(map(str, unknown))
        )
