"""Who may visit people for support, and see who did."""

from application.shared.actor import Actor, require_session
from domain.identity.errors import PlatformAdminsOnly


def require_support(actor: Actor) -> None:
    """Raises PlatformAdminsOnly, and Forbidden for a key."""
    require_session(actor)
    if not actor.is_platform_admin:
        raise PlatformAdminsOnly
